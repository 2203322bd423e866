import { AppError } from "../../core/errors.ts";
import { defineKernel, gridOf } from "../../gpu/kernel.ts";
import type { Grid } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Sequences } from "../kernels.ts";
import type { Pass, Scope } from "../scope.ts";
import type { AttentionGradients, AttentionNumbers, AttentionOperands } from "./attention-operands.ts";
import { ofReals, realOf, type OfReals } from "./real.ts";
import block from "../../../shaders/lib/attention_block.wgsl?raw";
import mask from "../../../shaders/lib/attention_mask.wgsl?raw";
import workgroupReduce from "../../../shaders/lib/workgroup_reduce.wgsl?raw";
import plainProduct from "../../../shaders/lib/plain_product.wgsl?raw";
import outer from "../../../shaders/lib/outer_product.wgsl?raw";
import product from "../../../shaders/lib/subgroup_product.wgsl?raw";
import reduce from "../../../shaders/lib/subgroup_reduce.wgsl?raw";
import subgroups from "../../../shaders/lib/subgroups.wgsl?raw";
import threefry from "../../../shaders/lib/threefry.wgsl?raw";
import mix from "../../../shaders/attention_mix_subgroup.wgsl?raw";
import scores from "../../../shaders/attention_scores_subgroup.wgsl?raw";
import softmax from "../../../shaders/attention_softmax_subgroup.wgsl?raw";
import softmaxBackward from "../../../shaders/attention_softmax_backward_subgroup.wgsl?raw";

/** Rows that one workgroup of a product makes. */
const blockRows = 16;

/** The columns that a workgroup of a product makes. */
interface Tile {
  readonly lanes: number;
  readonly columns: number;
}

/**
 * The products' kernels for subgroups of so many lanes, which make so many columns each; or plain ones for devices without,
 * made of the same files.
 */
function productKernels({ lanes, columns }: Tile, kind: "subgroup" | "subgroup_plain", real: string, ending: string) {
  const constants = { LANES: lanes, COLUMNS: columns };
  const suffix = `${kind}_${lanes}_${columns}${ending}`;
  const libraries =
    (kind === "subgroup_plain" ? real + outer + plainProduct : subgroups + real + outer + product) + block;
  const mixKernel = (transpose: 0 | 1) =>
    defineKernel({
      name: `attention_mix_${suffix}_${transpose === 1 ? "t" : "n"}`,
      wgsl: libraries + mix,
      bindings: { weights: "read", x: "read", offsets: "read", out: "read_write" },
      uniforms: { heads: "u32", size: "u32", sequences: "u32", longest: "u32" },
      constants: { ...constants, TRANSPOSE: transpose },
    });
  return {
    scores: defineKernel({
      name: `attention_scores_${suffix}`,
      wgsl: libraries + scores,
      bindings: { x: "read", y: "read", offsets: "read", scores: "read_write" },
      uniforms: { heads: "u32", size: "u32", sequences: "u32", longest: "u32", scale: "f32" },
      constants,
    }),
    mix: mixKernel(0),
    mixTransposed: mixKernel(1),
  };
}

const draws = { keep: "f32", seed: "u32", label: "u32", step: "u32" } as const;

/** The kernels between the products, for workgroups of so many lanes. */
function rowKernels(lanes: number, kind: "subgroup" | "subgroup_plain") {
  const [first, reduction] = kind === "subgroup_plain" ? ["", workgroupReduce] : [subgroups, reduce];
  const libraries = reduction + threefry + mask;
  const softmaxKernel = (suffix: "" | "_causal") =>
    defineKernel({
      name: `attention_softmax_${kind}_${lanes}${suffix}`,
      wgsl: first + libraries + softmax,
      bindings: { sequences: "read", offsets: "read", scores: "read_write", statistics: "read_write" },
      uniforms: { tokens: "u32", heads: "u32", longest: "u32", ...draws },
      constants: { LANES: lanes, CAUSAL: suffix === "" ? 0 : 1 },
    });
  const backwardKernel = (real: string, ending: string, suffix: "" | "_causal") =>
    defineKernel({
      name: `attention_softmax_backward_${kind}_${lanes}${suffix}${ending}`,
      wgsl: first + real + libraries + softmaxBackward,
      bindings: {
        sequences: "read",
        offsets: "read",
        statistics: "read",
        out: "read",
        dout: "read",
        scores: "read_write",
        dweights: "read_write",
      },
      uniforms: { tokens: "u32", heads: "u32", size: "u32", longest: "u32", scale: "f32", ...draws },
      constants: { LANES: lanes, CAUSAL: suffix === "" ? 0 : 1 },
    });
  // Probabilities are f32 whatever they are made of.
  const forward = { softmax: softmaxKernel(""), softmaxCausal: softmaxKernel("_causal") };
  return ofReals((real, ending) => ({
    ...forward,
    softmaxBackward: backwardKernel(real, ending, ""),
    softmaxBackwardCausal: backwardKernel(real, ending, "_causal"),
  }));
}

type MatrixKernels = ReturnType<typeof productKernels> & ReturnType<typeof rowKernels>["f32"];

function kernelsOf(tile: Tile, rows: ReturnType<typeof rowKernels>, kind: "subgroup" | "subgroup_plain") {
  return ofReals((real, ending): MatrixKernels => ({
    ...productKernels(tile, kind, real, ending),
    ...rows[ending === "" ? "f32" : "f16"],
  }));
}

/** By "<lanes>x<columns>". */
export const matrixKernels: ReadonlyMap<string, OfReals<MatrixKernels>> = new Map(
  [4, 8, 16, 32].flatMap((lanes) => {
    const rows = rowKernels(lanes, "subgroup");
    return [4, 8].map((columns): [string, OfReals<MatrixKernels>] => [
      `${lanes}x${columns}`,
      kernelsOf({ lanes, columns }, rows, "subgroup"),
    ]);
  }),
);

/** What plain kernels are made for: rows_of_lane wants as many lanes as a block has rows. */
const plainTile: Tile = { lanes: blockRows, columns: 4 };

/** Those that work on every device. */
export const plainMatrixKernels: OfReals<MatrixKernels> = kernelsOf(
  plainTile,
  rowKernels(32, "subgroup_plain"),
  "subgroup_plain",
);

/** What is added to the scores of a query and a key before the softmax. */
export interface ScoreTerms {
  /** Adds to scores [tokens, heads, longest], of which a row holds as many as its sequence has tokens. */
  add(s: Scope, scores: Tensor): void;
  /** Takes the gradients of scores, with attention's scale on them, and adds to those of queries and keys. */
  back(s: Scope, dscores: Tensor, gradients: Pick<AttentionGradients, "dq" | "dk">): void;
}

/** A product kernel's results and where they go, for tensors by sequence and head. */
interface Products {
  /** out [tokens, heads, longest] of x, y [tokens, heads, size]: every token of a sequence with every other. */
  scores(x: Tensor, y: Tensor, out: Tensor, scale: number): void;
  /** out [tokens, heads, size] = weights [tokens, heads, longest], or their transpose, times x [tokens, heads, size]. */
  mix(kernel: "mix" | "mixTransposed", weights: Tensor, x: Tensor, out: Tensor): void;
}

/**
 * Attention as products of matrices: all probabilities of a layer stand in memory for a moment, in temporaries of
 * tokens · heads · (longest sequence), two of them in the backward; between forward and backward only a sum a row is kept.
 * `tile`: lanes of a subgroup, and columns a lane; null: for devices without subgroups.
 */
export function attendByMatrices(
  s: Scope,
  label: string,
  { q, k, v }: AttentionOperands,
  inputs: Sequences,
  numbers: AttentionNumbers,
  tile: Tile | null,
  terms: ScoreTerms | null = null,
): Pass<AttentionGradients> {
  const { lanes, columns } = tile ?? plainTile;
  const real = realOf(q, k, v);
  const kernels = (tile === null ? plainMatrixKernels : matrixKernels.get(`${lanes}x${columns}`))?.[real];
  if (kernels === undefined)
    throw new AppError("bug", `There are no kernels for ${lanes} lanes of ${columns} columns.`);
  const { heads, size, causal, scale, keep, seed, label: hash, step } = numbers;
  const { tokenCount: tokens, maxLength: longest, offsets, sequences } = inputs;
  const square = [tokens, heads, longest];
  const rows = gridOf(tokens * heads);
  const drawn = { keep, seed, label: hash, step };
  const out = s.saved(label, q.shape, real);
  const statistics = s.saved(`${label} statistics`, [tokens, heads, 2]);
  const weights = s.temporary("attention weights", square);
  const forward = products(s, kernels, lanes * columns, inputs, numbers);
  forward.scores(q, k, weights, scale);
  terms?.add(s, weights);
  const softened = { sequences, offsets, scores: weights, statistics };
  s.rec.run(causal ? kernels.softmaxCausal : kernels.softmax, softened, { tokens, heads, longest, ...drawn }, rows);
  forward.mix("mix", weights, v, out);
  s.free(weights);
  return {
    out,
    back(own, dout) {
      const backward = products(own, kernels, lanes * columns, inputs, numbers);
      const again = own.temporary("attention weights", square);
      const dweights = own.temporary("attention dweights", square);
      backward.scores(q, k, again, scale);
      terms?.add(own, again);
      backward.scores(dout, v, dweights, 1);
      const buffers = { sequences, offsets, statistics, out, dout, scores: again, dweights };
      const softmaxBack = causal ? kernels.softmaxBackwardCausal : kernels.softmaxBackward;
      own.rec.run(softmaxBack, buffers, { tokens, heads, size, longest, scale, ...drawn }, rows);
      const gradient = (name: string): Tensor => own.temporary(name, q.shape, real);
      const [dq, dk, dv] = [gradient("dq"), gradient("dk"), gradient("dv")];
      backward.mix("mix", dweights, k, dq);
      backward.mix("mixTransposed", dweights, q, dk);
      backward.mix("mixTransposed", again, dout, dv);
      terms?.back(own, dweights, { dq, dk });
      own.free(again, dweights);
      return { dq, dk, dv };
    },
  };
}

function products(
  s: Scope,
  kernels: MatrixKernels,
  tile: number,
  { tokenCount, sequenceCount: sequences, maxLength: longest, offsets }: Sequences,
  { heads, size }: AttentionNumbers,
): Products {
  const places = Math.floor(tokenCount / blockRows) + sequences;
  const grid = (columns: number): Grid => [Math.ceil(columns / tile), places, heads];
  const sizes = { heads, size, sequences, longest };
  return {
    scores(x, y, out, scale) {
      s.rec.run(kernels.scores, { x, y, offsets, scores: out }, { ...sizes, scale }, grid(longest));
    },
    mix(kernel, weights, x, out) {
      s.rec.run(kernels[kernel], { weights, x, offsets, out }, sizes, grid(size));
    },
  };
}
