import type { MatrixView } from "../../contract/subnetwork.ts";

/** What a picture of a matrix shows. */
export type MatrixMeasure = "mask" | "times" | "scores" | "drift";

/** More pixels a side are averaged. */
const mostPixels = 256;

/** What became of a weight in a selection, by its number in MatrixPicture.fates. */
export const fates = ["out", "stays", "entered", "left"] as const;

/** A region of a matrix, a pixel a weight, or the mean of some. */
export interface MatrixPicture {
  /** Pixels. */
  readonly rows: number;
  readonly cols: number;
  /** Weights in a pixel, down and across; fewer at the ends. */
  readonly down: number;
  readonly across: number;
  /** [rows · cols · 4]: share of a pixel's weights with each of the fates. */
  readonly fates: Float32Array;
  /** [rows · cols]: mean of what is shown; of a mask the share that is selected. null: it is not kept. */
  readonly values: Float32Array | null;
  /** Means of the values by row and by column of pixels. */
  readonly byRow: Float32Array;
  readonly byColumn: Float32Array;
  /** Weights with each of the fates. */
  readonly counts: readonly [out: number, stays: number, entered: number, left: number];
}

/** The fate of weight i: whether it is selected, and whether it was before. In a first selection all that are in stay. */
export function fateOf({ mask, before }: Pick<MatrixView, "mask" | "before">, i: number): 0 | 1 | 2 | 3 {
  const now = mask[i] === 1;
  const was = before === null ? now : before[i] === 1;
  if (now) return was ? 1 : 2;
  return was ? 3 : 0;
}

/** The values of a measure by weight; null: not kept. */
function valuesOf(view: MatrixView, measure: MatrixMeasure): ArrayLike<number> | null {
  return measure === "mask" ? view.mask : view[measure];
}

/** Draws a view of `rows` x `cols` weights, averaged so that no side has more than 256 pixels. */
export function pictureOf(view: MatrixView, rows: number, cols: number, measure: MatrixMeasure): MatrixPicture {
  const down = Math.ceil(rows / mostPixels);
  const across = Math.ceil(cols / mostPixels);
  const size = { rows: Math.ceil(rows / down), cols: Math.ceil(cols / across) };
  const shares = new Float32Array(size.rows * size.cols * fates.length);
  const sums = new Float32Array(size.rows * size.cols);
  const weights = new Float32Array(size.rows * size.cols);
  const counts: [number, number, number, number] = [0, 0, 0, 0];
  const source = valuesOf(view, measure);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const i = row * cols + col;
      const pixel = Math.floor(row / down) * size.cols + Math.floor(col / across);
      const fate = fateOf(view, i);
      counts[fate] += 1;
      add(shares, pixel * fates.length + fate, 1);
      add(sums, pixel, source?.[i] ?? 0);
      add(weights, pixel, 1);
    }
  }
  for (let at = 0; at < shares.length; at++)
    shares[at] = (shares[at] ?? 0) / (weights[Math.floor(at / fates.length)] ?? 1);
  const marginals = marginalsOf(sums, weights, size.rows, size.cols);
  const values = source === null ? null : sums.map((sum, pixel) => sum / (weights[pixel] ?? 1));
  return { ...size, down, across, fates: shares, values, ...marginals, counts };
}

function add(into: Float32Array, at: number, value: number): void {
  into[at] = (into[at] ?? 0) + value;
}

function marginalsOf(sums: Float32Array, weights: Float32Array, rows: number, cols: number) {
  const byRow = new Float32Array(rows);
  const byColumn = new Float32Array(cols);
  const inRow = new Float32Array(rows);
  const inColumn = new Float32Array(cols);
  for (let pixel = 0; pixel < sums.length; pixel++) {
    const [row, col] = [Math.floor(pixel / cols), pixel % cols];
    add(byRow, row, sums[pixel] ?? 0);
    add(byColumn, col, sums[pixel] ?? 0);
    add(inRow, row, weights[pixel] ?? 0);
    add(inColumn, col, weights[pixel] ?? 0);
  }
  return {
    byRow: byRow.map((sum, row) => sum / (inRow[row] ?? 1)),
    byColumn: byColumn.map((sum, col) => sum / (inColumn[col] ?? 1)),
  };
}

/** Where values lie between the ends of a scale of colours, 0 to 1. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly position: (value: number) => number;
}

/** A scale from 0 to the largest value, or to `most`. */
export function linearScale(values: ArrayLike<number>, most?: number): Scale {
  const high = most ?? largest(values);
  return { low: 0, high, position: (value) => (high <= 0 ? 0 : Math.min(1, Math.max(0, value / high))) };
}

/** A scale by logarithm, over at most six decades below the largest value; what is 0 or less lies at its low end. */
export function logScale(values: ArrayLike<number>): Scale {
  const high = largest(values);
  let low = high;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    if (value > 0 && value < low) low = value;
  }
  low = Math.max(low, high * 1e-6);
  const width = Math.log(high) - Math.log(low);
  const position = (value: number): number =>
    value <= 0 || !(width > 0) ? 0 : Math.min(1, Math.max(0, (Math.log(value) - Math.log(low)) / width));
  return { low, high, position };
}

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    if (Number.isFinite(value) && value > most) most = value;
  }
  return most;
}
