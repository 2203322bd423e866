import { AppError } from "../core/errors.ts";
import { sizeOf } from "../core/shape.ts";
import type { Arena } from "../gpu/arena.ts";
import { defineKernel } from "../gpu/kernel.ts";
import { sectionsOf, spanOf, type Tensor } from "../gpu/tensor.ts";
import { elementGrid } from "../nn/ops/element-grid.ts";
import { packedAs, packingOrder } from "../nn/params.ts";
import type { ParamSet } from "../nn/params.ts";
import type { Scope } from "../nn/scope.ts";
import { ChildMoments, type ChildPart } from "./child-moments.ts";
import lib from "../../shaders/lib/adamw.wgsl?raw";
import plain from "../../shaders/adamw.wgsl?raw";
import child from "../../shaders/adamw_child.wgsl?raw";
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
  corrected: "u32",
} as const;

/** One AdamW step of one parameter, in place. */
export const adamwKernel = defineKernel({
  name: "adamw",
  wgsl: lib + plain,
  bindings: { grad: "read", control: "read", value: "read_write", first: "read_write", second: "read_write" },
  uniforms,
});

/** The same for elements whose mask bit is 1; the others and their moments stand still. */
export const adamwMaskedKernel = defineKernel({
  name: "adamw_masked",
  wgsl: lib + masked,
  bindings: {
    grad: "read",
    control: "read",
    mask: "read",
    value: "read_write",
    first: "read_write",
    second: "read_write",
  },
  uniforms,
});

/** The same where only the elements whose mask bit is 1 are given a gradient and have moments; the others decay. */
export const adamwChildKernel = defineKernel({
  name: "adamw_child",
  wgsl: lib + child,
  bindings: {
    grad: "read",
    control: "read",
    mask: "read",
    places: "read",
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
  /** Whether a step may be skipped, so that the device counts the updates; false by default. */
  readonly counted?: boolean;
  /** Parameters whose moments reserveChild() brings; none by default. */
  readonly child?: ReadonlySet<string>;
}

/** What one step brings. */
export interface AdamWStep {
  /** From 1. */
  readonly step: number;
  readonly learningRate: number;
  /**
   * [4]: factor on every gradient, from clipping; then 1, 1, 1, or where updates are counted on the device what adamw.wgsl says.
   */
  readonly control: Tensor;
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
  readonly beta1: number;
  readonly beta2: number;
  /** By parameter name, in the order of the parameters; without those of a child network. */
  readonly moments: ReadonlyMap<string, { readonly first: Tensor; readonly second: Tensor }>;
  #child: ChildMoments | null = null;

  constructor(mem: Arena, params: ParamSet, settings: AdamWSettings) {
    this.#settings = {
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      epsilonRule: "torch",
      rateFactors: new Map(),
      counted: false,
      child: new Set(),
      ...settings,
    };
    this.beta1 = this.#settings.beta1;
    this.beta2 = this.#settings.beta2;
    const { child } = this.#settings;
    const ordered = packingOrder(params.list).filter(({ spec }) => !child.has(spec.name));
    const moments = (order: string) =>
      mem.packed(
        "moments",
        ordered.map(({ spec }) => packedAs(`${order} moment ${spec.name}`, spec)),
      );
    const [first, second] = [moments("first"), moments("second")];
    this.moments = new Map(
      ordered.flatMap(({ spec }, index) => {
        const [one, two] = [first[index], second[index]];
        return one === undefined || two === undefined ? [] : [[spec.name, { first: one, second: two }] as const];
      }),
    );
  }

  /** Reserves the moments of a child network, all zeros, once it is known; before the first step. Returns them. */
  reserveChild(mem: Arena, parts: readonly ChildPart[]): ChildMoments {
    this.#child = new ChildMoments(mem, parts);
    return this.#child;
  }

  /** Updates every parameter from its gradient; those that lie together and are updated alike, in one dispatch. */
  step(s: Scope, params: ParamSet, { step, learningRate, control, updated = new Map() }: AdamWStep): void {
    const rateOf = (name: string): number => learningRate * (this.#settings.rateFactors.get(name) ?? 1);
    const parts = packingOrder(params.list).flatMap(({ spec, value, grad }): Part[] => {
      const moments = this.moments.get(spec.name);
      if (moments === undefined) return [];
      const rate = rateOf(spec.name);
      const mask = updated.get(spec.name) ?? null;
      return apart({ grad, value, ...moments }).map((tensors) => ({ tensors, rate, decays: spec.decay, mask }));
    });
    for (const { tensors, rate, decays, mask } of joined(parts)) {
      const numbers = { count: sizeOf(tensors.value.shape), ...this.#numbers(step, rate, decays) };
      if (mask === null) s.rec.run(adamwKernel, { ...tensors, control }, numbers, elementGrid(tensors.value));
      else s.rec.run(adamwMaskedKernel, { ...tensors, control, mask }, numbers, elementGrid(tensors.value));
    }
    for (const { spec, value, grad } of params.list) {
      if (!this.#settings.child.has(spec.name)) continue;
      const place = this.#child?.places.get(spec.name);
      if (place === undefined) throw new AppError("bug", `${spec.name} has no moments yet.`);
      const numbers = { count: sizeOf(spec.shape), ...this.#numbers(step, rateOf(spec.name), spec.decay) };
      s.rec.run(adamwChildKernel, { grad, value, control, ...place }, numbers, elementGrid(value));
    }
  }

  #numbers(step: number, learningRate: number, decays: boolean) {
    const { beta1, beta2, epsilon, epsilonRule, weightDecay, counted } = this.#settings;
    const correction = counted ? 1 : Math.sqrt(1 - beta2 ** step);
    return {
      decay: 1 - learningRate * (decays ? weightDecay : 0),
      beta1,
      rest1: 1 - beta1,
      beta2,
      rest2: 1 - beta2,
      // (sqrt(v) + epsilon) / correction, in the form that the kernel has.
      epsilon: epsilonRule === "published" ? epsilon / correction : epsilon,
      step_size: counted ? learningRate : learningRate / (1 - beta1 ** step),
      correction,
      corrected: counted && epsilonRule === "published" ? 1 : 0,
    };
  }
}

/** What one dispatch updates. */
interface Part {
  readonly tensors: Readonly<Record<"grad" | "value" | "first" | "second", Tensor>>;
  readonly rate: number;
  readonly decays: boolean;
  readonly mask: Tensor | null;
}

/** Section by section, where they were cut: all four alike. */
function apart({ grad, value, first, second }: Part["tensors"]): readonly Part["tensors"][] {
  const [grads, values, firsts, seconds] = [grad, value, first, second].map(sectionsOf);
  return (grads ?? []).map((section, index) => ({
    grad: section.tensor,
    value: values?.[index]?.tensor ?? value,
    first: firsts?.[index]?.tensor ?? first,
    second: seconds?.[index]?.tensor ?? second,
  }));
}

/** Neighbours in memory that are updated alike, as one. */
function joined(parts: readonly Part[]): readonly Part[] {
  const joint: Part[] = [];
  for (const part of parts) {
    const last = joint.at(-1);
    const alike = last?.rate === part.rate && last.decays === part.decays && last.mask === null && part.mask === null;
    const tensors = alike ? neighbours(last.tensors, part.tensors) : null;
    if (tensors === null) joint.push(part);
    else joint[joint.length - 1] = { ...part, tensors };
  }
  return joint;
}

/** The vectors over two parts, where all their tensors are neighbours at the same distance. */
function neighbours(left: Part["tensors"], right: Part["tensors"]): Part["tensors"] | null {
  const grad = spanOf(left.grad, right.grad);
  const value = spanOf(left.value, right.value);
  const first = spanOf(left.first, right.first);
  const second = spanOf(left.second, right.second);
  if (grad === null || value === null || first === null || second === null) return null;
  return { grad, value, first, second };
}
