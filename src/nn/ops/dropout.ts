import { labelHash } from "../../core/rng.ts";
import { sizeOf } from "../../core/shape.ts";
import { defineKernel } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Pass, Scope } from "../scope.ts";
import { elementGrid } from "./element-grid.ts";
import { ofReals, realOf } from "./real.ts";
import threefry from "../../../shaders/lib/threefry.wgsl?raw";
import forward from "../../../shaders/dropout_forward.wgsl?raw";
import backward from "../../../shaders/dropout_backward.wgsl?raw";

const uniforms = { count: "u32", keep_share: "f32", seed: "u32", label: "u32", step: "u32" } as const;

/** Drops elements of x on their way to y. */
export const dropoutForwardKernels = ofReals((real, ending) =>
  defineKernel({
    name: `dropout_forward${ending}`,
    wgsl: real + threefry + forward,
    bindings: { x: "read", y: "read_write" },
    uniforms,
  }),
);

/** Drops the same elements in place. */
export const dropoutBackwardKernels = ofReals((real, ending) =>
  defineKernel({
    name: `dropout_backward${ending}`,
    wgsl: real + threefry + backward,
    bindings: { dy: "read_write" },
    uniforms,
  }),
);

/** y = x · mask / (1 - rate), the mask drawn under `label`; x, y of one shape and type. */
export function dropInto(s: Scope, label: string, x: Tensor, y: Tensor, rate: number): void {
  s.rec.run(dropoutForwardKernels[realOf(x, y)], { x, y }, draws(s, label, x, rate), elementGrid(x));
}

/**
 * out = x · mask / (1 - rate), each element kept with probability 1 - rate; rate 0 is x itself.
 *
 * `back` works in place on dout with the same mask, drawn again.
 * Source: Srivastava et al. 2014, scaled while training.
 */
export function dropout(s: Scope, label: string, x: Tensor, rate: number): Pass {
  if (rate === 0) return { out: x, back: (_, dout) => dout };
  const out = s.saved(label, x.shape, realOf(x));
  dropInto(s, label, x, out, rate);
  return {
    out,
    back(s, dout) {
      s.rec.run(dropoutBackwardKernels[realOf(dout)], { dy: dout }, draws(s, label, dout, rate), elementGrid(dout));
      return dout;
    },
  };
}

function draws(s: Scope, label: string, x: Tensor, rate: number) {
  return { count: sizeOf(x.shape), keep_share: 1 - rate, seed: s.seed, label: labelHash(label), step: s.step };
}
