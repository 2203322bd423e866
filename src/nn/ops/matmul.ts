import { AppError } from "../../core/errors.ts";
import { formatShape } from "../../core/shape.ts";
import { defineKernel } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { layoutOf } from "../kernels.ts";
import type { Activation, MatmulKernel, MatmulKind, MatmulLayout, MatmulSizes, MatmulVariant } from "../kernels.ts";
import type { Scope } from "../scope.ts";
import { activationTexts } from "./activation.ts";
import { sumBlocks } from "./column-sum.ts";
import { ofReals, realOf } from "./real.ts";
import outer from "../../../shaders/lib/outer_product.wgsl?raw";
import store from "../../../shaders/lib/product_store.wgsl?raw";
import resultFull from "../../../shaders/lib/result_f32.wgsl?raw";
import resultReal from "../../../shaders/lib/result_real.wgsl?raw";
import subgroupProduct from "../../../shaders/lib/subgroup_product.wgsl?raw";
import subgroups from "../../../shaders/lib/subgroups.wgsl?raw";
import block from "../../../shaders/matmul_block.wgsl?raw";
import tiled from "../../../shaders/matmul.wgsl?raw";
import subgroup from "../../../shaders/matmul_subgroup.wgsl?raw";
import tile8 from "../../../shaders/matmul_tile8.wgsl?raw";

/**
 * The kernels of a file, whose libraries for the epilogue stand in front; `first`: the library that must be the first.
 * A kernel has the text of its own activation, so that none asks for one while it runs.
 */
function kinds(
  file: string,
  { first = "", libraries = "", text }: { readonly first?: string; readonly libraries?: string; readonly text: string },
  constants: Readonly<Record<string, number>> = {},
): MatmulVariant["kernels"] {
  return ofReals((real, suffix) => kindsOf(file, { first: first + real, suffix, libraries, text }, constants));
}

/** For factors of one type. The gradient of a weight is f32 whatever they are. */
function kindsOf(
  file: string,
  parts: { readonly first: string; readonly suffix: string; readonly libraries: string; readonly text: string },
  constants: Readonly<Record<string, number>>,
): MatmulVariant["kernels"]["f32"] {
  const { first, suffix, libraries, text } = parts;
  const kernel = (kind: MatmulKind, activation: Activation = "gelu"): MatmulKernel =>
    defineKernel({
      name: [file, ...Object.values(constants), kind].join("_") + suffix,
      wgsl: first + (kind === "tn" ? resultFull : resultReal) + activationTexts[activation] + store + libraries + text,
      bindings: { a: "read", b: "read", bias: "read", c: "read_write", beside: "read_write" },
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
        TRANSPOSE_A: kind === "tn" ? 1 : 0,
        TRANSPOSE_B: layoutOf(kind) === "nt" ? 1 : 0,
        SUMS: kind === "tn" ? 1 : 0,
        ACTIVATE: kind.startsWith("nt_") ? 1 : 0,
        ACTIVATE_BACKWARD: kind.startsWith("nn_") ? 1 : 0,
        ...constants,
      },
    });
  return {
    nn: kernel("nn"),
    nt: kernel("nt"),
    tn: kernel("tn"),
    nt_gelu: kernel("nt_gelu", "gelu"),
    nn_gelu: kernel("nn_gelu", "gelu"),
    nt_gelu_tanh: kernel("nt_gelu_tanh", "gelu_tanh"),
    nn_gelu_tanh: kernel("nn_gelu_tanh", "gelu_tanh"),
    nt_relu: kernel("nt_relu", "relu"),
    nn_relu: kernel("nn_relu", "relu"),
    nt_silu: kernel("nt_silu", "silu"),
    nn_silu: kernel("nn_silu", "silu"),
  };
}

function ofSubgroups(lanes: number, columns: number): MatmulVariant {
  const texts = { first: subgroups, libraries: outer + subgroupProduct, text: subgroup };
  const kernels = kinds("matmul_subgroup", texts, { LANES: lanes, COLUMNS: columns });
  return { kernels, tile: { rows: 16, columns: lanes * columns }, parts: 1, lanes };
}

function ofBlocks(lanes: number, columns: number): MatmulVariant {
  const kernels = kinds("matmul_block", { libraries: outer, text: block }, { LANES: lanes, COLUMNS: columns });
  return { kernels, tile: { rows: 8, columns: lanes * columns }, parts: 1 };
}

function ofTiles(edge: number): MatmulVariant {
  const kernels = kinds("matmul_tile8", { libraries: outer, text: tile8 }, { EDGE: edge });
  return { kernels, tile: { rows: edge, columns: edge }, parts: 1 };
}

/** The variant that works everywhere. */
export const portableMatmul: MatmulVariant = {
  kernels: kinds("matmul", { text: tiled }),
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

/** An activation that a product is led through, and what stands before it [M, N]. */
export interface Through {
  readonly activation: Activation;
  readonly before: Tensor;
}

/**
 * c = a · b, added to what c holds where `accumulate`; or times the slope of what it is led back through.
 * Errors: shape-mismatch.
 */
export function matmulNN(
  s: Scope,
  a: Tensor,
  b: Tensor,
  c: Tensor,
  { accumulate = 0, through }: { readonly accumulate?: 0 | 1; readonly through?: Through } = {},
): void {
  const [M = 0, K = 0] = a.shape;
  const [inner = 0, N = 0] = b.shape;
  check("nn", { a, b, c }, { M, N, K }, inner === K && fits(through?.before, M, N));
  if (through === undefined) dispatch(s, "nn", { a, b, c }, { M, N, K }, { accumulate });
  else dispatch(s, `nn_${through.activation}`, { a, b, c }, { M, N, K }, { accumulate, beside: through.before });
}

/** c = a · bᵀ + `bias` [N]; or c = an activation of that, and `before` what went into it. Errors: shape-mismatch. */
export function matmulNT(
  s: Scope,
  a: Tensor,
  b: Tensor,
  c: Tensor,
  options: { readonly accumulate?: 0 | 1; readonly bias?: Tensor; readonly through?: Through } = {},
): void {
  const [M = 0, K = 0] = a.shape;
  const [N = 0, inner = 0] = b.shape;
  const { accumulate = 0, bias, through } = options;
  check("nt", { a, b, c }, { M, N, K }, inner === K && fits(bias, N) && fits(through?.before, M, N));
  const done = { accumulate, ...(bias === undefined ? {} : { bias }) };
  if (through === undefined) dispatch(s, "nt", { a, b, c }, { M, N, K }, done);
  else dispatch(s, `nt_${through.activation}`, { a, b, c }, { M, N, K }, { ...done, beside: through.before });
}

/** c = aᵀ · b, and the sums of a's columns [M] `into` a vector, each added where so asked. Errors: shape-mismatch. */
export function matmulTN(
  s: Scope,
  a: Tensor,
  b: Tensor,
  c: Tensor,
  sums: { readonly into: Tensor; readonly accumulate: 0 | 1 },
  accumulate: 0 | 1 = 0,
): void {
  const [K = 0, M = 0] = a.shape;
  const [inner = 0, N = 0] = b.shape;
  check("tn", { a, b, c }, { M, N, K }, inner === K && fits(sums.into, M));
  const options = { accumulate, beside: sums.into, accumulateSums: sums.accumulate };
  dispatch(s, "tn", { a, b, c }, { M, N, K }, options);
}

interface Factors {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly c: Tensor;
}

function fits(tensor: Tensor | undefined, ...shape: readonly number[]): boolean {
  return tensor === undefined || shape.every((extent, axis) => tensor.shape[axis] === extent);
}

function check(layout: MatmulLayout, { a, b, c }: Factors, { M, N }: MatmulSizes, agrees: boolean): void {
  if (agrees && fits(c, M, N)) return;
  const shapes = [a, b, c].map((tensor) => `${tensor.label} ${formatShape(tensor.shape)}`).join(", ");
  throw new AppError("shape-mismatch", `matmul ${layout} cannot multiply ${shapes}.`);
}

/** What is done beside the product itself. */
interface Options {
  readonly accumulate: 0 | 1;
  readonly accumulateSums?: 0 | 1;
  readonly bias?: Tensor;
  readonly beside?: Tensor;
}

function dispatch(s: Scope, kind: MatmulKind, { a, b, c }: Factors, sizes: MatmulSizes, options: Options): void {
  const { M, N, K } = sizes;
  const { accumulate, accumulateSums = 0, bias, beside = s.saved("nothing beside", [1]) } = options;
  const real = realOf(a, b);
  const { kernels, tile, parts: wanted } = s.kernels.matmul(kind, sizes, real);
  const kernel = kernels[real][kind];
  if (c.dtype !== (kind === "tn" ? "f32" : real)) throw new AppError("bug", `${c.label} is no ${kind} of ${real}.`);
  // Only sums can be made of parts: what a bias or an activation is put to must be whole. Where K is short some parts are
  // empty, for the memory of their sums was planned by their number.
  const parts = kind === "tn" ? wanted : 1;
  const depth = Math.ceil(K / parts);
  const grid = [Math.ceil(N / tile.columns), Math.ceil(M / tile.rows), parts] as const;
  if (parts === 1) {
    const flags = { accumulate, biased: bias === undefined ? 0 : 1, accumulate_sums: accumulateSums };
    s.rec.run(kernel, { a, b, bias: bias ?? b, c, beside }, { ...sizes, depth, ...flags }, grid);
    return;
  }
  const products = s.temporary("matmul parts", [parts, M * N]);
  const sums = s.temporary("matmul part sums", [parts, M]);
  const numbers = { ...sizes, depth, accumulate: 0, biased: 0, accumulate_sums: 0 };
  s.rec.run(kernel, { a, b, bias: b, c: products, beside: sums }, numbers, grid);
  sumBlocks(s, products, c, accumulate);
  sumBlocks(s, sums, beside, accumulateSums);
  s.free(products, sums);
}
