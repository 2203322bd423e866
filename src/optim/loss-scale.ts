import { sizeOf } from "../core/shape.ts";
import type { Arena } from "../gpu/arena.ts";
import { defineKernel } from "../gpu/kernel.ts";
import { sectionsOf, type Tensor } from "../gpu/tensor.ts";
import { elementGrid } from "../nn/ops/element-grid.ts";
import type { ParamSet } from "../nn/params.ts";
import type { Scope } from "../nn/scope.ts";
import { gradientSpans, squareSums } from "./clip.ts";
import controlSource from "../../shaders/update_control.wgsl?raw";
import gradientSource from "../../shaders/scale_gradient.wgsl?raw";
import holdSource from "../../shaders/hold.wgsl?raw";
import scaleSource from "../../shaders/loss_scale.wgsl?raw";

/** Multiplies the gradient of the logits with the scale. */
export const scaleGradientKernel = defineKernel({
  name: "scale_gradient",
  wgsl: gradientSource,
  bindings: { state: "read", dlogits: "read_write" },
  uniforms: { count: "u32", share: "f32" },
});

/** Says whether the step is made, and what the next one's scale is. */
export const lossScaleKernel = defineKernel({
  name: "loss_scale",
  wgsl: scaleSource,
  bindings: { partials: "read", state: "read_write", results: "read_write" },
  uniforms: { count: "u32", slot: "u32", interval: "f32", rest1: "f32", rest2: "f32" },
});

/** Takes the scale off, or puts zeros where the step is skipped. */
export const holdKernel = defineKernel({
  name: "hold",
  wgsl: holdSource,
  bindings: { state: "read", x: "read_write" },
  uniforms: { count: "u32", factor: "u32" },
});

/** Tells AdamW how many updates there were, and whether there is one. */
export const updateControlKernel = defineKernel({
  name: "update_control",
  wgsl: controlSource,
  bindings: { state: "read", control: "read_write" },
  uniforms: {},
});

/** As PyTorch's GradScaler begins, and how it goes on. */
export const firstScale = 65_536;
const growthInterval = 2000;

/** Places in the state of the factors that `hold` knows. */
const factors = { made: 4, inverse: 5 } as const;

/**
 * The scale of the loss that keeps small gradients within the reach of f16. Where a gradient is not finite the step changes
 * nothing, neither weights nor moments nor what a method counts, and the scale is halved; after 2,000 good steps in a row it is
 * doubled. All of it stays on the device: f32 [8], as loss_scale.wgsl has it.
 *
 * Source: Micikevicius et al. 2018, Mixed Precision Training, as PyTorch's GradScaler.
 */
export class LossScale {
  readonly #state: Tensor;
  readonly #rests: { readonly rest1: number; readonly rest2: number };

  /** `upload`: of what it begins with; where a run is only planned, does nothing. */
  constructor(
    mem: Arena,
    upload: (into: Tensor, values: Float32Array) => void,
    { beta1, beta2 }: { readonly beta1: number; readonly beta2: number },
    first = firstScale,
  ) {
    this.#rests = { rest1: 1 - beta1, rest2: 1 - beta2 };
    this.#state = mem.tensor("moments", "loss scale", [8]);
    upload(this.#state, Float32Array.of(first, 0, 0, 0, 0, 0, 0, 0));
  }

  /** dlogits ← share · scale · dlogits; `share`: as in shareGradient. */
  scaleGradient(s: Scope, dlogits: Tensor, share: number): void {
    const numbers = { count: sizeOf(dlogits.shape), share };
    s.rec.run(scaleGradientKernel, { state: this.#state, dlogits }, numbers, elementGrid(dlogits));
  }

  /**
   * Takes the scale off all gradients; where one of them is not finite, all become 0 and the step is skipped. Writes 1 or 0 for
   * that to results[slot, 2], and the scale to results[slot, 3]. `updates`: whether AdamW's update follows, which is counted.
   */
  unscale(
    s: Scope,
    params: ParamSet,
    { results, slot, updates = true }: { readonly results: Tensor; readonly slot: number; readonly updates?: boolean },
  ): void {
    const state = this.#state;
    const { partials, count } = squareSums(s, params);
    const rests = updates ? this.#rests : { rest1: 0, rest2: 0 };
    const numbers = { count, slot, interval: growthInterval, ...rests };
    s.rec.run(lossScaleKernel, { partials, state, results }, numbers, [1, 1, 1]);
    s.free(partials);
    for (const span of gradientSpans(params)) this.#multiply(s, span, factors.inverse);
  }

  /** x ← 0 where the step is skipped. */
  hold(s: Scope, x: Tensor): void {
    for (const { tensor } of sectionsOf(x)) this.#multiply(s, tensor, factors.made);
  }

  /** Completes what AdamW goes by, [4]: of clipping it has the first number. */
  control(s: Scope, control: Tensor): void {
    s.rec.run(updateControlKernel, { state: this.#state, control }, {}, [1, 1, 1]);
  }

  #multiply(s: Scope, x: Tensor, factor: number): void {
    s.rec.run(holdKernel, { state: this.#state, x }, { count: sizeOf(x.shape), factor }, elementGrid(x));
  }
}
