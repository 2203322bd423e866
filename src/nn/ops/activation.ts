import { sizeOf } from "../../core/shape.ts";
import { defineKernel } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Activation } from "../kernels.ts";
import type { Pass, Scope } from "../scope.ts";
import { elementGrid } from "./element-grid.ts";
import geluTanh from "../../../shaders/lib/gelu_tanh.wgsl?raw";
import normal from "../../../shaders/lib/normal.wgsl?raw";
import relu from "../../../shaders/lib/relu.wgsl?raw";
import silu from "../../../shaders/lib/silu.wgsl?raw";
import forward from "../../../shaders/activation_forward.wgsl?raw";
import backward from "../../../shaders/activation_backward.wgsl?raw";

/** The library of each: `activation` and `activation_slope` of four numbers. */
export const activationTexts: Readonly<Record<Activation, string>> = {
  gelu: normal,
  gelu_tanh: geluTanh,
  relu,
  silu,
};

const forwardOf = (activation: Activation) =>
  defineKernel({
    name: `activation_forward_${activation}`,
    wgsl: activationTexts[activation] + forward,
    bindings: { x: "read", y: "read_write" },
    uniforms: { count: "u32" },
  });

const backwardOf = (activation: Activation) =>
  defineKernel({
    name: `activation_backward_${activation}`,
    wgsl: activationTexts[activation] + backward,
    bindings: { x: "read", dy: "read_write" },
    uniforms: { count: "u32" },
  });

const kernelsOf = (activation: Activation) => ({ forward: forwardOf(activation), back: backwardOf(activation) });

/** An activation, and its derivative times dy in place. */
export const activationKernels = {
  gelu: kernelsOf("gelu"),
  gelu_tanh: kernelsOf("gelu_tanh"),
  relu: kernelsOf("relu"),
  silu: kernelsOf("silu"),
};

/** out = activation(x), element by element; `back` reads x again, which the caller keeps, and works in place on dout. */
export function activate(s: Scope, label: string, x: Tensor, activation: Activation): Pass {
  const out = s.saved(label, x.shape);
  const count = sizeOf(x.shape);
  const { forward, back } = activationKernels[activation];
  s.rec.run(forward, { x, y: out }, { count }, elementGrid(x));
  return {
    out,
    back(s, dout) {
      s.rec.run(back, { x, dy: dout }, { count }, elementGrid(x));
      return dout;
    },
  };
}
