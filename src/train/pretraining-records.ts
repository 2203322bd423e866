import { lossColumns } from "../nn/bert/pretraining.ts";
import type { Objective } from "../nn/bert/pretraining.ts";

/** A mean loss in nats, and the share of right guesses. */
export interface LossRecord {
  readonly loss: number;
  readonly accuracy: number;
}

/** The losses of a step, or of the held-out text. */
export interface LossesRecord {
  /** From 1. */
  readonly step: number;
  /** Of the chosen tokens: the model's own under "mlm", the generator's under "rtd". exp(loss) is the perplexity. */
  readonly words: LossRecord;
  readonly next: LossRecord;
  /** Of all tokens; null under "mlm". */
  readonly replaced: LossRecord | null;
}

/** One training step. */
export interface PretrainingStepRecord extends LossesRecord {
  readonly gradNorm: number;
  readonly learningRate: number;
  readonly tokens: number;
}

type Loss = keyof typeof lossColumns;

/** The losses of a row of results [8]. `counts`: what its values are sums over; 1 for means. */
export function lossesOf(
  objective: Objective,
  step: number,
  values: Float32Array,
  counts: Readonly<Record<Loss, number>>,
): LossesRecord {
  const record = (name: Loss): LossRecord => ({
    loss: (values[lossColumns[name]] ?? Number.NaN) / counts[name],
    accuracy: (values[lossColumns[name] + 1] ?? Number.NaN) / counts[name],
  });
  const replaced = objective === "rtd" ? record("replaced") : null;
  return { step, words: record("words"), next: record("next"), replaced };
}
