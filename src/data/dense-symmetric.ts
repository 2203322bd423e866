/** xᵀ·x of x [rows, width], row-major; [width, width]. */
export function gramMatrix(x: Float64Array, width: number): Float64Array {
  const gram = new Float64Array(width * width);
  for (let start = 0; start < x.length; start += width) {
    for (let i = 0; i < width; i++) {
      const value = x[start + i] ?? 0;
      for (let j = 0; j <= i; j++) gram[i * width + j] = (gram[i * width + j] ?? 0) + value * (x[start + j] ?? 0);
    }
  }
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < i; j++) gram[j * width + i] = gram[i * width + j] ?? 0;
  }
  return gram;
}

/** Pivots below this share of their diagonal are rounding, and taken for 0. */
const smallestPivot = 1e-13;

/** The lower factor L of a positive semi-definite a = L·Lᵀ [width, width]; a column that depends on others is 0. */
export function factorCholesky(a: Float64Array, width: number): Float64Array {
  const factor = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * width + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (factor[i * width + k] ?? 0) * (factor[j * width + k] ?? 0);
      const pivot = factor[j * width + j] ?? 0;
      if (i === j) factor[i * width + i] = sum > smallestPivot * (a[i * width + i] ?? 0) ? Math.sqrt(sum) : 0;
      else factor[i * width + j] = pivot > 0 ? sum / pivot : 0;
    }
  }
  return factor;
}

/** Eigenvalues, largest first, and their vectors as columns. */
export interface Eigen {
  /** [width] */
  readonly values: Float64Array;
  /** [width, width] row-major. */
  readonly vectors: Float64Array;
}

const maxSweeps = 40;

/** All eigenvalues and vectors of a symmetric matrix [width, width], by cyclic Jacobi rotations. */
export function symmetricEigen(matrix: Float64Array, width: number): Eigen {
  const a = matrix.slice();
  const vectors = new Float64Array(width * width);
  for (let i = 0; i < width; i++) vectors[i * width + i] = 1;
  const enough = 1e-24 * a.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < maxSweeps && offDiagonal(a, width) > enough; sweep++) {
    for (let p = 0; p + 1 < width; p++) for (let q = p + 1; q < width; q++) rotate(a, vectors, width, p, q);
  }
  const order = Array.from({ length: width }, (_, index) => index);
  const valueAt = (index: number): number => a[index * width + index] ?? 0;
  order.sort((left, right) => valueAt(right) - valueAt(left));
  const sorted = new Float64Array(width * width);
  for (const [to, from] of order.entries()) {
    for (let row = 0; row < width; row++) sorted[row * width + to] = vectors[row * width + from] ?? 0;
  }
  return { values: Float64Array.from(order, valueAt), vectors: sorted };
}

/** Sum of squares beside the diagonal. */
function offDiagonal(a: Float64Array, width: number): number {
  let sum = 0;
  for (let i = 0; i < width; i++) for (let j = 0; j < width; j++) if (i !== j) sum += (a[i * width + j] ?? 0) ** 2;
  return sum;
}

/** Turns rows and columns p, q of a, and columns p, q of vectors, so that a[p, q] becomes 0. */
function rotate(a: Float64Array, vectors: Float64Array, width: number, p: number, q: number): void {
  const apq = a[p * width + q] ?? 0;
  if (apq === 0) return;
  const theta = ((a[q * width + q] ?? 0) - (a[p * width + p] ?? 0)) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const turn = (x: Float64Array, i: number, j: number): void => {
    const [xi, xj] = [x[i] ?? 0, x[j] ?? 0];
    x[i] = c * xi - s * xj;
    x[j] = s * xi + c * xj;
  };
  for (let k = 0; k < width; k++) turn(a, k * width + p, k * width + q);
  for (let k = 0; k < width; k++) turn(a, p * width + k, q * width + k);
  for (let k = 0; k < width; k++) turn(vectors, k * width + p, k * width + q);
}
