import type { LossesRecord, LossRecord } from "../../contract/pretraining.ts";
import { lossColumns } from "../../nn/pretraining.ts";

type Loss = keyof typeof lossColumns;

/** The losses of a row of results [8]. `counts`: what its values are sums over; 1 for means. */
export function lossesOf(step: number, values: Float32Array, counts: Readonly<Record<Loss, number>>): LossesRecord {
  const record = (name: Loss): LossRecord => ({
    loss: (values[lossColumns[name]] ?? Number.NaN) / counts[name],
    accuracy: (values[lossColumns[name] + 1] ?? Number.NaN) / counts[name],
  });
  return { step, words: record("words"), next: record("next") };
}
