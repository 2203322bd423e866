import { AppError } from "../../core/errors.ts";
import { formatShape } from "../../core/shape.ts";
import { defineKernel } from "../../gpu/kernel.ts";
import type { Kernel } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Scope } from "../scope.ts";
import nn from "../../../shaders/matmul_nn.wgsl?raw";
import nt from "../../../shaders/matmul_nt.wgsl?raw";
import tn from "../../../shaders/matmul_tn.wgsl?raw";

type MatmulKernel = Kernel<"a" | "b" | "bias" | "c", "M" | "N" | "K" | "accumulate" | "biased">;

const tile = 64;

const common = {
  bindings: { a: "read", b: "read", bias: "read", c: "read_write" },
  uniforms: { M: "u32", N: "u32", K: "u32", accumulate: "u32", biased: "u32" },
} as const;

/** C [M, N] = A [M, K] · B [K, N] */
export const matmulNNKernel: MatmulKernel = defineKernel({ name: "matmul_nn", wgsl: nn, ...common });
/** C [M, N] = A [M, K] · B [N, K]ᵀ */
export const matmulNTKernel: MatmulKernel = defineKernel({ name: "matmul_nt", wgsl: nt, ...common });
/** C [M, N] = A [K, M]ᵀ · B [K, N] */
export const matmulTNKernel: MatmulKernel = defineKernel({ name: "matmul_tn", wgsl: tn, ...common });

/** `bias` [N] is added to every row; `accumulate` 1 adds to what c holds. */
interface MatmulOptions {
  readonly bias?: Tensor;
  readonly accumulate?: 0 | 1;
}

/** c = a · b. Errors: shape-mismatch. */
export function matmulNN(s: Scope, a: Tensor, b: Tensor, c: Tensor, options: MatmulOptions = {}): void {
  const [M = 0, K = 0] = a.shape;
  const [inner = 0, N = 0] = b.shape;
  dispatch(s, matmulNNKernel, { a, b, c }, { M, N, K }, inner === K, options);
}

/** c = a · bᵀ. Errors: shape-mismatch. */
export function matmulNT(s: Scope, a: Tensor, b: Tensor, c: Tensor, options: MatmulOptions = {}): void {
  const [M = 0, K = 0] = a.shape;
  const [N = 0, inner = 0] = b.shape;
  dispatch(s, matmulNTKernel, { a, b, c }, { M, N, K }, inner === K, options);
}

/** c = aᵀ · b. Errors: shape-mismatch. */
export function matmulTN(s: Scope, a: Tensor, b: Tensor, c: Tensor, options: MatmulOptions = {}): void {
  const [K = 0, M = 0] = a.shape;
  const [inner = 0, N = 0] = b.shape;
  dispatch(s, matmulTNKernel, { a, b, c }, { M, N, K }, inner === K, options);
}

function dispatch(
  s: Scope,
  kernel: MatmulKernel,
  { a, b, c }: { a: Tensor; b: Tensor; c: Tensor },
  sizes: { M: number; N: number; K: number },
  agrees: boolean,
  { bias, accumulate = 0 }: MatmulOptions,
): void {
  const { M, N } = sizes;
  if (!agrees || c.shape[0] !== M || c.shape[1] !== N || (bias !== undefined && bias.shape[0] !== N)) {
    const shapes = [a, b, c].map((tensor) => `${tensor.label} ${formatShape(tensor.shape)}`).join(", ");
    throw new AppError("shape-mismatch", `${kernel.name} cannot multiply ${shapes}.`);
  }
  const biased = bias === undefined ? 0 : 1;
  const grid = [Math.ceil(N / tile), Math.ceil(M / tile), 1] as const;
  s.rec.run(kernel, { a, b, bias: bias ?? b, c }, { ...sizes, accumulate, biased }, grid);
}
