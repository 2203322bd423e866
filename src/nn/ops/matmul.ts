import { AppError } from "../../core/errors.ts";
import { formatShape } from "../../core/shape.ts";
import { defineKernel } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { MatmulKernel, MatmulLayout, MatmulSizes, MatmulVariant } from "../kernels.ts";
import type { Scope } from "../scope.ts";
import { sumBlocks } from "./column-sum.ts";
import real from "../../../shaders/lib/real_f32.wgsl?raw";
import subgroupProduct from "../../../shaders/lib/subgroup_product.wgsl?raw";
import subgroups from "../../../shaders/lib/subgroups.wgsl?raw";
import block from "../../../shaders/matmul_block.wgsl?raw";
import tiled from "../../../shaders/matmul.wgsl?raw";
import subgroup from "../../../shaders/matmul_subgroup.wgsl?raw";

function layouts(
  file: string,
  wgsl: string,
  constants: Readonly<Record<string, number>> = {},
): MatmulVariant["kernels"] {
  const kernel = (layout: MatmulLayout): MatmulKernel =>
    defineKernel({
      name: [file, ...Object.values(constants), layout].join("_"),
      wgsl,
      bindings: { a: "read", b: "read", bias: "read", c: "read_write" },
      uniforms: { M: "u32", N: "u32", K: "u32", depth: "u32", accumulate: "u32", biased: "u32" },
      constants: { TRANSPOSE_A: layout === "tn" ? 1 : 0, TRANSPOSE_B: layout === "nt" ? 1 : 0, ...constants },
    });
  return { nn: kernel("nn"), nt: kernel("nt"), tn: kernel("tn") };
}

function ofSubgroups(lanes: number, columns: number): MatmulVariant {
  const wgsl = subgroups + real + subgroupProduct + subgroup;
  const kernels = layouts("matmul_subgroup", wgsl, { LANES: lanes, COLUMNS: columns });
  return { kernels, tile: { rows: 16, columns: lanes * columns }, parts: 1, lanes };
}

function ofBlocks(lanes: number, columns: number): MatmulVariant {
  const kernels = layouts("matmul_block", real + block, { LANES: lanes, COLUMNS: columns });
  return { kernels, tile: { rows: 8, columns: lanes * columns }, parts: 1 };
}

/** The variant that works everywhere. */
export const portableMatmul: MatmulVariant = {
  kernels: layouts("matmul", real + tiled),
  tile: { rows: 64, columns: 64 },
  parts: 1,
};

const whole = {
  tiled: portableMatmul,
  block8x4: ofBlocks(8, 4),
  block8x8: ofBlocks(8, 8),
  block32x4: ofBlocks(32, 4),
  subgroup4x4: ofSubgroups(4, 4),
  subgroup4x8: ofSubgroups(4, 8),
  subgroup8x4: ofSubgroups(8, 4),
  subgroup8x8: ofSubgroups(8, 8),
  subgroup16x4: ofSubgroups(16, 4),
  subgroup32x4: ofSubgroups(32, 4),
} as const satisfies Record<string, MatmulVariant>;

/** Every way to multiply, by name. Where K is divided, the number of parts stands behind a slash. */
export const matmulVariants: ReadonlyMap<string, MatmulVariant> = new Map([
  ...Object.entries(whole),
  ...Object.entries(whole).flatMap(([name, variant]) =>
    [4, 16].map((parts): [string, MatmulVariant] => [`${name}/${parts}`, { ...variant, parts }]),
  ),
]);

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
  layout: MatmulLayout,
  { a, b, c }: { a: Tensor; b: Tensor; c: Tensor },
  sizes: MatmulSizes,
  agrees: boolean,
  { bias, accumulate = 0 }: MatmulOptions,
): void {
  const { M, N, K } = sizes;
  if (!agrees || c.shape[0] !== M || c.shape[1] !== N || (bias !== undefined && bias.shape[0] !== N)) {
    const shapes = [a, b, c].map((tensor) => `${tensor.label} ${formatShape(tensor.shape)}`).join(", ");
    throw new AppError("shape-mismatch", `matmul ${layout} cannot multiply ${shapes}.`);
  }
  const { kernels, tile, parts: wanted } = s.kernels.matmul(layout, sizes);
  const depth = bias === undefined ? Math.ceil(K / wanted) : K;
  const parts = Math.ceil(K / depth);
  const grid = [Math.ceil(N / tile.columns), Math.ceil(M / tile.rows), parts] as const;
  const biased = bias === undefined ? 0 : 1;
  if (parts === 1) {
    s.rec.run(kernels[layout], { a, b, bias: bias ?? b, c }, { ...sizes, depth, accumulate, biased }, grid);
    return;
  }
  const partial = s.temporary("matmul parts", [parts, M * N]);
  const numbers = { ...sizes, depth, accumulate: 0, biased: 0 };
  s.rec.run(kernels[layout], { a, b, bias: b, c: partial }, numbers, grid);
  sumBlocks(s, partial, c, accumulate);
  s.free(partial);
}
