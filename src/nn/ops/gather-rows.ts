import { defineKernel, gridOf } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Scope } from "../scope.ts";
import forward from "../../../shaders/gather_rows_forward.wgsl?raw";
import backward from "../../../shaders/gather_rows_backward.wgsl?raw";

/** Picks rows. */
export const gatherRowsForwardKernel = defineKernel({
  name: "gather_rows_forward",
  wgsl: forward,
  bindings: { places: "read", x: "read", out: "read_write" },
  uniforms: { rows: "u32", cols: "u32" },
});

/** Adds their gradients back. */
export const gatherRowsBackwardKernel = defineKernel({
  name: "gather_rows_backward",
  wgsl: backward,
  bindings: { places: "read", dout: "read", dx: "read_write" },
  uniforms: { rows: "u32", cols: "u32" },
});

/** A gather's result; `back` adds to what dx holds and leaves all other rows as they are. */
export interface GatherPass {
  readonly out: Tensor;
  back(s: Scope, dout: Tensor, dx: Tensor): void;
}

/** out[i] = x[places[i]]; x [entries, cols], places u32 [rows] that differ, out [rows, cols]. */
export function gatherRows(s: Scope, label: string, x: Tensor, places: Tensor): GatherPass {
  const [rows = 0, cols = 0] = [places.shape[0], x.shape[1]];
  const out = s.saved(label, [rows, cols]);
  s.rec.run(gatherRowsForwardKernel, { places, x, out }, { rows, cols }, gridOf(rows));
  return {
    out,
    back(s, dout, dx) {
      s.rec.run(gatherRowsBackwardKernel, { places, dout, dx }, { rows, cols }, gridOf(rows));
    },
  };
}
