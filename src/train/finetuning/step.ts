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
import type { AdamW } from "../../optim/adamw.ts";
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
  readonly maxNorm: number;
  /** f32 [slots, 8]: loss and gradient norm of recent steps. */
  readonly results: Tensor;
}

/** Records one training step; its loss and gradient norm land in row `slot` of the results. */
export function recordStep(parts: StepParts, s: Scope, inputs: Inputs, learningRate: number, slot: number): void {
  const { model, params, method, loss, optimizer, results } = parts;
  s.rec.phase("method");
  const weights = method.weights?.(s, s.step) ?? params;
  s.rec.phase("forward");
  const first = model.forward(s, weights, inputs);
  const { dlogits } = loss(s, first.logits, inputs.labels, { results, slot });
  if (method.second !== undefined) recordSecondPass(parts, s, weights, inputs, method.second, { first, dlogits, slot });
  s.rec.phase("backward");
  first.back(s, dlogits);
  s.free(dlogits);
  s.rec.phase("method");
  method.gradients?.(s, s.step);
  s.rec.phase("update");
  const scale = clipByGlobalNorm(s, params, parts.maxNorm, { results, slot });
  s.rec.phase("method");
  method.clipped?.(s, s.step);
  s.rec.phase("update");
  optimizer.step(s, params, { step: s.step, learningRate, scale, updated: method.updated?.(s.step) ?? new Map() });
  s.free(scale);
}

/** Records one batch of a method's preparation: forward and backward with the raw weights, and what it does with them. */
export function recordPreparation(parts: StepParts, s: Scope, inputs: Inputs, index: number, count: number): void {
  const { model, params, method, loss, maxNorm } = parts;
  s.rec.phase("method");
  const place = { results: s.temporary("preparation results", [1, 8]), slot: 0 };
  const pass = model.forward(s, params, inputs);
  const { dlogits } = loss(s, pass.logits, inputs.labels, place);
  pass.back(s, dlogits);
  s.free(dlogits);
  const clip = (param: Param): Tensor => {
    const scale = clipByGlobalNorm(s, new ParamSet([param]), maxNorm, place);
    // The next call may write over it.
    s.free(scale);
    return scale;
  };
  method.prepare?.gradients(s, { index, count, clip });
  if (index === count - 1) method.prepare?.done(s);
  s.free(place.results);
}

/**
 * Records a second forward, joins its loss to that of the first, and does its backward. The gradient of the first
 * pass's logits becomes that of the whole loss.
 */
function recordSecondPass(
  { model, loss, comparison, results }: StepParts,
  s: Scope,
  weights: ParamSet,
  inputs: Inputs,
  { noise, shares, weight }: SecondPass,
  { first, dlogits, slot }: { readonly first: Forward; readonly dlogits: Tensor; readonly slot: number },
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
  second.back(beside, dsecond);
  s.free(other, dsecond);
}
