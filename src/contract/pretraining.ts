import type { Values } from "./fields.ts";

/** A mean loss in nats, and the share of right guesses. */
export interface LossRecord {
  readonly loss: number;
  readonly accuracy: number;
}

/** The losses of a step, or of the held-out text. */
export interface LossesRecord {
  /** From 1; 0 for a measurement before the first. */
  readonly step: number;
  /** Of the masked words; exp(loss) is the perplexity. */
  readonly words: LossRecord;
  /** Of whether the second half follows the first. */
  readonly next: LossRecord;
}

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
export interface AdaptationRecord {
  readonly files: readonly string[];
  /** Of Catalog.adaptation, with all defaults filled in. */
  readonly values: Values;
  /** Steps done: fewer than planned where a person stopped. */
  readonly steps: number;
  /** Tokens trained on, repeats counted. */
  readonly tokens: number;
  /** On the held-out text. */
  readonly before: LossesRecord;
  readonly after: LossesRecord;
}

/** What the engine tells while it adapts a model: plain data, sent in batches. */
export type AdaptationEvent =
  | { readonly kind: "phase"; readonly text: string; readonly done: number; readonly total: number }
  | { readonly kind: "steps"; readonly steps: readonly PretrainingStepRecord[]; readonly elapsedMs: number }
  | { readonly kind: "evaluation"; readonly losses: LossesRecord };
