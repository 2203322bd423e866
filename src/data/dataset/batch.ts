import { breathe } from "../../core/breath.ts";
import { AppError } from "../../core/errors.ts";
import { shuffledOrder } from "../../core/rng.ts";
import type { Split } from "./examples.ts";
import { TokenPieces } from "../text/token-pieces.ts";
import type { Tokenizer } from "../text/tokenizer.ts";

/** A split as token ids, its rows laid end to end. */
export interface EncodedSplit {
  /** Rows. */
  readonly count: number;
  /** ids, types [all tokens]; row r holds elements offsets[r] … offsets[r + 1] - 1. */
  readonly ids: Uint32Array;
  readonly types: Uint8Array;
  /** [count + 1] */
  readonly offsets: Uint32Array;
  /** [count] class index or score; where a row has several labels [count, labels], 1 for each that it has, else 0. */
  readonly labels: Float32Array;
  /** Rows that were cut to the maximum length, of the whole split. */
  readonly truncatedCount: number;
}

/** Told now and then how many rows are done. */
type EncodeProgress = (done: number, total: number) => void;

/** Rows and characters between two breaths, whichever come first: some tens of milliseconds. */
const chunkRows = 1000;
const chunkCharacters = 30_000;

/**
 * Tokenizes every row; between chunks the thread is free for messages.
 *
 * maxLength in tokens, marks included; labelCount: of a task whose rows have several labels. Errors: bad-settings from the
 * tokenizer.
 */
export async function encodeSplit(
  { examples }: Pick<Split, "examples">,
  tokenizer: Tokenizer,
  maxLength: number,
  onProgress?: EncodeProgress,
  labelCount = 1,
): Promise<EncodedSplit> {
  const offsets = new Uint32Array(examples.length + 1);
  const tokens = new TokenPieces(examples.length * 32);
  const labels = new Float32Array(examples.length * labelCount);
  let truncatedCount = 0;
  let [rows, characters] = [0, 0];
  for (const [row, { first, second, label }] of examples.entries()) {
    const encoding = tokenizer.encode(first, second, maxLength);
    tokens.add(encoding.ids, encoding.types);
    offsets[row + 1] = tokens.count;
    if (typeof label === "number") labels[row] = label;
    else for (const index of label) labels[row * labelCount + index] = 1;
    if (encoding.truncated) truncatedCount += 1;
    rows += 1;
    characters += first.length + (second?.length ?? 0);
    if (rows >= chunkRows || characters >= chunkCharacters) {
      onProgress?.(row + 1, examples.length);
      await breathe();
      [rows, characters] = [0, 0];
    }
  }
  onProgress?.(examples.length, examples.length);
  return { count: examples.length, ...(await tokens.joined()), offsets, labels, truncatedCount };
}

/** Numbers that a row's label takes: 1, or as many as there are labels where a row has several. */
export function labelWidth({ labels, count }: Pick<EncodedSplit, "labels" | "count">): number {
  return count === 0 ? 1 : labels.length / count;
}

/** Tokens of a row. Errors: bug for a row that the split does not have. */
export function rowLength(split: EncodedSplit, row: number): number {
  const begin = split.offsets[row];
  const end = split.offsets[row + 1];
  if (begin === undefined || end === undefined) throw new AppError("bug", `Row ${row} is not one of ${split.count}.`);
  return end - begin;
}

/** The first `count` rows in the file's order, or all where there are fewer; shares the token arrays. */
export function firstRows(split: EncodedSplit, count: number): EncodedSplit {
  if (count >= split.count) return split;
  const labels = split.labels.subarray(0, count * labelWidth(split));
  return { ...split, count, offsets: split.offsets.subarray(0, count + 1), labels };
}

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
  /** [sequenceCount] class index or score; [sequenceCount, labels] as in EncodedSplit. */
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
  const width = labelWidth(split);
  const labels = new Float32Array(rows.length * width);
  for (let sequence = 0; sequence < rows.length; sequence++) {
    const row = rows[sequence] ?? 0;
    const [begin, end, at] = [split.offsets[row] ?? 0, split.offsets[row + 1] ?? 0, offsets[sequence] ?? 0];
    ids.set(split.ids.subarray(begin, end), at);
    types.set(split.types.subarray(begin, end), at);
    for (let position = 0; position < end - begin; position++) positions[at + position] = position;
    labels.set(split.labels.subarray(row * width, (row + 1) * width), sequence * width);
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
