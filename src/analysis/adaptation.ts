import type { AdaptationRecord, LossesRecord } from "../contract/pretraining.ts";
import { formatWhole } from "../core/format.ts";

/** How well a text is known: e to the loss of its masked words. Lower is better; who knows nothing has the vocabulary's size. */
export function perplexityOf({ words }: LossesRecord): number {
  return Math.exp(words.loss);
}

/** "adapted to notes.txt, 200 steps, held-out perplexity 45.20 → 24.10". */
export function adaptationText({ files, steps, before, after }: AdaptationRecord): string {
  const [first = "a text", ...others] = files;
  const texts = others.length === 0 ? first : `${first} and ${others.length} more`;
  const values = `${formatPerplexity(perplexityOf(before))} → ${formatPerplexity(perplexityOf(after))}`;
  return `adapted to ${texts}, ${steps} ${steps === 1 ? "step" : "steps"}, held-out perplexity ${values}`;
}

/** A perplexity, to four digits. */
export function formatPerplexity(value: number): string {
  return value >= 1e4 ? formatWhole(value) : String(Number(value.toPrecision(4)));
}
