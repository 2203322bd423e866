import { acceptabilityPairs } from "./acceptability-pairs.ts";
import { sentenceOf } from "./draw.ts";
import type { SampleTask } from "./sample.ts";

/** Sentences in CoLA's layout: each breaks one rule of English grammar, or keeps it. Seven in ten are acceptable. */
export const acceptability: SampleTask = {
  id: "acceptability",
  label: "Acceptability",
  task: "cola",
  description: "Is a sentence good English? Agreement, word order, verbs and what they take, reflexives, questions.",
  header: null,
  row(draw, index) {
    const label = index % 10 < 7 ? 1 : 0;
    const phenomenon = draw.word(acceptabilityPairs);
    const [good, bad] = phenomenon.pair(draw);
    const text = sentenceOf(label === 1 ? good : bad);
    return { cells: [phenomenon.id, String(label), label === 1 ? "" : "*", text], texts: [text] };
  },
};
