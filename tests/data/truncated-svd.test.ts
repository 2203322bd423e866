import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawNormal } from "../../src/core/rng.ts";
import { factorCholesky, gramMatrix, symmetricEigen } from "../../src/data/dense-symmetric.ts";
import { multiply, multiplyTransposed, type SparseMatrix } from "../../src/data/sparse-matrix.ts";
import { leftSingular } from "../../src/data/truncated-svd.ts";

/** A dense row-major matrix as a sparse one. */
function sparse(dense: Float64Array, cols: number): SparseMatrix {
  const rows = dense.length / cols;
  const kept = [...dense.keys()].filter((at) => dense[at] !== 0);
  return {
    rows,
    cols,
    offsets: Uint32Array.from({ length: rows + 1 }, (_, row) => kept.filter((at) => at < row * cols).length),
    columns: Uint32Array.from(kept, (at) => at % cols),
    values: Float32Array.from(kept, (at) => dense[at] ?? 0),
  };
}

const normals = (count: number, seed: number): Float64Array =>
  // Rounded to f32, for that is what a sparse matrix holds.
  Float64Array.from({ length: count }, (_, index) => Math.fround(drawNormal(seed, "test", 0, index)));

/** a [rows, inner] times b [inner, cols]. */
function product(a: Float64Array, b: Float64Array, inner: number): Float64Array {
  const [rows, cols] = [a.length / inner, b.length / inner];
  return Float64Array.from({ length: rows * cols }, (_, at) => {
    const [row, col] = [Math.floor(at / cols), at % cols];
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += (a[row * inner + k] ?? 0) * (b[k * cols + col] ?? 0);
    return sum;
  });
}

function transposed(a: Float64Array, cols: number): Float64Array {
  const rows = a.length / cols;
  return Float64Array.from(a, (_, at) => a[(at % rows) * cols + Math.floor(at / rows)] ?? 0);
}

function worst(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(found.length).toBe(wanted.length);
  return Array.from(wanted).reduce((most, value, at) => {
    const difference = Math.abs((found[at] ?? Number.NaN) - value);
    return difference <= most ? most : difference;
  }, 0);
}

const identity = (size: number): Float64Array =>
  Float64Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0));

test("sparse products equal dense ones", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.nat(1000), (rows, cols, seed) => {
      const dense = normals(rows * cols, seed).map((value) => (value > 0.3 ? value : 0));
      const matrix = sparse(dense, cols);
      const [x, y] = [normals(cols * 3, seed + 1), normals(rows * 3, seed + 2)];
      // The same terms in the same order: no rounding of its own.
      expect(worst(multiply(matrix, x, 3), product(dense, x, cols))).toBe(0);
      expect(worst(multiplyTransposed(matrix, y, 3), product(transposed(dense, cols), y, rows))).toBe(0);
    }),
  );
});

describe("symmetric matrices", () => {
  test("Cholesky's factor gives the matrix back, of full rank or not", () => {
    const x = normals(40 * 6, 1);
    const gram = gramMatrix(x, 6);
    expect(worst(gram, product(transposed(x, 6), x, 40))).toBeLessThan(1e-12);
    const factor = factorCholesky(gram, 6);
    expect(worst(product(factor, transposed(factor, 6), 6), gram)).toBeLessThan(1e-12);
    // The last column is twice the first: nothing is left for it.
    const dependent = x.map((value, at) => (at % 6 === 5 ? 2 * (x[at - 5] ?? 0) : value));
    const singular = factorCholesky(gramMatrix(dependent, 6), 6);
    expect(singular.every(Number.isFinite)).toBe(true);
    expect(singular[35]).toBe(0);
  });

  test("eigenvalues and vectors: A·V = V·λ, V orthonormal, values descending", () => {
    for (const size of [1, 2, 7, 24]) {
      const half = normals(size * size, size);
      const a = half.map((value, at) => value + (half[(at % size) * size + Math.floor(at / size)] ?? 0));
      const { values, vectors } = symmetricEigen(a, size);
      expect([...values]).toEqual([...values].sort((left, right) => right - left));
      const scaled = vectors.map((value, at) => value * (values[at % size] ?? 0));
      expect(worst(product(a, vectors, size), scaled)).toBeLessThan(1e-10);
      expect(worst(product(transposed(vectors, size), vectors, size), identity(size))).toBeLessThan(1e-12);
    }
  });
});

describe("leftSingular", () => {
  /** 60 x 40 with singular values 2^-k and known left vectors. */
  function known(): { matrix: SparseMatrix; left: Float64Array; values: number[] } {
    const left = symmetricEigen(gramMatrix(normals(80 * 60, 5), 60), 60).vectors;
    const right = symmetricEigen(gramMatrix(normals(80 * 40, 6), 40), 40).vectors;
    const values = Array.from({ length: 40 }, (_, index) => 100 * 0.8 ** index);
    const scaled = Float64Array.from({ length: 60 * 40 }, (_, at) => {
      const [row, col] = [Math.floor(at / 40), at % 40];
      return (left[row * 60 + col] ?? 0) * (values[col] ?? 0);
    });
    return { matrix: sparse(product(scaled, transposed(right, 40), 40), 40), left, values };
  }

  test("finds the largest singular values and their vectors up to sign", () => {
    const { matrix, left, values } = known();
    const found = leftSingular(matrix, 6, 4, 1);
    for (const [k, value] of values.slice(0, 6).entries()) {
      // The matrix is rounded to f32: 2^-24 of its largest value, over 60 x 40 elements.
      expect(Math.abs((found.values[k] ?? Number.NaN) - value)).toBeLessThan(1e-3);
      let cosine = 0;
      for (let row = 0; row < 60; row++) cosine += (found.vectors[row * 6 + k] ?? 0) * (left[row * 60 + k] ?? 0);
      expect(Math.abs(cosine)).toBeGreaterThan(1 - 1e-6);
    }
    const gram = product(transposed(found.vectors, 6), found.vectors, 60);
    expect(worst(gram, identity(6))).toBeLessThan(1e-10);
  });

  test("the same seed gives the same bits", () => {
    const { matrix } = known();
    expect(leftSingular(matrix, 3, 2, 9)).toEqual(leftSingular(matrix, 3, 2, 9));
  });

  test("a matrix of lower rank than asked for has zeros and no NaN", () => {
    const one = sparse(
      Float64Array.from({ length: 30 }, (_, at) => (at % 5) + 1),
      5,
    );
    const { values, vectors } = leftSingular(one, 4, 3, 1);
    expect(values[0]).toBeGreaterThan(10);
    for (const value of values.slice(1)) expect(value).toBeLessThan(1e-5);
    expect(vectors.every(Number.isFinite)).toBe(true);
  });
});
