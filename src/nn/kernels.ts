import type { Kernel } from "../gpu/kernel.ts";
import type { Real } from "../gpu/tensor.ts";
import type { Inputs } from "./inputs.ts";

/** How the factors of a product lie in memory; t: that one is transposed. */
export type MatmulLayout = "nn" | "nt" | "tn";

/** What stands between two Linears. gelu: the erf form; gelu_tanh: its approximation by tanh. */
export type Activation = "gelu" | "gelu_tanh" | "relu" | "silu";

/**
 * What a product is for: nt: y = x Wᵀ; nn: dx = dy W; tn: dW = dyᵀ x, with the sums of dy's columns. nt_gelu is followed
 * by GELU, and nn_gelu led back through it; so with the other activations.
 */
export type MatmulKind = MatmulLayout | `nt_${Activation}` | `nn_${Activation}`;

/** How the factors of a kind lie in memory. */
export function layoutOf(kind: MatmulKind): MatmulLayout {
  if (kind === "tn") return "tn";
  return kind.startsWith("nt") ? "nt" : "nn";
}

const activations: readonly Activation[] = ["gelu", "gelu_tanh", "relu", "silu"];

/** The activation that a kind is led through; null for a product alone. */
export function activationOf(kind: MatmulKind): Activation | null {
  return activations.find((activation) => kind.slice(3) === activation) ?? null;
}

/** c [M, N] = a [M, K] · b [K, N], as the layout has them. */
export interface MatmulSizes {
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

/** A matrix product's kernel, as matmul.wgsl has its sizes. */
export type MatmulKernel = Kernel<
  "a" | "b" | "bias" | "c" | "beside",
  "M" | "N" | "K" | "depth" | "accumulate" | "biased" | "accumulate_sums"
>;

/** What a device must have for a variant; nothing where it is left out. */
export interface Needs {
  /** Invocations of a subgroup, at least. */
  readonly lanes?: number;
}

/** One way to multiply matrices: a kernel a type of factors and kind. */
export interface MatmulVariant extends Needs {
  readonly kernels: Readonly<Record<Real, Readonly<Record<MatmulKind, MatmulKernel>>>>;
  /** The part of c that one workgroup makes. */
  readonly tile: { readonly rows: number; readonly columns: number };
  /** Parts of the inner extent that are summed side by side and then added; for few sums over many terms. */
  readonly parts: number;
}

/** Where the sequences of a packed batch lie. */
export type Sequences = Pick<Inputs, "tokenCount" | "sequenceCount" | "maxLength" | "offsets" | "sequences">;

/** Heads, and columns of each. */
export interface AttentionSizes {
  readonly heads: number;
  readonly size: number;
}

/** One way to attend: by blocks of queries, or by products of whole matrices. */
export interface AttentionVariant extends Needs {
  /** Columns of a matrix that a lane makes; absent: by blocks. */
  readonly columns?: 4 | 8;
}

/** One way to normalise rows: by a subgroup's lanes, or through workgroup memory where none are needed. */
export type LayerNormVariant = Needs;

/** x [rows, cols]. */
export interface LayerNormSizes {
  readonly rows: number;
  readonly cols: number;
}

/** The kernels that suit a device and a run's shapes: every op takes its own from here. */
export interface Kernels {
  matmul(kind: MatmulKind, sizes: MatmulSizes, real: Real): MatmulVariant;
  attention(sizes: AttentionSizes, sequences: Sequences, real: Real): AttentionVariant;
  layernorm(sizes: LayerNormSizes, real: Real): LayerNormVariant;
}
