import { sizeOf } from "../../core/shape.ts";
import { defineKernel } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Pass, Scope } from "../scope.ts";
import { elementGrid } from "./element-grid.ts";
import forward from "../../../shaders/relu_forward.wgsl?raw";
import backward from "../../../shaders/relu_backward.wgsl?raw";

/** max(x, 0), element by element. */
export const reluForwardKernel = defineKernel({
  name: "relu_forward",
  wgsl: forward,
  bindings: { x: "read", y: "read_write" },
  uniforms: { count: "u32" },
});

/** dy where y is above 0, in place. */
export const reluBackwardKernel = defineKernel({
  name: "relu_backward",
  wgsl: backward,
  bindings: { y: "read", dy: "read_write" },
  uniforms: { count: "u32" },
});

/** out = max(x, 0); `back` works in place on dout and needs only out. */
export function relu(s: Scope, label: string, x: Tensor): Pass {
  const out = s.saved(label, x.shape);
  const count = sizeOf(x.shape);
  s.rec.run(reluForwardKernel, { x, y: out }, { count }, elementGrid(x));
  return {
    out,
    back(s, dout) {
      s.rec.run(reluBackwardKernel, { y: out, dy: dout }, { count }, elementGrid(out));
      return dout;
    },
  };
}
