import { sentenceOf } from "./draw.ts";
import type { Draw } from "./draw.ts";
import { newsEvents } from "./paraphrase-events.ts";
import type { NewsEvent, Wordings } from "./paraphrase-events.ts";
import type { SampleTask } from "./sample.ts";

/** Two wordings of one report, or of one and another that differs in a fact. */
interface Pair {
  readonly first: string;
  readonly second: string;
}

/** How often both sentences follow the same pattern; the same for both labels, so that it tells nothing. */
const sameWordingShare = 0.35;

/**
 * How often a pair that is no paraphrase tells of two events of one kind, and of events of two kinds; the others tell of
 * one event with a fact changed, which a small model cannot see.
 */
const strangerShare = 0.35;
const unrelatedShare = 0.35;

function sentences(draw: Draw, first: Wordings, second: Wordings): Pair {
  const at = draw.below(first.length);
  const step = draw.chance(sameWordingShare) ? 0 : draw.between(1, first.length - 1);
  // Kinds of event differ in how many ways there are to tell of them.
  const other = ((at + step) % first.length) % second.length;
  return { first: sentenceOf(first[at]?.() ?? ""), second: sentenceOf(second[other]?.() ?? "") };
}

function pairOf(draw: Draw, event: NewsEvent, same: boolean): Pair {
  const { wordings, changed } = event(draw);
  if (same) return sentences(draw, wordings, wordings);
  return sentences(draw, wordings, otherReport(draw, event, changed));
}

/** The second report of a pair that is no paraphrase. */
function otherReport(draw: Draw, event: NewsEvent, changed: ReturnType<NewsEvent>["changed"]): Wordings {
  if (draw.chance(strangerShare)) return event(draw).wordings;
  if (draw.chance(unrelatedShare / (1 - strangerShare))) return draw.other(newsEvents, event)(draw).wordings;
  return draw.any(changed)();
}

/** News in MRPC's layout: two sentences that report the same, or of which one differs in who, what, when or how much. */
export const paraphrase: SampleTask = {
  id: "paraphrase",
  label: "Paraphrase",
  task: "mrpc",
  description:
    "Do two sentences of news say the same? Other words and order do; another number, role or outcome does not.",
  header: ["Quality", "#1 ID", "#2 ID", "#1 String", "#2 String"],
  row(draw, index) {
    const label = index % 3 < 2 ? 1 : 0;
    const { first, second } = pairOf(draw, draw.word(newsEvents), label === 1);
    const ids = [draw.between(100_000, 999_999), draw.between(100_000, 999_999)].map(String);
    return { cells: [String(label), ...ids, first, second], texts: [first, second] };
  },
};
