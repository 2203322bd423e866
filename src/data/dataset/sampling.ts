import type { TaskKind } from "../../contract/catalog.ts";
import { labelWidth, rowLength, type EncodedSplit } from "./batch.ts";
import { sampledRows, strataOf } from "./sampled-rows.ts";
import { stratifiedChoice } from "./split.ts";

/**
 * A sample of tokenized rows in the file's order: the rows that sampledRows draws. Shares nothing with the split.
 *
 * Errors: as sampledRows.
 */
export function sampleRows(split: EncodedSplit, count: number, seed: number, kind: TaskKind): EncodedSplit {
  const from = { labels: rowLabels(split), kind, name: "the training set" };
  return rowsAt(split, sampledRows(from, { count, seed }));
}

/** Per row its label as one number: rows with the same set of labels have the same. */
function rowLabels(split: EncodedSplit): ArrayLike<number> {
  const width = labelWidth(split);
  if (width === 1) return split.labels;
  const numbers = new Map<string, number>();
  return Array.from({ length: split.count }, (_, row) => {
    const key = split.labels.subarray(row * width, (row + 1) * width).join("");
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

/**
 * Which rows a limit leaves, ascending: as many of every label as its share, whatever the file is sorted by; null for
 * all.
 */
export function limitedRows(split: EncodedSplit, limit: number | null, kind: TaskKind): readonly number[] | null {
  if (limit === null || limit >= split.count) return null;
  return stratifiedChoice(strataOf(rowLabels(split), kind), limit, 0);
}

/** Some rows of a split, in the order given. */
export function rowsAt(split: EncodedSplit, rows: readonly number[]): EncodedSplit {
  const count = rows.length;
  const offsets = new Uint32Array(count + 1);
  for (const [index, row] of rows.entries()) offsets[index + 1] = (offsets[index] ?? 0) + rowLength(split, row);
  const ids = new Uint32Array(offsets[count] ?? 0);
  const types = new Uint8Array(ids.length);
  for (const [index, row] of rows.entries()) {
    const [begin, end] = [split.offsets[row], split.offsets[row + 1]];
    ids.set(split.ids.subarray(begin, end), offsets[index]);
    types.set(split.types.subarray(begin, end), offsets[index]);
  }
  const width = labelWidth(split);
  const labels = new Float32Array(count * width);
  for (const [index, row] of rows.entries()) {
    labels.set(split.labels.subarray(row * width, (row + 1) * width), index * width);
  }
  return { count, ids, types, offsets, labels, truncatedCount: split.truncatedCount };
}

/** Draws samples of train, each size once: all methods and seeds see the same rows. */
export function sampler(train: EncodedSplit, seed: number, kind: TaskKind): (count: number | null) => EncodedSplit {
  const drawn = new Map<number, EncodedSplit>();
  return (count) => {
    if (count === null) return train;
    const known = drawn.get(count) ?? sampleRows(train, count, seed, kind);
    drawn.set(count, known);
    return known;
  };
}
