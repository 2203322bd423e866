import { AppError } from "../../core/errors.ts";
import { labelHash } from "../../core/rng.ts";
import { defineKernel, gridOf } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { LayerNormVariant } from "../kernels.ts";
import type { Param } from "../params.ts";
import type { Scope } from "../scope.ts";
import { stripGrid, stripRows, sumBlocks } from "./column-sum.ts";
import { dropInto } from "./dropout.ts";
import { ofReals, realOf, type OfReals } from "./real.ts";
import subgroupTotal from "../../../shaders/lib/row_total_subgroup.wgsl?raw";
import workgroupTotal from "../../../shaders/lib/row_total_workgroup.wgsl?raw";
import subgroups from "../../../shaders/lib/subgroups.wgsl?raw";
import threefry from "../../../shaders/lib/threefry.wgsl?raw";
import forward from "../../../shaders/layernorm_forward.wgsl?raw";
import paramPartial from "../../../shaders/layernorm_param_partial.wgsl?raw";
import backward from "../../../shaders/layernorm_backward.wgsl?raw";

const rowsPerGroup = 8;

/** The variant that works everywhere. */
export const portableLayerNorm: LayerNormVariant = {};

/** Every way to normalise rows, by name. */
export const layerNormVariants: ReadonlyMap<string, LayerNormVariant> = new Map([
  ["workgroup", portableLayerNorm],
  ["subgroup4", { lanes: 4 }],
  ["subgroup8", { lanes: 8 }],
]);

/** Dropout or none, residual sum and LayerNorm in one pass over the rows; and the gradient of what was normalised. */
function kernelsFor({ lanes }: LayerNormVariant, real: string, ending: "" | "_f16") {
  const rowTotal = lanes === undefined ? workgroupTotal : subgroupTotal;
  const first = (lanes === undefined ? "" : subgroups) + real;
  const suffix = (lanes === undefined ? "" : `_subgroup_${lanes}`) + ending;
  // Eight invocations a row: one vector of a CPU's lanes, and a whole sector of a GPU's memory.
  const constants = { LANES: lanes ?? 8, ROWS: rowsPerGroup };
  const forwardKernel = (kind: "plain" | "dropout") =>
    defineKernel({
      name: `layernorm_forward_${kind}${suffix}`,
      wgsl: first + threefry + rowTotal + forward,
      bindings: {
        x: "read",
        residual: "read",
        gamma: "read",
        beta: "read",
        sum: "read_write",
        stats: "read_write",
        y: "read_write",
      },
      uniforms: {
        rows: "u32",
        cols: "u32",
        residual: "u32",
        epsilon: "f32",
        keep_share: "f32",
        seed: "u32",
        label: "u32",
        step: "u32",
      },
      constants: { ...constants, DROPOUT: kind === "dropout" ? 1 : 0 },
    });
  return {
    plain: forwardKernel("plain"),
    dropout: forwardKernel("dropout"),
    /** In the place of dy. */
    backward: defineKernel({
      name: `layernorm_backward${suffix}`,
      wgsl: first + rowTotal + backward,
      bindings: { sum: "read", stats: "read", gamma: "read", dy: "read_write" },
      uniforms: { rows: "u32", cols: "u32" },
      constants,
    }),
  };
}

/** By lanes of a subgroup; 0: through workgroup memory. */
export const layerNormKernels: ReadonlyMap<number, OfReals<ReturnType<typeof kernelsFor>>> = new Map(
  [...layerNormVariants.values()].map((variant) => [
    variant.lanes ?? 0,
    ofReals((real, ending) => kernelsFor(variant, real, ending)),
  ]),
);

/** Gradients of gamma and beta, one sum a column and block; columnSum's second pass adds the blocks. */
export const layernormParamPartialKernels = ofReals((real, ending) =>
  defineKernel({
    name: `layernorm_param_partial${ending}`,
    wgsl: real + paramPartial,
    bindings: { dy: "read", sum: "read", stats: "read", dgamma: "read_write", dbeta: "read_write" },
    uniforms: { rows: "u32", cols: "u32" },
    constants: { STRIP: stripRows },
  }),
);

/** A LayerNorm's result and its backward. */
export interface LayerNormPass {
  readonly out: Tensor;
  /** Overwrites dy with the gradient of the residual; dx is the same tensor without dropout, else a temporary. */
  back(s: Scope, dy: Tensor): { readonly dx: Tensor; readonly dresidual: Tensor };
}

/**
 * out = LayerNorm(residual + dropout(x)) over the last axis; `residual` null stands for none.
 *
 * x, residual, out [rows, cols] of one type; gamma, beta [cols] f32; dropout is the probability of dropping.
 * Source: Ba et al. 2016; the place of the dropout as in Hugging Face's BertSelfOutput.
 */
export function residualLayerNorm(
  s: Scope,
  label: string,
  x: Tensor,
  residual: Tensor | null,
  gamma: Param,
  beta: Param,
  { epsilon, dropout }: { readonly epsilon: number; readonly dropout: number },
): LayerNormPass {
  const [rows = 0, cols = 0] = x.shape;
  const grid = gridOf(Math.ceil(rows / rowsPerGroup));
  const real = realOf(x, residual ?? x);
  const sum = s.saved(`${label} sum`, x.shape, real);
  const stats = s.saved(`${label} stats`, [rows, 2]);
  const out = s.saved(label, x.shape, real);
  const kernels = layerNormKernels.get(s.kernels.layernorm({ rows, cols }, real).lanes ?? 0)?.[real];
  if (kernels === undefined) throw new AppError("bug", "There is no such LayerNorm.");
  s.rec.run(
    kernels[dropout === 0 ? "plain" : "dropout"],
    { x, residual: residual ?? x, gamma: gamma.value, beta: beta.value, sum, stats, y: out },
    {
      rows,
      cols,
      residual: residual === null ? 0 : 1,
      epsilon,
      keep_share: 1 - dropout,
      seed: s.seed,
      label: labelHash(label),
      step: s.step,
    },
    grid,
  );
  return {
    out,
    back(s, dy) {
      paramGradients(s, { dy, sum, stats }, gamma, beta);
      s.rec.run(kernels.backward, { sum, stats, gamma: gamma.value, dy }, { rows, cols }, grid);
      if (dropout === 0) return { dx: dy, dresidual: dy };
      const dx = s.temporary("dropout dx", x.shape, real);
      dropInto(s, label, dy, dx, dropout);
      return { dx, dresidual: dy };
    },
  };
}

function paramGradients(
  s: Scope,
  { dy, sum, stats }: { dy: Tensor; sum: Tensor; stats: Tensor },
  gamma: Param,
  beta: Param,
): void {
  const [rows = 0, cols = 0] = sum.shape;
  const blocks = Math.ceil(rows / stripRows);
  const dgamma = s.temporary("layernorm dgamma partials", [blocks, cols]);
  const dbeta = s.temporary("layernorm dbeta partials", [blocks, cols]);
  const buffers = { dy, sum, stats, dgamma, dbeta };
  s.rec.run(layernormParamPartialKernels[realOf(dy, sum)], buffers, { rows, cols }, stripGrid(rows, cols));
  sumBlocks(s, dgamma, gamma.grad, s.claim(gamma));
  sumBlocks(s, dbeta, beta.grad, s.claim(beta));
  s.free(dgamma, dbeta);
}
