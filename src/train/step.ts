import type { Tensor } from "../gpu/tensor.ts";
import type { MethodRun } from "../methods/method.ts";
import type { Family, ModelConfig } from "../nn/family.ts";
import type { Inputs } from "../nn/inputs.ts";
import type { Loss } from "../nn/losses/loss.ts";
import type { ParamSet } from "../nn/params.ts";
import type { Scope } from "../nn/scope.ts";
import type { AdamW } from "../optim/adamw.ts";
import { clipByGlobalNorm } from "../optim/clip.ts";

/** What stays the same over the steps of a run. */
export interface StepParts {
  readonly family: Family;
  readonly config: ModelConfig;
  readonly params: ParamSet;
  readonly method: MethodRun;
  readonly loss: Loss;
  readonly optimizer: AdamW;
  readonly maxNorm: number;
  /** f32 [slots, 8]: loss and gradient norm of recent steps. */
  readonly results: Tensor;
}

/** Records one training step; its loss and gradient norm land in row `slot` of the results. */
export function recordStep(parts: StepParts, s: Scope, inputs: Inputs, learningRate: number, slot: number): void {
  const { family, config, params, method, loss, optimizer, results } = parts;
  const weights = method.weights?.(s, s.step) ?? params;
  const pass = family.forward(s, config, weights, inputs);
  const { dlogits } = loss(s, pass.logits, inputs.labels, { results, slot });
  pass.back(s, dlogits);
  method.gradients?.(s, s.step);
  const scale = clipByGlobalNorm(s, params, parts.maxNorm, { results, slot });
  method.clipped?.(s, s.step);
  optimizer.step(s, params, { step: s.step, learningRate, scale, frozen: method.frozen?.(s.step) ?? new Map() });
  method.updated?.(s, s.step);
}
