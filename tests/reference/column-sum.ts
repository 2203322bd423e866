import { at, emptyReference, put, type Reference } from "./array.ts";

/** sum[c] = sum_r x[r,c] of x [rows, cols]: the gradient of a bias. */
export function columnSum(x: Float64Array, cols: number): Reference {
  const result = emptyReference(cols);
  for (let col = 0; col < cols; col++) {
    let sum = 0;
    let magnitude = 0;
    for (let index = col; index < x.length; index += cols) {
      sum += at(x, index);
      magnitude += Math.abs(at(x, index));
    }
    put(result, col, sum, magnitude);
  }
  return result;
}
