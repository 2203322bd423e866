import { sizeOf } from "../core/shape.ts";
import type { Arena } from "../gpu/arena.ts";
import { defineKernel } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { elementGrid } from "../nn/ops/element-grid.ts";
import type { Param, ParamSet } from "../nn/params.ts";
import type { Scope } from "../nn/scope.ts";
import plain from "../../shaders/adamw.wgsl?raw";
import masked from "../../shaders/adamw_masked.wgsl?raw";

const uniforms = {
  count: "u32",
  decay: "f32",
  beta1: "f32",
  rest1: "f32",
  beta2: "f32",
  rest2: "f32",
  epsilon: "f32",
  step_size: "f32",
  correction: "f32",
} as const;

/** One AdamW step of one parameter, in place. */
export const adamwKernel = defineKernel({
  name: "adamw",
  wgsl: plain,
  bindings: { grad: "read", scale: "read", value: "read_write", first: "read_write", second: "read_write" },
  uniforms,
});

/** The same for elements whose mask bit is 1; the others and their moments stand still. */
export const adamwMaskedKernel = defineKernel({
  name: "adamw_masked",
  wgsl: masked,
  bindings: {
    grad: "read",
    scale: "read",
    mask: "read",
    value: "read_write",
    first: "read_write",
    second: "read_write",
  },
  uniforms,
});

/**
 * Where epsilon goes in the denominator: `torch` adds it to the bias-corrected root, sqrt(v / (1 - beta2^t)) + epsilon;
 * `published` to the root before its correction, sqrt(v) + epsilon.
 */
export type EpsilonRule = "torch" | "published";

/** What does not change during a run. */
export interface AdamWSettings {
  /** Decoupled; of parameters whose spec says so. */
  readonly weightDecay: number;
  /** Of the first moment; 0.9 by default. */
  readonly beta1?: number;
  /** Of the second moment; 0.999 by default. */
  readonly beta2?: number;
  /** 1e-8 by default. */
  readonly epsilon?: number;
  /** torch by default. */
  readonly epsilonRule?: EpsilonRule;
  /** Factors on the learning rate by parameter name; 1 where there is none. */
  readonly rateFactors?: ReadonlyMap<string, number>;
}

/** What one step brings. */
export interface AdamWStep {
  /** From 1. */
  readonly step: number;
  readonly learningRate: number;
  /** [1]: factor on every gradient, from clipping. */
  readonly scale: Tensor;
  /** By parameter name, masks of the elements that are updated (bit i of word i/32); the others stand still. */
  readonly updated?: ReadonlyMap<string, Tensor>;
}

/**
 * AdamW with bias correction and decoupled weight decay; its moments are reserved, and zero, from the start.
 *
 * Source: Loshchilov and Hutter 2019, algorithm 2, in PyTorch's order of operations. Departs: the code of the DPS paper
 * adds epsilon before the bias correction, which `published` does too, and decays the weights after the update, which
 * differs by learning rate² · weight decay and is not followed.
 */
export class AdamW {
  readonly #settings: Required<AdamWSettings>;
  /** By parameter name, in the order of the parameters. */
  readonly moments: ReadonlyMap<string, { readonly first: Tensor; readonly second: Tensor }>;

  constructor(mem: Arena, params: ParamSet, settings: AdamWSettings) {
    this.#settings = {
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      epsilonRule: "torch",
      rateFactors: new Map(),
      ...settings,
    };
    const moment = (order: string, { spec }: Param) =>
      mem.tensor("moments", `${order} moment ${spec.name}`, spec.shape);
    this.moments = new Map(
      params.list.map((param) => [param.spec.name, { first: moment("first", param), second: moment("second", param) }]),
    );
  }

  /** Updates every parameter from its gradient. */
  step(s: Scope, params: ParamSet, { step, learningRate, scale, updated = new Map() }: AdamWStep): void {
    for (const { spec, value, grad } of params.list) {
      const moments = this.moments.get(spec.name);
      if (moments === undefined) continue;
      const buffers = { grad, scale, value, ...moments };
      const rate = learningRate * (this.#settings.rateFactors.get(spec.name) ?? 1);
      const numbers = { count: sizeOf(spec.shape), ...this.#numbers(step, rate, spec.decay) };
      const mask = updated.get(spec.name);
      if (mask === undefined) s.rec.run(adamwKernel, buffers, numbers, elementGrid(value));
      else s.rec.run(adamwMaskedKernel, { ...buffers, mask }, numbers, elementGrid(value));
    }
  }

  #numbers(step: number, learningRate: number, decays: boolean) {
    const { beta1, beta2, epsilon, epsilonRule, weightDecay } = this.#settings;
    const correction = Math.sqrt(1 - beta2 ** step);
    return {
      decay: 1 - learningRate * (decays ? weightDecay : 0),
      beta1,
      rest1: 1 - beta1,
      beta2,
      rest2: 1 - beta2,
      // (sqrt(v) + epsilon) / correction, in the form that the kernel has.
      epsilon: epsilonRule === "published" ? epsilon / correction : epsilon,
      step_size: learningRate / (1 - beta1 ** step),
      correction,
    };
  }
}
