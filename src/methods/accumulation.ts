import { AppError } from "../core/errors.ts";
import { sizeOf } from "../core/shape.ts";
import { defineKernel } from "../gpu/kernel.ts";
import type { Grid } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { elementGrid } from "../nn/ops/element-grid.ts";
import type { Param } from "../nn/params.ts";
import type { Scope } from "../nn/scope.ts";
import gamSource from "../../shaders/gam_accumulate.wgsl?raw";
import columnsSource from "../../shaders/gam_accumulate_columns.wgsl?raw";
import scoreSource from "../../shaders/dps_score.wgsl?raw";
import maskSource from "../../shaders/mask_gradient.wgsl?raw";

/** Sums squared gradients. */
export const gamAccumulateKernel = defineKernel({
  name: "gam_accumulate",
  wgsl: gamSource,
  bindings: { grad: "read", gam: "read_write" },
  uniforms: { count: "u32", first: "u32" },
});

/** Masks a gradient by columns and sums its squares and the columns. */
export const gamAccumulateColumnsKernel = defineKernel({
  name: "gam_accumulate_columns",
  wgsl: columnsSource,
  bindings: { kept: "read", grad: "read_write", gam: "read_write", fam: "read_write" },
  uniforms: { rows: "u32", cols: "u32", first: "u32", scale: "f32" },
});

/** The score of DPS Mix. */
export const dpsScoreKernel = defineKernel({
  name: "dps_score",
  wgsl: scoreSource,
  bindings: { fam: "read", gam: "read_write" },
  uniforms: { rows: "u32", cols: "u32", weighed: "u32", us: "f32" },
});

/** Masks a gradient element by element. */
export const maskGradientKernel = defineKernel({
  name: "mask_gradient",
  wgsl: maskSource,
  bindings: { mask: "read", grad: "read_write" },
  uniforms: { count: "u32", scale: "f32" },
});

/** From this many steps in a stage on, the published code weighs the score by exp(-FAM/us). */
const weighedFrom = 50;

/** Rows and columns of a weight. Errors: shape-mismatch, when it is no matrix. */
export function matrixSize({ spec }: Param): { readonly rows: number; readonly cols: number } {
  const [rows, cols] = spec.shape;
  if (rows === undefined || cols === undefined || spec.shape.length !== 2) {
    throw new AppError("shape-mismatch", `${spec.name} has ${spec.shape.length} dimensions; a weight matrix has two.`);
  }
  return { rows, cols };
}

/** Workgroups of kernels that walk down 16 rows of 64 columns. */
export function columnGrid({ rows, cols }: { readonly rows: number; readonly cols: number }): Grid {
  return [Math.ceil(cols / 64), Math.ceil(rows / 16), 1];
}

/** GAM = g² where `first`, else GAM += g². gam: the parameter's shape. Source: DPS, equation 5. */
export function accumulateSquares(s: Scope, param: Param, gam: Tensor, first: boolean): void {
  const count = sizeOf(param.spec.shape);
  s.rec.run(gamAccumulateKernel, { grad: param.grad, gam }, { count, first: first ? 1 : 0 }, elementGrid(param.grad));
}

/**
 * g = scale·n⊙g, GAM += g² and FAM += n, both overwritten where `first`.
 *
 * kept (n) and fam [cols]; gam: the parameter's shape. Source: DPS, equation 7.
 */
export function accumulateColumns(
  s: Scope,
  param: Param,
  { kept, gam, fam }: { readonly kept: Tensor; readonly gam: Tensor; readonly fam: Tensor },
  { first, scale }: { readonly first: boolean; readonly scale: number },
): void {
  const size = matrixSize(param);
  const uniforms = { ...size, first: first ? 1 : 0, scale };
  s.rec.run(gamAccumulateColumnsKernel, { kept, grad: param.grad, gam, fam }, uniforms, columnGrid(size));
}

/**
 * Turns GAM into the score of DPS Mix in place: GAM/max(FAM,1), times exp(-max(FAM,1)/us) from us = 50 on.
 *
 * gam: the parameter's shape; fam [cols]. Source: DPS, equation 8; the factor's condition is the code's.
 */
export function scoreInPlace(s: Scope, param: Param, gam: Tensor, fam: Tensor, updateSteps: number): void {
  const size = matrixSize(param);
  const uniforms = { ...size, weighed: updateSteps >= weighedFrom ? 1 : 0, us: updateSteps };
  s.rec.run(dpsScoreKernel, { fam, gam }, uniforms, columnGrid(size));
}

/** g = scale·g where the mask has a bit, else 0. mask [ceil(N / 32)]. Source: DPS, equation 6. */
export function maskGradient(s: Scope, param: Param, mask: Tensor, scale = 1): void {
  const count = sizeOf(param.spec.shape);
  s.rec.run(maskGradientKernel, { mask, grad: param.grad }, { count, scale }, elementGrid(param.grad));
}
