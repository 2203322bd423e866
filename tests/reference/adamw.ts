import { at, emptyReference, put, type Reference } from "./array.ts";

/** Settings of one step; `step` counts from 1. */
export interface AdamwSettings {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  /** Whether eps is added before the bias correction. */
  readonly published?: boolean;
  readonly step: number;
  /** Factor on the gradient, from clipping. */
  readonly clipScale: number;
}

/** What a step leaves. */
export interface AdamwReference {
  readonly weight: Reference;
  readonly first: Reference;
  readonly second: Reference;
}

/**
 * One AdamW step with decoupled decay and bias correction, as PyTorch writes it:
 * w -= lr·wd·w;  m = b1 m + (1-b1) g;  v = b2 v + (1-b2) g²;  w -= lr/(1-b1^t) m / (sqrt(v)/sqrt(1-b2^t) + eps).
 * As published: w -= lr·sqrt(1-b2^t)/(1-b1^t) m / (sqrt(v) + eps).
 *
 * weight, grad, first, second: same length.
 */
export function adamw(
  weight: Float64Array,
  grad: Float64Array,
  first: Float64Array,
  second: Float64Array,
  settings: AdamwSettings,
): AdamwReference {
  const { learningRate, weightDecay, beta1, beta2, eps, published = false, step, clipScale } = settings;
  const results = {
    weight: emptyReference(weight.length),
    first: emptyReference(weight.length),
    second: emptyReference(weight.length),
  };
  const correction = Math.sqrt(1 - beta2 ** step);
  const stepSize = (learningRate * (published ? correction : 1)) / (1 - beta1 ** step);
  const secondScale = published ? 1 : correction;
  for (let index = 0; index < weight.length; index++) {
    const w = at(weight, index);
    const g = at(grad, index) * clipScale;
    const m = beta1 * at(first, index) + (1 - beta1) * g;
    const v = beta2 * at(second, index) + (1 - beta2) * g * g;
    const mTerms = Math.abs(beta1 * at(first, index)) + Math.abs((1 - beta1) * g);
    const denominator = Math.sqrt(v) / secondScale + eps;
    put(results.first, index, m, mTerms);
    put(results.second, index, v, v);
    const decayed = w - learningRate * weightDecay * w;
    const magnitude = Math.abs(w) * (1 + learningRate * weightDecay) + (2 * stepSize * mTerms) / denominator;
    put(results.weight, index, decayed - (stepSize * m) / denominator, magnitude);
  }
  return results;
}
