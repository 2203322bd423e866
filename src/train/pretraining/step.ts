import type { PretrainingBatch } from "../../data/text/pretraining-batch.ts";
import type { Arena } from "../../gpu/arena.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { createParams } from "../../nn/params.ts";
import type { ParamSet } from "../../nn/params.ts";
import type { Pretraining } from "../../nn/pretraining.ts";
import type { PretrainingInputs, PretrainingLimits } from "../../nn/pretraining-inputs.ts";
import type { DropoutRates, Scope } from "../../nn/scope.ts";
import { AdamW } from "../../optim/adamw.ts";
import { clipByGlobalNorm } from "../../optim/clip.ts";
import type { PretrainingSettings } from "./settings.ts";

/** Everything a pre-training run is made of. */
export interface PretrainingRequest {
  readonly model: Pretraining;
  /** Standard deviation of fresh weights. */
  readonly initializerRange: number;
  readonly settings: PretrainingSettings;
  readonly seed: number;
  /** The batch of a step, from 1: the same one whenever it is asked for. */
  readonly batchOf: (step: number) => PretrainingBatch;
  /** Batches of text that is not trained on. */
  readonly heldOut: readonly PretrainingBatch[];
  /** The largest batch. */
  readonly limits: PretrainingLimits;
  /** Values to start from, by parameter name; what is missing is drawn from the seed. */
  readonly initial: ReadonlyMap<string, Float32Array>;
}

/** A run's memory, and what its step needs. */
export interface PretrainingParts {
  readonly model: Pretraining;
  readonly params: ParamSet;
  readonly optimizer: AdamW;
  readonly maxNorm: number;
  /** f32 [slots, 8]: gradient norm and losses of recent steps. */
  readonly results: Tensor;
  /** f32 [1, 8]: summed losses of an evaluation. */
  readonly heldOut: Tensor;
}

/** Steps that may be done before anybody reads their results. */
export const resultSlots = 64;

/** Source: Liu et al. 2019, RoBERTa, table 9: β2 0.98 and ε 1e-6. */
const adam = { beta1: 0.9, beta2: 0.98, epsilon: 1e-6 };

/** Reserves the memory of a run; on an arena without a device it is only counted. */
export function assemblePretraining({ model, settings }: PretrainingRequest, mem: Arena): PretrainingParts {
  const params = createParams(mem, model.params);
  return {
    model,
    params,
    optimizer: new AdamW(mem, params, { ...adam, weightDecay: settings.weightDecay }),
    maxNorm: settings.clip,
    results: mem.tensor("results", "step results", [resultSlots, 8]),
    heldOut: mem.tensor("results", "held-out losses", [1, 8]),
  };
}

/** One rate on hidden states and attention. */
export function dropoutOf({ dropout }: PretrainingSettings): DropoutRates {
  return { hidden: dropout, attention: dropout, classifier: dropout };
}

/** Records one training step; its losses and gradient norm land in row `slot` of the results. */
export function recordPretrainingStep(
  { model, params, optimizer, results, maxNorm }: PretrainingParts,
  s: Scope,
  inputs: PretrainingInputs,
  learningRate: number,
  slot: number,
): void {
  model.forward(s, params, inputs, { results, slot, sum: false }).back(s);
  const control = clipByGlobalNorm(s, params, maxNorm, { results, slot });
  optimizer.step(s, params, { step: s.step, learningRate, control });
  s.free(control);
}

/** Records the losses of one held-out batch: their sums are added up. */
export function recordHeldOut({ model, params, heldOut }: PretrainingParts, s: Scope, inputs: PretrainingInputs): void {
  model.forward(s, params, inputs, { results: heldOut, slot: 0, sum: true });
}
