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
import tile8 from "../../../shaders/matmul_tile8.wgsl?raw";

function layouts(
  file: string,
  wgsl: string,
  constants: Readonly<Record<string, number>> = {},
): MatmulVariant["kernels"] {
  const kernel = (layout: MatmulLayout, sums: 0 | 1 = 0): MatmulKernel =>
    defineKernel({
      name: [file, ...Object.values(constants), layout, ...(sums === 1 ? ["sums"] : [])].join("_"),
      wgsl,
      bindings: { a: "read", b: "read", bias: "read", c: "read_write", sums: "read_write" },
      uniforms: {
        M: "u32",
        N: "u32",
        K: "u32",
        depth: "u32",
        accumulate: "u32",
        biased: "u32",
        accumulate_sums: "u32",
      },
      constants: {
        TRANSPOSE_A: layout === "tn" ? 1 : 0,
        TRANSPOSE_B: layout === "nt" ? 1 : 0,
        SUMS: sums,
        ...constants,
      },
    });
  return { nn: kernel("nn"), nt: kernel("nt"), tn: kernel("tn"), tn_sums: kernel("tn", 1) };
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

function ofTiles(edge: number): MatmulVariant {
  const kernels = layouts("matmul_tile8", real + tile8, { EDGE: edge });
  return { kernels, tile: { rows: edge, columns: edge }, parts: 1 };
}

/** The variant that works everywhere. */
export const portableMatmul: MatmulVariant = {
  kernels: layouts("matmul", real + tiled),
  tile: { rows: 64, columns: 64 },
  parts: 1,
};

const whole = {
  tiled: portableMatmul,
  tile64: ofTiles(64),
  tile128: ofTiles(128),
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

/** `accumulate` 1 adds to what c holds. */
interface MatmulOptions {
  readonly accumulate?: 0 | 1;
  /** [N], added to every row. */
  readonly bias?: Tensor;
}

/** Sums of a's columns, [M], written to `into` or added to what it holds. */
export interface ColumnSums {
  readonly into: Tensor;
  readonly accumulate: 0 | 1;
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

/** c = aᵀ · b, and the sums of a's columns where they are asked for. Errors: shape-mismatch. */
export function matmulTN(
  s: Scope,
  a: Tensor,
  b: Tensor,
  c: Tensor,
  options: MatmulOptions & { readonly columnSums?: ColumnSums } = {},
): void {
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
  { bias, accumulate = 0, columnSums }: MatmulOptions & { readonly columnSums?: ColumnSums },
): void {
  const { M, N, K } = sizes;
  const fits = (vector: Tensor | undefined, count: number) => vector === undefined || vector.shape[0] === count;
  if (!agrees || c.shape[0] !== M || c.shape[1] !== N || !fits(bias, N) || !fits(columnSums?.into, M)) {
    const shapes = [a, b, c].map((tensor) => `${tensor.label} ${formatShape(tensor.shape)}`).join(", ");
    throw new AppError("shape-mismatch", `matmul ${layout} cannot multiply ${shapes}.`);
  }
  const { kernels, tile, parts: wanted } = s.kernels.matmul(layout, sizes);
  const kernel = columnSums === undefined ? kernels[layout] : kernels.tn_sums;
  const depth = bias === undefined ? Math.ceil(K / wanted) : K;
  const parts = Math.ceil(K / depth);
  const grid = [Math.ceil(N / tile.columns), Math.ceil(M / tile.rows), parts] as const;
  const sums = columnSums?.into ?? s.saved("no sums", [1]);
  if (parts === 1) {
    const flags = { accumulate, biased: bias === undefined ? 0 : 1, accumulate_sums: columnSums?.accumulate ?? 0 };
    s.rec.run(kernel, { a, b, bias: bias ?? b, c, sums }, { ...sizes, depth, ...flags }, grid);
    return;
  }
  const products = s.temporary("matmul parts", [parts, M * N]);
  const partSums = s.temporary("matmul part sums", [parts, M]);
  const numbers = { ...sizes, depth, accumulate: 0, biased: 0, accumulate_sums: 0 };
  s.rec.run(kernel, { a, b, bias: b, c: products, sums: partSums }, numbers, grid);
  sumBlocks(s, products, c, accumulate);
  if (columnSums !== undefined) sumBlocks(s, partSums, columnSums.into, columnSums.accumulate);
  s.free(products, partSums);
}
