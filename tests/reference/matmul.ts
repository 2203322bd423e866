import { at, emptyReference, put, type Reference } from "./array.ts";

/** nn: A[M,K]·B[K,N];  nt: A[M,K]·B[N,K]ᵀ;  tn: A[K,M]ᵀ·B[K,N]. The result is [M,N]. */
export type MatmulLayout = "nn" | "nt" | "tn";

/** M, N: rows and columns of the result; K: the summed extent. */
export interface MatmulSizes {
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

/** C[M,N] = A·B in one of three layouts, plus bias[N] on every row where there is one. */
export function matmul(
  layout: MatmulLayout,
  a: Float64Array,
  b: Float64Array,
  { M, N, K }: MatmulSizes,
  bias: Float64Array | null = null,
): Reference {
  if (a.length !== M * K || b.length !== K * N || (bias !== null && bias.length !== N)) {
    throw new RangeError(`matmul ${layout} M ${M}, N ${N}, K ${K} with ${a.length} and ${b.length} elements`);
  }
  const result = emptyReference(M * N);
  const [aRow, aStep] = layout === "tn" ? [1, M] : [K, 1];
  const [bColumn, bStep] = layout === "nt" ? [K, 1] : [1, N];
  for (let row = 0; row < M; row++) {
    for (let column = 0; column < N; column++) {
      let sum = bias === null ? 0 : at(bias, column);
      let magnitude = Math.abs(sum);
      for (let inner = 0; inner < K; inner++) {
        // Both lengths were checked, so no index is outside; at() here would take most of a whole model's time.
        const term = (a[row * aRow + inner * aStep] ?? 0) * (b[column * bColumn + inner * bStep] ?? 0);
        sum += term;
        magnitude += Math.abs(term);
      }
      put(result, row * N + column, sum, magnitude);
    }
  }
  return result;
}
