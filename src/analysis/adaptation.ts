import type { AdaptationRecord, LossesRecord } from "../contract/pretraining.ts";

/** What tells best how well a text is known: perplexity of masked words, or the loss of finding replaced ones. */
export interface HeldOutMeasure {
  readonly name: "perplexity" | "replaced-token loss";
  /** Lower is better for both. */
  readonly value: number;
}

/** The measure of one measurement; it depends on the objective alone, so that all of a run share it. */
export function heldOutMeasure({ words, replaced }: LossesRecord): HeldOutMeasure {
  return replaced === null
    ? { name: "perplexity", value: Math.exp(words.loss) }
    : { name: "replaced-token loss", value: replaced.loss };
}

/** "adapted to notes.txt, 200 steps, held-out perplexity 45.20 → 24.10". */
export function adaptationText({ files, steps, before, after }: AdaptationRecord): string {
  const [first = "a text", ...others] = files;
  const texts = others.length === 0 ? first : `${first} and ${others.length} more`;
  const [from, to] = [heldOutMeasure(before), heldOutMeasure(after)];
  const values = `${formatMeasure(from.value)} → ${formatMeasure(to.value)}`;
  return `adapted to ${texts}, ${steps} ${steps === 1 ? "step" : "steps"}, held-out ${to.name} ${values}`;
}

/** A perplexity or a loss, to four digits. */
export function formatMeasure(value: number): string {
  return value >= 1e4 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(4)));
}
