import type { EncodedSplit } from "../../data/dataset/batch.ts";
import type { Dataset } from "../../data/dataset/dataset.ts";
import { taskOf } from "../../data/dataset/recognise.ts";
import type { TransferSplit } from "../../train/finetuning/assembly.ts";

/** The rows a run would train on, where there are any. */
export interface RowsAtHand extends Pick<Dataset, "task" | "labels"> {
  readonly train: EncodedSplit;
  readonly dev: EncodedSplit;
  readonly transfers: readonly TransferSplit[];
}

/** Batches in an epoch of rows that nobody gave: enough for the stages of any sensible schedule. */
const batchCount = 200;

/** Rows of a classification of pairs, each of them full. Their tokens are never looked at. */
export function fullRows(rowsPerStep: number, length: number): RowsAtHand {
  const count = batchCount * rowsPerStep;
  const split: EncodedSplit = {
    count,
    ids: new Uint32Array(),
    types: new Uint8Array(),
    offsets: Uint32Array.from({ length: count + 1 }, (_, row) => row * length),
    labels: new Float32Array(count),
    truncatedCount: 0,
  };
  return { task: taskOf("pair"), labels: ["0", "1"], train: split, dev: split, transfers: [] };
}
