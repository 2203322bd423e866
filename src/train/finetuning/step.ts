import type { Tensor } from "../../gpu/tensor.ts";
import type { MethodRun, SecondPass } from "../../methods/method.ts";
import type { Forward, Model } from "../../nn/model.ts";
import { withoutWordGradient } from "../../nn/inputs.ts";
import type { Inputs } from "../../nn/inputs.ts";
import type { Comparison } from "../../nn/losses/comparison.ts";
import type { Loss } from "../../nn/losses/loss.ts";
import { ParamSet } from "../../nn/params.ts";
import type { Param } from "../../nn/params.ts";
import { secondScope } from "../../nn/scope.ts";
import type { Scope } from "../../nn/scope.ts";
import { addPart, shareGradient } from "../../nn/losses/part.ts";
import type { AdamW } from "../../optim/adamw.ts";
import type { LossScale } from "../../optim/loss-scale.ts";
import { clipByGlobalNorm } from "../../optim/clip.ts";

/** What stays the same over the steps of a run. */
export interface StepParts {
  readonly model: Model;
  /** Classes or labels, or 1 for a regression. */
  readonly outputCount: number;
  readonly params: ParamSet;
  readonly method: MethodRun;
  readonly loss: Loss;
  /** What a method's second pass is compared by. */
  readonly comparison: Comparison;
  readonly optimizer: AdamW;
  /** null where no gradient is f16. */
  readonly lossScale: LossScale | null;
  readonly maxNorm: number;
  /** f32 [slots, 8]: loss and gradient norm of recent steps. */
  readonly results: Tensor;
}

/** Where the loss of a part of a step's batch goes, and what of the whole's mean that part's own mean counts. */
export interface PartPlace {
  /** f32 [slots, 8] */
  readonly results: Tensor;
  readonly slot: number;
  /** From 0. */
  readonly index: number;
  /** 1 where the part is the whole batch. */
  readonly share: number;
}

/** Records what the weights of a step's forward are made of. */
export function recordWeights({ method, params }: StepParts, s: Scope): ParamSet {
  s.rec.phase("method");
  return method.weights?.(s, s.step) ?? params;
}

/**
 * Records forward and backward of one part of a step's batch: its share of the loss is added to that of the parts before,
 * and so is its share of the gradient. The first part writes over both. `s`: of the part, see partScope.
 */
export function recordGradients(
  parts: StepParts,
  s: Scope,
  weights: ParamSet,
  inputs: Inputs,
  { results, slot, index, share }: PartPlace,
): void {
  const { model, method, loss, lossScale } = parts;
  s.rec.phase("forward");
  const whole = share === 1;
  const place = whole ? { results, slot } : { results: s.temporary("part results", [1, 8]), slot: 0 };
  const first = model.forward(s, weights, inputs);
  const { dlogits } = loss(s, first.logits, inputs.labels, place);
  const { second } = method;
  if (second !== undefined) recordSecondPass(parts, s, weights, inputs, second, { first, dlogits, share, ...place });
  s.rec.phase("backward");
  if (!whole) {
    addPart(s, place.results, { results, slot, index, share });
    s.free(place.results);
  }
  shareScaled(s, lossScale, dlogits, share);
  first.back(s, dlogits);
  s.free(dlogits);
}

/** dlogits ← share · dlogits, and times the scale of the loss, where it has one. */
function shareScaled(s: Scope, lossScale: LossScale | null, dlogits: Tensor, share: number): void {
  if (lossScale === null) shareGradient(s, dlogits, share);
  else lossScale.scaleGradient(s, dlogits, share);
}

/** Records what follows on the gradient of the whole batch: the method's part, clipping and update. */
export function recordUpdate(parts: StepParts, s: Scope, learningRate: number, slot: number): void {
  const { params, method, optimizer, lossScale, results } = parts;
  lossScale?.unscale(s, params, { results, slot });
  s.rec.phase("method");
  method.gradients?.(s, s.step);
  s.rec.phase("update");
  const control = clipByGlobalNorm(s, params, parts.maxNorm, { results, slot });
  lossScale?.control(s, control);
  s.rec.phase("method");
  method.clipped?.(s, s.step);
  s.rec.phase("update");
  optimizer.step(s, params, { step: s.step, learningRate, control, updated: method.updated?.(s.step) ?? new Map() });
  s.free(control);
}

/** Where a preparation's loss and norms go, which nobody reads. */
export function preparationResults(s: Scope): Tensor {
  return s.temporary("preparation results", [1, 8]);
}

/** Records what a method's preparation does with the gradients of one batch by the raw weights; frees `results`. */
export function recordPreparation(
  { params, method, lossScale, maxNorm }: StepParts,
  s: Scope,
  results: Tensor,
  index: number,
  count: number,
): void {
  lossScale?.unscale(s, params, { results, slot: 0, updates: false });
  s.rec.phase("method");
  const clip = (param: Param): Tensor => {
    const scale = clipByGlobalNorm(s, new ParamSet([param]), maxNorm, { results, slot: 0 });
    // The next call may write over it.
    s.free(scale);
    return scale;
  };
  method.prepare?.gradients(s, { index, count, clip });
  if (index === count - 1) method.prepare?.done(s);
  s.free(results);
}

/**
 * Records a second forward, joins its loss to that of the first, and does its backward. The gradient of the first
 * pass's logits becomes that of the whole loss.
 */
function recordSecondPass(
  { model, loss, lossScale, comparison }: StepParts,
  s: Scope,
  weights: ParamSet,
  inputs: Inputs,
  { noise, shares, weight }: SecondPass,
  {
    first,
    dlogits,
    share,
    results,
    slot,
  }: Omit<PartPlace, "index"> & { readonly first: Forward; readonly dlogits: Tensor },
): void {
  const beside = secondScope(s, noise);
  const second = model.forward(beside, weights, noise === null ? inputs : withoutWordGradient(inputs));
  const other = s.temporary("second results", [1, 8]);
  // The task's loss would write this gradient over the first pass's.
  const apart: Scope = { ...beside, temporary: (label, shape) => s.temporary(`second ${label}`, shape) };
  const { dlogits: dsecond } = loss(apart, second.logits, inputs.labels, { results: other, slot: 0 });
  const passes = { first: first.logits, second: second.logits, dfirst: dlogits, dsecond, other };
  comparison(s, passes, { results, slot, shares, weight });
  s.rec.phase("backward");
  shareScaled(s, lossScale, dsecond, share);
  second.back(beside, dsecond);
  s.free(other, dsecond);
}
