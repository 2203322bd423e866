import { labelHash } from "../../core/rng.ts";
import { sizeOf } from "../../core/shape.ts";
import { defineKernel, gridOf } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { EmbeddingNoise, Scope } from "../scope.ts";
import threefry from "../../../shaders/lib/threefry.wgsl?raw";
import source from "../../../shaders/add_noise.wgsl?raw";

/** Adds random numbers in place. */
export const addNoiseKernel = defineKernel({
  name: "add_noise",
  wgsl: threefry + source,
  bindings: { x: "read_write" },
  uniforms: { count: "u32", normal: "u32", scale: "f32", seed: "u32", label: "u32", step: "u32" },
});

/** x += noise drawn under the label, in place; its gradient is that of the sum. Source: Aghajanyan et al. 2021. */
export function addNoise(s: Scope, label: string, x: Tensor, { kind, scale }: EmbeddingNoise): void {
  const count = sizeOf(x.shape);
  const uniforms = {
    count,
    normal: kind === "normal" ? 1 : 0,
    scale,
    seed: s.seed,
    label: labelHash(label),
    step: s.step,
  };
  s.rec.run(addNoiseKernel, { x }, uniforms, gridOf(Math.ceil(count / 64)));
}
