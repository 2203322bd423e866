import { choiceOf } from "../contract/fields.ts";
import type { ChoiceField, Values } from "../contract/fields.ts";
import { labelHash } from "../core/rng.ts";
import { sizeOf } from "../core/shape.ts";
import { defineKernel } from "../gpu/kernel.ts";
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { elementGrid, maskGrid } from "../nn/ops/element-grid.ts";
import type { Param } from "../nn/params.ts";
import type { Scope } from "../nn/scope.ts";
import { columnGrid, matrixSize } from "./accumulation.ts";
import threefry from "../../shaders/lib/threefry.wgsl?raw";
import drawSource from "../../shaders/mixout_columns.wgsl?raw";
import columnsSource from "../../shaders/mix_weights_columns.wgsl?raw";
import maskSource from "../../shaders/mix_weights_mask.wgsl?raw";
import bitsSource from "../../shaders/column_bits.wgsl?raw";
import gradientSource from "../../shaders/mask_gradient_columns.wgsl?raw";

/** Draws which columns keep their own weight. */
export const mixoutColumnsKernel = defineKernel({
  name: "mixout_columns",
  wgsl: threefry + drawSource,
  bindings: { kept: "read_write" },
  uniforms: { cols: "u32", seed: "u32", label: "u32", step: "u32", keep_share: "f32" },
});

/** Effective weights for a draw per column. */
export const mixWeightsColumnsKernel = defineKernel({
  name: "mix_weights_columns",
  wgsl: columnsSource,
  bindings: { weight: "read", start: "read", kept: "read", mixed: "read_write" },
  uniforms: { rows: "u32", cols: "u32", ratio: "f32" },
});

/** Effective weights for a mask of elements. */
export const mixWeightsMaskKernel = defineKernel({
  name: "mix_weights_mask",
  wgsl: maskSource,
  bindings: { weight: "read", start: "read", mask: "read", mixed: "read_write" },
  uniforms: { count: "u32", ratio: "f32" },
});

/** Masks a gradient by columns. */
export const maskGradientColumnsKernel = defineKernel({
  name: "mask_gradient_columns",
  wgsl: gradientSource,
  bindings: { kept: "read", grad: "read_write" },
  uniforms: { rows: "u32", cols: "u32", scale: "f32" },
});

/** The mask of a draw per column, as bits. */
export const columnBitsKernel = defineKernel({
  name: "column_bits",
  wgsl: bitsSource,
  bindings: { kept: "read", mask: "read_write" },
  uniforms: { count: "u32", cols: "u32" },
});

/** Whether a mixed weight's gradient keeps the factor that mixing gives it. */
export const mixGradientField: ChoiceField = {
  kind: "choice",
  id: "mixGradientScale",
  label: "Gradient's 1/(1−p)",
  help: "Whether the gradient keeps the factor that mixing gives it. It matters where gradients are clipped.",
  default: "dropped",
  options: [
    { value: "dropped", label: "dropped", help: "As the published code of DPS Mix and of Mixout." },
    { value: "exact", label: "kept", help: "The true derivative of the mixed weights." },
  ],
};

/** The factor on a kept weight's gradient that mixGradientField asks for. */
export function mixGradientScale(values: Values, dropShare: number): number {
  return choiceOf(values, mixGradientField.id) === "exact" ? 1 / (1 - dropShare) : 1;
}

/** Label of a weight's draws in the random generator and among a scope's recorded vectors. */
export function mixoutLabel({ spec }: Param): string {
  return `mixout/${spec.name}`;
}

/**
 * Draws n for a step, 1 with probability 1 - p a column, from (seed, label, step, column); a recorded vector of that
 * label takes its place. kept [cols].
 *
 * Source: Lee et al. 2020; their code and DPS Mix's share one draw among all output rows.
 */
export function drawColumns(s: Scope, param: Param, kept: Tensor, dropShare: number): void {
  const label = mixoutLabel(param);
  const recorded = s.recorded.get(label);
  if (recorded !== undefined) {
    s.rec.copy(recorded, kept);
    return;
  }
  const { cols } = matrixSize(param);
  const uniforms = { cols, seed: s.seed, label: labelHash(label), step: s.step, keep_share: 1 - dropShare };
  s.rec.run(mixoutColumnsKernel, { kept }, uniforms, [Math.ceil(cols / 64), 1, 1]);
}

/** The weight, what it is mixed towards (T), and where the result goes; all of the parameter's shape. */
interface Mixture {
  readonly start: Tensor;
  readonly mixed: Tensor;
}

/**
 * mixed = (n⊙W + (1-n)⊙T - p·T)/(1-p) with n a column vector. With p = 0, n is 1 and the result has W's bits.
 *
 * kept (n) [cols]. Source: Lee et al. 2020; DPS, equation 7.
 */
export function mixColumns(
  rec: Recorder,
  param: Param,
  { start, mixed }: Mixture,
  kept: Tensor,
  dropShare: number,
): void {
  const size = matrixSize(param);
  const uniforms = { ...size, ratio: dropShare / (1 - dropShare) };
  rec.run(mixWeightsColumnsKernel, { weight: param.value, start, kept, mixed }, uniforms, columnGrid(size));
}

/** The same with n = M element by element. mask [ceil(N / 32)]. Source: DPS, equation 8. */
export function mixMasked(
  rec: Recorder,
  param: Param,
  { start, mixed }: Mixture,
  mask: Tensor,
  dropShare: number,
): void {
  const count = sizeOf(param.spec.shape);
  const uniforms = { count, ratio: dropShare / (1 - dropShare) };
  rec.run(mixWeightsMaskKernel, { weight: param.value, start, mask, mixed }, uniforms, elementGrid(mixed));
}

/**
 * g = scale·n⊙g with n a column vector: the gradient of mixColumns, where scale is 1/(1-p). kept (n) [cols].
 *
 * Source: Lee et al. 2020. Departs: their code and that of DPS drop the factor; mixGradientField says which it is here.
 */
export function maskColumns(s: Scope, param: Param, kept: Tensor, scale: number): void {
  const size = matrixSize(param);
  s.rec.run(maskGradientColumnsKernel, { kept, grad: param.grad }, { ...size, scale }, columnGrid(size));
}

/** Writes n, a column vector, as the mask of all elements. kept (n) [cols]; mask [ceil(N / 32)], bits from N on 0. */
export function writeColumnBits(s: Scope, param: Param, kept: Tensor, mask: Tensor): void {
  const { rows, cols } = matrixSize(param);
  const count = rows * cols;
  s.rec.run(columnBitsKernel, { kept, mask }, { count, cols }, maskGrid(count));
}
