import { at, emptyReference, put, type Reference } from "./array.ts";

/** gamma, beta [cols]. */
export interface LayernormParams {
  readonly gamma: Float64Array;
  readonly beta: Float64Array;
  readonly eps: number;
}

/** y [rows, cols] as value and magnitude, with the row statistics [rows]. */
export interface LayernormReference extends Reference {
  readonly mean: Reference;
  readonly rstd: Reference;
}

/**
 * y = gamma (x - mean) rstd + beta over each row of x [rows, cols].
 *
 * xMagnitude: the terms behind x where x is itself a sum; |x| by default.
 * The magnitude follows the rounding of x - mean into the output twice: directly, and through rstd.
 */
export function layernorm(
  x: Float64Array,
  { gamma, beta, eps }: LayernormParams,
  xMagnitude: Float64Array = x.map(Math.abs),
): LayernormReference {
  const cols = gamma.length;
  const rows = x.length / cols;
  if (!Number.isInteger(rows) || beta.length !== cols) throw new RangeError(`layernorm of ${x.length} over ${cols}`);
  const result = emptyReference(x.length);
  const means = emptyReference(rows);
  const rstds = emptyReference(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * cols;
    const { mean, spread, rstd, relative } = rowStatistics(x, xMagnitude, start, cols, eps);
    put(means, row, mean, spread);
    put(rstds, row, rstd, rstd * relative);
    for (let col = 0; col < cols; col++) {
      const scale = at(gamma, col) * rstd;
      const centred = at(x, start + col) - mean;
      const magnitude = Math.abs(scale) * (at(xMagnitude, start + col) + spread + Math.abs(centred) * relative);
      put(result, start + col, scale * centred + at(beta, col), magnitude + Math.abs(at(beta, col)));
    }
  }
  return { ...result, mean: means, rstd: rstds };
}

/** spread: mean of the magnitudes. relative: relative error of rstd, in units of rounding. */
function rowStatistics(x: Float64Array, xMagnitude: Float64Array, start: number, cols: number, eps: number) {
  let sum = 0;
  let magnitudes = 0;
  for (let col = 0; col < cols; col++) {
    sum += at(x, start + col);
    magnitudes += at(xMagnitude, start + col);
  }
  const mean = sum / cols;
  const spread = magnitudes / cols;
  let squares = 0;
  let crossed = 0;
  for (let col = 0; col < cols; col++) {
    const centred = at(x, start + col) - mean;
    squares += centred * centred;
    crossed += Math.abs(centred) * (at(xMagnitude, start + col) + spread);
  }
  const variance = squares / cols + eps;
  return { mean, spread, rstd: 1 / Math.sqrt(variance), relative: 1 + crossed / cols / variance };
}
