import { at, emptyReference, put, type Reference } from "./array.ts";

/** x [rows, cols]; weight [heads · 3 · size, cols]: of each head the rows of queries, of keys, then of values. */
export interface JointInput {
  readonly x: Float64Array;
  readonly weight: Float64Array;
  readonly queryBias: Float64Array;
  readonly valueBias: Float64Array;
  readonly cols: number;
  readonly heads: number;
  readonly size: number;
}

/** Queries, keys and values, [rows, heads · size] each: keys have no bias. */
export function jointProjection({
  x,
  weight,
  queryBias,
  valueBias,
  cols,
  heads,
  size,
}: JointInput): readonly Reference[] {
  const rows = x.length / cols;
  return [queryBias, null, valueBias].map((bias, part) => {
    const result = emptyReference(rows * heads * size);
    for (let row = 0; row < rows; row++) {
      for (let head = 0; head < heads; head++) {
        for (let d = 0; d < size; d++) {
          const place = head * size + d;
          let sum = bias === null ? 0 : at(bias, place);
          let magnitude = Math.abs(sum);
          for (let col = 0; col < cols; col++) {
            const term = at(x, row * cols + col) * at(weight, ((head * 3 + part) * size + d) * cols + col);
            sum += term;
            magnitude += Math.abs(term);
          }
          put(result, row * heads * size + place, sum, magnitude);
        }
      }
    }
    return result;
  });
}
