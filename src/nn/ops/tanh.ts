import { sizeOf } from "../../core/shape.ts";
import { defineKernel } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Pass, Scope } from "../scope.ts";
import { elementGrid } from "./element-grid.ts";
import forward from "../../../shaders/tanh_forward.wgsl?raw";
import backward from "../../../shaders/tanh_backward.wgsl?raw";

/** tanh, element by element. */
export const tanhForwardKernel = defineKernel({
  name: "tanh_forward",
  wgsl: forward,
  bindings: { x: "read", y: "read_write" },
  uniforms: { count: "u32" },
});

/** tanh's derivative times dy, in place, from y. */
export const tanhBackwardKernel = defineKernel({
  name: "tanh_backward",
  wgsl: backward,
  bindings: { y: "read", dy: "read_write" },
  uniforms: { count: "u32" },
});

/** out = tanh(x); `back` works in place on dout and needs only out. */
export function tanhActivation(s: Scope, label: string, x: Tensor): Pass {
  const out = s.saved(label, x.shape);
  const count = sizeOf(x.shape);
  s.rec.run(tanhForwardKernel, { x, y: out }, { count }, elementGrid(x));
  return {
    out,
    back(s, dout) {
      s.rec.run(tanhBackwardKernel, { y: out, dy: dout }, { count }, elementGrid(out));
      return dout;
    },
  };
}
