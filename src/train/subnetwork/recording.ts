import { sizeOf } from "../../core/shape.ts";
import { defineKernel, gridOf } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { maskGrid } from "../../nn/ops/element-grid.ts";
import type { Scope } from "../../nn/scope.ts";
import { driftParts, wordsOf } from "./watch.ts";
import type { Watch, WatchedParam } from "./watch.ts";
import columnsSource from "../../../shaders/mask_columns.wgsl?raw";
import driftSource from "../../../shaders/drift_sums.wgsl?raw";
import histogramSource from "../../../shaders/times_histogram.wgsl?raw";
import rowsSource from "../../../shaders/mask_rows.wgsl?raw";
import timesSource from "../../../shaders/mask_times.wgsl?raw";

/** Counts a mask's bits by row. */
export const maskRowsKernel = defineKernel({
  name: "mask_rows",
  wgsl: rowsSource,
  bindings: { mask: "read", counts: "read_write" },
  uniforms: { rows: "u32", cols: "u32", at: "u32" },
});

/** Counts a mask's bits by column. */
export const maskColumnsKernel = defineKernel({
  name: "mask_columns",
  wgsl: columnsSource,
  bindings: { mask: "read", counts: "read_write" },
  uniforms: { rows: "u32", cols: "u32", at: "u32" },
});

/** Counts how often each weight was selected, and what this mask shares with the one before. */
export const maskTimesKernel = defineKernel({
  name: "mask_times",
  wgsl: timesSource,
  bindings: { mask: "read", before: "read", times: "read_write", counts: "read_write" },
  uniforms: { count: "u32", before_at: "u32", at: "u32" },
});

/** Counts weights by how often they were selected. */
export const timesHistogramKernel = defineKernel({
  name: "times_histogram",
  wgsl: histogramSource,
  bindings: { times: "read", counts: "read_write" },
  uniforms: { count: "u32", at: "u32" },
});

/** Sums squares of what selected and left-out weights moved by, and of what they began at. */
export const driftSumsKernel = defineKernel({
  name: "drift_sums",
  wgsl: driftSource,
  bindings: { weight: "read", start: "read", mask: "read", sums: "read_write" },
  uniforms: { count: "u32", at: "u32", all: "u32" },
});

const columnsPerGroup = 32 * 32;
const rowsPerGroup = 255;
const timesPerGroup = 16_384;

/**
 * Records and submits what is seen of a run after the step of `s`: it lands in Watch.counts, and the masks in Watch.masks.
 * `fresh`: as in Moment. Reads the run's weights and masks, and writes nothing that the run reads.
 */
export function recordSnapshot(watch: Watch, s: Scope, fresh: boolean): void {
  if (fresh) s.rec.clear(watch.counts);
  for (const one of watch.params) {
    const mask = maskOf(watch, s, one);
    if (fresh && watch.masks !== null && one.times !== null) countMask(watch, s, one, mask, one.times, watch.masks);
    recordDrift(watch, s, one, mask);
  }
  s.rec.submit();
}

/** The bits of a matrix: the method's own, those drawn in this step, or nothing's. */
function maskOf({ source }: Watch, s: Scope, one: WatchedParam): Tensor {
  if (one.mask !== null) return one.mask;
  const mask = s.mem.tensor("view", "subnetwork mask", [wordsOf(one)], "u32");
  source?.write(s, one.param, mask);
  return mask;
}

function countMask({ counts }: Watch, s: Scope, one: WatchedParam, mask: Tensor, times: Tensor, masks: Tensor): void {
  const { rows, cols } = one.matrix;
  const count = rows * cols;
  const columnGrid = [Math.ceil(cols / columnsPerGroup), Math.ceil(rows / rowsPerGroup), 1] as const;
  const overlap = { count, before_at: one.bitsAt, at: one.layerAt };
  s.rec.run(maskTimesKernel, { mask, before: masks, times, counts }, overlap, maskGrid(count));
  s.rec.run(
    timesHistogramKernel,
    { times, counts },
    { count, at: one.layerAt + 2 },
    gridOf(Math.ceil(count / timesPerGroup)),
  );
  s.rec.run(maskRowsKernel, { mask, counts }, { rows, cols, at: one.rowsAt }, gridOf(Math.ceil(rows / 64)));
  s.rec.run(maskColumnsKernel, { mask, counts }, { rows, cols, at: one.colsAt }, columnGrid);
  s.rec.copy(mask, masks, { from: 0, to: one.bitsAt, count: wordsOf(one) });
}

/** W0 comes from the host into one tensor for all matrices: what it is compared for must be sent before the next comes. */
function recordDrift(watch: Watch, s: Scope, one: WatchedParam, mask: Tensor): void {
  const { spec, value } = one.param;
  const start = s.mem.tensor("view", "subnetwork start", spec.shape);
  s.rec.submit();
  watch.uploadInitial(spec.name, start);
  const uniforms = { count: sizeOf(spec.shape), at: one.driftAt, all: watch.masks === null ? 1 : 0 };
  s.rec.run(driftSumsKernel, { weight: value, start, mask, sums: watch.counts }, uniforms, [driftParts, 1, 1]);
}
