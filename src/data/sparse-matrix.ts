/** A matrix of which only what is not zero is kept, row by row. */
export interface SparseMatrix {
  readonly rows: number;
  readonly cols: number;
  /** [rows + 1]; row r holds elements offsets[r] … offsets[r + 1] - 1 of columns and values. */
  readonly offsets: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float32Array;
}

/** Y = A·X. X [cols, width], Y [rows, width], row-major. */
export function multiply(matrix: SparseMatrix, x: Float64Array, width: number): Float64Array {
  const { rows, offsets, columns, values } = matrix;
  const y = new Float64Array(rows * width);
  const sums = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    const end = offsets[row + 1] ?? 0;
    for (let at = offsets[row] ?? 0; at < end; at++) {
      const value = values[at] ?? 0;
      const from = (columns[at] ?? 0) * width;
      for (let k = 0; k < width; k++) sums[k] = (sums[k] ?? 0) + value * (x[from + k] ?? 0);
    }
    y.set(sums, row * width);
  }
  return y;
}

/** Y = Aᵀ·X. X [rows, width], Y [cols, width], row-major. */
export function multiplyTransposed(matrix: SparseMatrix, x: Float64Array, width: number): Float64Array {
  const { rows, cols, offsets, columns, values } = matrix;
  const y = new Float64Array(cols * width);
  for (let row = 0; row < rows; row++) {
    const own = x.subarray(row * width, (row + 1) * width);
    const end = offsets[row + 1] ?? 0;
    for (let at = offsets[row] ?? 0; at < end; at++) {
      const value = values[at] ?? 0;
      const into = (columns[at] ?? 0) * width;
      for (let k = 0; k < width; k++) y[into + k] = (y[into + k] ?? 0) + value * (own[k] ?? 0);
    }
  }
  return y;
}
