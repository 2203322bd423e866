import { defineKernel, gridOf } from "../../gpu/kernel.ts";
import type { Grid } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Scope } from "../scope.ts";
import total from "../../../shaders/column_sum_total.wgsl?raw";

/** Rows of one block: what an invocation adds up alone. */
export const stripRows = 32;
const columnsPerGroup = 64;

/** The sum over blocks of rows that were summed before. */
export const columnSumTotalKernel = defineKernel({
  name: "column_sum_total",
  wgsl: total,
  bindings: { partials: "read", out: "read_write" },
  uniforms: { blocks: "u32", cols: "u32", accumulate: "u32" },
  constants: { WG: columnsPerGroup },
});

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
