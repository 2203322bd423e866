import { drawNormal } from "../core/rng.ts";
import { factorCholesky, gramMatrix, symmetricEigen } from "./dense-symmetric.ts";
import { multiply, multiplyTransposed, type SparseMatrix } from "./sparse-matrix.ts";

/** The largest singular values of a matrix with their left vectors. */
export interface LeftSingular {
  /** [rank] descending. */
  readonly values: Float64Array;
  /** [rows, rank] row-major, columns orthonormal. */
  readonly vectors: Float64Array;
}

/** Columns beyond the rank, which make the last wanted ones exact sooner. */
const oversampling = 16;

/**
 * The `rank` largest singular values and left vectors of A, by randomised subspace iteration from seeded normal draws.
 *
 * rank: at most the smaller side of A. rounds: each multiplies by A and Aᵀ once.
 * Source: Halko, Martinsson and Tropp 2011, algorithms 4.4 and 5.1.
 */
export function leftSingular(matrix: SparseMatrix, rank: number, rounds: number, seed: number): LeftSingular {
  const width = Math.min(rank + oversampling, matrix.rows, matrix.cols);
  let right: Float64Array = Float64Array.from({ length: matrix.cols * width }, (_, index) =>
    drawNormal(seed, "singular vectors", 0, index),
  );
  let left = orthonormal(multiply(matrix, right, width), width);
  for (let round = 1; round < rounds; round++) {
    right = orthonormal(multiplyTransposed(matrix, left, width), width);
    left = orthonormal(multiply(matrix, right, width), width);
  }
  const projected = multiplyTransposed(matrix, left, width);
  const { values, vectors } = symmetricEigen(gramMatrix(projected, width), width);
  return {
    values: values.slice(0, rank).map((value) => Math.sqrt(Math.max(0, value))),
    vectors: rotated(left, width, vectors, rank),
  };
}

/** Orthonormal columns that span those of x [rows, width]: Cholesky's factor of the Gram matrix, divided out twice. */
function orthonormal(x: Float64Array, width: number): Float64Array {
  return divided(divided(x, width), width);
}

function divided(x: Float64Array, width: number): Float64Array {
  const factor = factorCholesky(gramMatrix(x, width), width);
  const out = new Float64Array(x.length);
  for (let start = 0; start < x.length; start += width) {
    for (let column = 0; column < width; column++) {
      let sum = x[start + column] ?? 0;
      const row = column * width;
      for (let k = 0; k < column; k++) sum -= (factor[row + k] ?? 0) * (out[start + k] ?? 0);
      const pivot = factor[row + column] ?? 0;
      // A column that the others span already has nothing to add.
      out[start + column] = pivot > 0 ? sum / pivot : 0;
    }
  }
  return out;
}

/** x [rows, width] times the first `rank` columns of vectors [width, width]. */
function rotated(x: Float64Array, width: number, vectors: Float64Array, rank: number): Float64Array {
  const rows = x.length / width;
  const out = new Float64Array(rows * rank);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < width; k++) {
      const value = x[row * width + k] ?? 0;
      for (let column = 0; column < rank; column++) {
        out[row * rank + column] = (out[row * rank + column] ?? 0) + value * (vectors[k * width + column] ?? 0);
      }
    }
  }
  return out;
}
