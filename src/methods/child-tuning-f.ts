import { numberOf } from "../contract/fields.ts";
import type { Field, Values } from "../contract/fields.ts";
import { labelHash } from "../core/rng.ts";
import { sizeOf } from "../core/shape.ts";
import { defineKernel } from "../gpu/kernel.ts";
import { sectionsOf, type Tensor } from "../gpu/tensor.ts";
import { elementGrid, maskGrid } from "../nn/ops/element-grid.ts";
import type { Param } from "../nn/params.ts";
import type { Scope } from "../nn/scope.ts";
import { childTuningSource, publishedWarmup } from "./child-tuning.ts";
import { chosenDropout, dropoutField } from "./dropout.ts";
import type { Method, MethodRun, World } from "./method.ts";
import threefry from "../../shaders/lib/threefry.wgsl?raw";
import bitsSource from "../../shaders/draw_bits.wgsl?raw";
import source from "../../shaders/draw_gradient.wgsl?raw";

/** Keeps a random share of a gradient. */
export const drawGradientKernel = defineKernel({
  name: "draw_gradient",
  wgsl: threefry + source,
  bindings: { grad: "read_write" },
  uniforms: { count: "u32", keep_share: "f32", scale: "f32", seed: "u32", label: "u32", step: "u32", first: "u32" },
});

/** What draw_gradient keeps, as bits. */
export const drawBitsKernel = defineKernel({
  name: "draw_bits",
  wgsl: threefry + bitsSource,
  bindings: { mask: "read_write" },
  uniforms: { count: "u32", keep_share: "f32", seed: "u32", label: "u32", step: "u32" },
});

const fields: readonly Field[] = [
  {
    kind: "number",
    id: "drawnShare",
    label: "Trained share",
    help:
      "Probability p with which an element's gradient is used in a step. The Child-Tuning paper tries 0.2 to 0.4. At 1 " +
      "the method is plain fine-tuning.",
    default: 0.3,
    min: 0,
    minExclusive: true,
    max: 1,
    increment: 0.1,
  },
  dropoutField("the model's own rates"),
];

/** Child-Tuning F: every step updates a fresh random part of the weights. */
export const childTuningF: Method = {
  id: "child-tuning-f",
  label: "Child-Tuning F",
  summary:
    "Every step draws a new random part of all weights and gives only that part its gradient, scaled up so that the " +
    "expected step stays the same. It knows nothing of the task: what it brings is noise in the updates.",
  source: childTuningSource("Section 3.2, equations 4 and 5; ChildTuningOptimizer.py"),
  fields,
  equation: ["M ~ Bernoulli(p) an element, anew in each step", "W ← AdamW(W, clip(g) ⊙ M / p)"].join("\n"),
  departs: [
    "The mask acts on the clipped gradient and on every parameter, biases and embeddings too, as in the code.",
    "Momentum and weight decay still move what is not drawn, as in the code.",
    publishedWarmup,
  ],
  stages: [],
  lossNote: null,
  dropout: (values, model) => chosenDropout(values, model),
  start,
};

function start({ params }: World, values: Values): MethodRun {
  const share = numberOf(values, "drawnShare");
  return {
    stage: () => 0,
    clipped(s) {
      for (const param of params.list) drawGradient(s, param, share);
    },
    drawn: { unit: "weight", share, write: (s, param, mask) => writeDrawnBits(s, param, share, mask) },
  };
}

/** Keys of a parameter's draws in a step. */
function drawOf(s: Scope, { spec }: Param) {
  return { seed: s.seed, label: labelHash(`child/${spec.name}`), step: s.step };
}

/**
 * g = g/p with probability p an element, else 0; drawn from (seed, "child/<name>", step, element).
 *
 * Source: Xu et al. 2021, equation 4.
 */
export function drawGradient(s: Scope, param: Param, share: number): void {
  const [, cols = 0] = param.spec.shape;
  for (const { tensor: grad, top } of sectionsOf(param.grad)) {
    const numbers = { count: sizeOf(grad.shape), first: top * cols, keep_share: share, scale: 1 / share };
    s.rec.run(drawGradientKernel, { grad }, { ...numbers, ...drawOf(s, param) }, elementGrid(grad));
  }
}

/** Draws the same again and writes it as bits. mask [ceil(N / 32)], bits from N on 0. */
export function writeDrawnBits(s: Scope, param: Param, share: number, mask: Tensor): void {
  const count = sizeOf(param.spec.shape);
  s.rec.run(drawBitsKernel, { mask }, { count, keep_share: share, ...drawOf(s, param) }, maskGrid(count));
}
