import { sizeOf } from "../../core/shape.ts";
import { defineKernel } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Pass, Scope } from "../scope.ts";
import { elementGrid } from "./element-grid.ts";
import normal from "../../../shaders/lib/normal.wgsl?raw";
import forward from "../../../shaders/gelu_forward.wgsl?raw";
import backward from "../../../shaders/gelu_backward.wgsl?raw";

/** GELU, erf form. */
export const geluForwardKernel = defineKernel({
  name: "gelu_forward",
  wgsl: normal + forward,
  bindings: { x: "read", y: "read_write" },
  uniforms: { count: "u32" },
});

/** GELU's derivative times dy, in place. */
export const geluBackwardKernel = defineKernel({
  name: "gelu_backward",
  wgsl: normal + backward,
  bindings: { x: "read", dy: "read_write" },
  uniforms: { count: "u32" },
});

/**
 * out = x (1 + erf(x / √2)) / 2; `back` reads x again, which the caller keeps, and works in place on dout.
 *
 * Source: Hendrycks and Gimpel 2016, the exact form.
 */
export function gelu(s: Scope, label: string, x: Tensor): Pass {
  const out = s.saved(label, x.shape);
  const count = sizeOf(x.shape);
  s.rec.run(geluForwardKernel, { x, y: out }, { count }, elementGrid(x));
  return {
    out,
    back(s, dout) {
      s.rec.run(geluBackwardKernel, { x, dy: dout }, { count }, elementGrid(x));
      return dout;
    },
  };
}
