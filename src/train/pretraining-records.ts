import type { LossesRecord, LossRecord } from "../contract/pretraining.ts";
import { lossColumns } from "../nn/bert/pretraining.ts";
import type { Objective } from "../nn/bert/pretraining.ts";

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
