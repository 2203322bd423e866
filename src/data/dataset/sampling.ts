import { rowLength, type EncodedSplit } from "./batch.ts";
import { sampledRows } from "./sampled-rows.ts";
import { stratifiedChoice } from "./split.ts";

/**
 * A sample of tokenized rows in the file's order: the rows that sampledRows draws. Shares nothing with the split.
 *
 * Errors: as sampledRows.
 */
export function sampleRows(split: EncodedSplit, count: number, seed: number, regression: boolean): EncodedSplit {
  return rowsAt(split, sampledRows({ labels: split.labels, regression, name: "the training set" }, { count, seed }));
}

/**
 * Which rows a limit leaves, ascending: as many of every label as its share, whatever the file is sorted by; null for
 * all.
 */
export function limitedRows(split: EncodedSplit, limit: number | null, regression: boolean): readonly number[] | null {
  if (limit === null || limit >= split.count) return null;
  const classes = Array.from(split.labels);
  return stratifiedChoice(regression ? classes.fill(0) : classes, limit, 0);
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
  const labels = Float32Array.from(rows, (row) => split.labels[row] ?? 0);
  return { count, ids, types, offsets, labels, truncatedCount: split.truncatedCount };
}

/** Draws samples of train, each size once: all methods and seeds see the same rows. */
export function sampler(
  train: EncodedSplit,
  seed: number,
  regression: boolean,
): (count: number | null) => EncodedSplit {
  const drawn = new Map<number, EncodedSplit>();
  return (count) => {
    if (count === null) return train;
    const known = drawn.get(count) ?? sampleRows(train, count, seed, regression);
    drawn.set(count, known);
    return known;
  };
}
