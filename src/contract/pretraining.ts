import * as v from "valibot";
import { count, list, real, text, values, type Checked } from "./schemas/schema.ts";

const losses = v.object({ loss: real, accuracy: real });
const measured = v.object({
  /** From 1; 0 for a measurement before the first. */
  step: count,
  /** Of the masked words; exp(loss) is the perplexity. */
  words: losses,
  /** Of whether the second half follows the first. */
  next: losses,
});

/** See AdaptationRecord. */
export const adaptation = v.object({
  files: list(text, 10_000),
  /** Of Catalog.adaptation, with all defaults filled in. */
  values,
  /** Steps done: fewer than planned where a person stopped. */
  steps: count,
  /** Tokens trained on, repeats counted. */
  tokens: count,
  /** On the held-out text. */
  before: measured,
  after: measured,
});

/** A mean loss in nats, and the share of right guesses. */
export type LossRecord = Checked<typeof losses>;

/** The losses of a step, or of the held-out text. */
export type LossesRecord = Checked<typeof measured>;

/** One step of a pre-training. */
export interface PretrainingStepRecord extends LossesRecord {
  readonly gradNorm: number;
  readonly learningRate: number;
  readonly tokens: number;
}

/** Dropped texts as they were understood. */
export interface TextRecord {
  readonly files: readonly string[];
  readonly documentCount: number;
  readonly tokenCount: number;
}

/** What pre-training the loaded model further on the texts would be. */
export interface AdaptationPlan {
  readonly trainTokens: number;
  readonly heldOutTokens: number;
  /** Weights that are trained, heads included. */
  readonly parameterCount: number;
  readonly totalBytes: number;
  /** Sentences a person should read before (a head that starts afresh); [] when there is nothing to say. */
  readonly notes: readonly string[];
  /** null when it fits the device; else a sentence with the figures and what would fit. */
  readonly problem: string | null;
}

/** What was done to a model before it was fine-tuned. */
export type AdaptationRecord = Checked<typeof adaptation>;

/** What the engine tells while it adapts a model: plain data, sent in batches. */
export type AdaptationEvent =
  | { readonly kind: "phase"; readonly text: string; readonly done: number; readonly total: number }
  | { readonly kind: "steps"; readonly steps: readonly PretrainingStepRecord[]; readonly elapsedMs: number }
  | { readonly kind: "evaluation"; readonly losses: LossesRecord };
