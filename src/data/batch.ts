import { AppError } from "../core/errors.ts";
import { shuffledOrder } from "../core/rng.ts";
import { rowLength, type EncodedSplit } from "./encode.ts";

/** Rows laid end to end with their offsets: no token of it is padding. */
export interface Batch {
  readonly tokenCount: number;
  readonly sequenceCount: number;
  /** Tokens of the longest sequence. */
  readonly longest: number;
  /** ids, types, positions [tokenCount]; positions count from 0 in each sequence. */
  readonly ids: Uint32Array;
  readonly types: Uint32Array;
  readonly positions: Uint32Array;
  /** [sequenceCount + 1]; sequence s holds tokens offsets[s] … offsets[s + 1] - 1. */
  readonly offsets: Uint32Array;
  /** [sequenceCount] class index or score. */
  readonly labels: Float32Array;
  /** [sequenceCount] row of the split. */
  readonly rows: Uint32Array;
}

/** Packs rows of a split into a batch, in the order given. Errors: bug for a row that the split does not have. */
export function makeBatch(split: EncodedSplit, rows: ArrayLike<number>): Batch {
  const offsets = new Uint32Array(rows.length + 1);
  let longest = 0;
  for (let sequence = 0; sequence < rows.length; sequence++) {
    const length = rowLength(split, rows[sequence] ?? -1);
    offsets[sequence + 1] = (offsets[sequence] ?? 0) + length;
    longest = Math.max(longest, length);
  }
  const tokenCount = offsets[rows.length] ?? 0;
  const ids = new Uint32Array(tokenCount);
  const types = new Uint32Array(tokenCount);
  const positions = new Uint32Array(tokenCount);
  const labels = new Float32Array(rows.length);
  for (let sequence = 0; sequence < rows.length; sequence++) {
    const row = rows[sequence] ?? 0;
    const [begin, end, at] = [split.offsets[row] ?? 0, split.offsets[row + 1] ?? 0, offsets[sequence] ?? 0];
    ids.set(split.ids.subarray(begin, end), at);
    types.set(split.types.subarray(begin, end), at);
    for (let position = 0; position < end - begin; position++) positions[at + position] = position;
    labels[sequence] = split.labels[row] ?? 0;
  }
  const sequenceCount = rows.length;
  return { tokenCount, sequenceCount, longest, ids, types, positions, offsets, labels, rows: Uint32Array.from(rows) };
}

/** How an epoch's batches are drawn. */
export interface OrderChoice {
  /** Rows of the split. */
  readonly count: number;
  readonly batchSize: number;
  readonly seed: number;
  /** From 0; each epoch is shuffled anew. */
  readonly epoch: number;
  readonly order: "shuffled" | "file";
}

/** One epoch's batches as rows of the split; the last one may be short and is kept, as in Hugging Face's Trainer. */
export function batchOrder({ count, batchSize, seed, epoch, order }: OrderChoice): Uint32Array[] {
  if (!(Number.isInteger(batchSize) && batchSize > 0)) {
    throw new AppError("bad-settings", `The batch size is ${batchSize}; it must be a whole number from 1.`);
  }
  const rows =
    order === "shuffled"
      ? shuffledOrder(seed, "batch order", epoch, count)
      : Uint32Array.from({ length: count }, (_, row) => row);
  const batches: Uint32Array[] = [];
  for (let start = 0; start < count; start += batchSize) batches.push(rows.slice(start, start + batchSize));
  return batches;
}
