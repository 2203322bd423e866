import { AppError } from "../../core/errors.ts";
import { formatShape } from "../../core/shape.ts";
import { defineKernel } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Kernels, MatmulKernel, MatmulKernels } from "../kernels.ts";
import type { Scope } from "../scope.ts";
import real from "../../../shaders/lib/real_f32.wgsl?raw";
import subgroups from "../../../shaders/lib/subgroups.wgsl?raw";
import tiled from "../../../shaders/matmul.wgsl?raw";
import subgroup from "../../../shaders/matmul_subgroup.wgsl?raw";

type Layout = keyof MatmulKernels["kernels"];

function layouts(
  file: string,
  wgsl: string,
  constants: Readonly<Record<string, number>> = {},
): Readonly<Record<Layout, MatmulKernel>> {
  const kernel = (layout: Layout): MatmulKernel =>
    defineKernel({
      name: [file, ...Object.values(constants), layout].join("_"),
      wgsl,
      bindings: { a: "read", b: "read", bias: "read", c: "read_write" },
      uniforms: { M: "u32", N: "u32", K: "u32", accumulate: "u32", biased: "u32" },
      constants: { TRANSPOSE_A: layout === "tn" ? 1 : 0, TRANSPOSE_B: layout === "nt" ? 1 : 0, ...constants },
    });
  return { nn: kernel("nn"), nt: kernel("nt"), tn: kernel("tn") };
}

/**
 * The ways to multiply: "tiled" works everywhere, the others are for adapters that run a subgroup of so many as a CPU's
 * vector lanes, and read b in vectors.
 */
export const matmulVariants = {
  tiled: { kernels: layouts("matmul", real + tiled), tile: { rows: 64, columns: 64 }, step: 1 },
  subgroup4: {
    kernels: layouts("matmul_subgroup", subgroups + real + subgroup, { LANES: 4 }),
    tile: { rows: 8, columns: 16 },
    step: 4,
  },
  subgroup8: {
    kernels: layouts("matmul_subgroup", subgroups + real + subgroup, { LANES: 8 }),
    tile: { rows: 8, columns: 32 },
    step: 4,
  },
} as const satisfies Record<string, MatmulKernels>;

/** Kernels that work on every device. */
export const plainKernels: Kernels = { matmul: matmulVariants.tiled };

/** `bias` [N] is added to every row; `accumulate` 1 adds to what c holds. */
interface MatmulOptions {
  readonly bias?: Tensor;
  readonly accumulate?: 0 | 1;
}

/** c = a · b. Errors: shape-mismatch. */
export function matmulNN(s: Scope, a: Tensor, b: Tensor, c: Tensor, options: MatmulOptions = {}): void {
  const [M = 0, K = 0] = a.shape;
  const [inner = 0, N = 0] = b.shape;
  dispatch(s, "nn", { a, b, c }, { M, N, K }, inner === K, options);
}

/** c = a · bᵀ. Errors: shape-mismatch. */
export function matmulNT(s: Scope, a: Tensor, b: Tensor, c: Tensor, options: MatmulOptions = {}): void {
  const [M = 0, K = 0] = a.shape;
  const [N = 0, inner = 0] = b.shape;
  dispatch(s, "nt", { a, b, c }, { M, N, K }, inner === K, options);
}

/** c = aᵀ · b. Errors: shape-mismatch. */
export function matmulTN(s: Scope, a: Tensor, b: Tensor, c: Tensor, options: MatmulOptions = {}): void {
  const [K = 0, M = 0] = a.shape;
  const [inner = 0, N = 0] = b.shape;
  dispatch(s, "tn", { a, b, c }, { M, N, K }, inner === K, options);
}

function dispatch(
  s: Scope,
  layout: Layout,
  { a, b, c }: { a: Tensor; b: Tensor; c: Tensor },
  sizes: { M: number; N: number; K: number },
  agrees: boolean,
  { bias, accumulate = 0 }: MatmulOptions,
): void {
  const { M, N } = sizes;
  if (!agrees || c.shape[0] !== M || c.shape[1] !== N || (bias !== undefined && bias.shape[0] !== N)) {
    const shapes = [a, b, c].map((tensor) => `${tensor.label} ${formatShape(tensor.shape)}`).join(", ");
    throw new AppError("shape-mismatch", `matmul ${layout} cannot multiply ${shapes}.`);
  }
  const biased = bias === undefined ? 0 : 1;
  const chosen = s.kernels.matmul;
  const { tile, kernels } = (b.shape[1] ?? 0) % chosen.step === 0 ? chosen : plainKernels.matmul;
  const grid = [Math.ceil(N / tile.columns), Math.ceil(M / tile.rows), 1] as const;
  s.rec.run(kernels[layout], { a, b, bias: bias ?? b, c }, { ...sizes, accumulate, biased }, grid);
}
