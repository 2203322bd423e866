import { AppError } from "../../core/errors.ts";
import { formatShape } from "../../core/shape.ts";
import { defineKernel, gridOf } from "../../gpu/kernel.ts";
import type { Grid } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Scope } from "../scope.ts";
import partial from "../../../shaders/column_sum_partial.wgsl?raw";
import total from "../../../shaders/column_sum_total.wgsl?raw";

/** Rows of one block: what an invocation adds up alone. */
export const stripRows = 32;
const columnsPerGroup = 64;

/** First pass of columnSum: one sum a column and block. */
export const columnSumPartialKernel = defineKernel({
  name: "column_sum_partial",
  wgsl: partial,
  bindings: { x: "read", partials: "read_write" },
  uniforms: { rows: "u32", cols: "u32" },
  constants: { WG: columnsPerGroup, STRIP: stripRows },
});

/** Second pass of columnSum: the sum over the blocks. */
export const columnSumTotalKernel = defineKernel({
  name: "column_sum_total",
  wgsl: total,
  bindings: { partials: "read", out: "read_write" },
  uniforms: { blocks: "u32", cols: "u32", accumulate: "u32" },
  constants: { WG: columnsPerGroup },
});

/** out[c] = sum_r x[r,c], added to what `out` holds where `accumulate`. x [rows, cols], out [cols]. Errors: shape-mismatch. */
export function columnSum(s: Scope, x: Tensor, out: Tensor, accumulate: 0 | 1): void {
  const [rows = 0, cols = 0] = x.shape;
  if (x.shape.length !== 2 || out.shape[0] !== cols) {
    throw new AppError(
      "shape-mismatch",
      `columnSum cannot sum ${formatShape(x.shape)} into ${formatShape(out.shape)}.`,
    );
  }
  const partials = s.temporary("column sum partials", [Math.ceil(rows / stripRows), cols]);
  s.rec.run(columnSumPartialKernel, { x, partials }, { rows, cols }, stripGrid(rows, cols));
  sumBlocks(s, partials, out, accumulate);
  s.free(partials);
}

/** The grid of a kernel that makes one partial a column and block of stripRows rows. */
export function stripGrid(rows: number, cols: number): Grid {
  return gridOf(Math.ceil(rows / stripRows) * Math.ceil(cols / columnsPerGroup));
}

/** out[c] = sum_b partials[b,c], added to what `out` holds where `accumulate`. */
export function sumBlocks(s: Scope, partials: Tensor, out: Tensor, accumulate: 0 | 1): void {
  const [blocks = 0, cols = 0] = partials.shape;
  s.rec.run(
    columnSumTotalKernel,
    { partials, out },
    { blocks, cols, accumulate },
    gridOf(Math.ceil(cols / columnsPerGroup)),
  );
}
