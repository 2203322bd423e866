import type { PretrainingBatch } from "../data/text/pretraining.ts";
import { createArena } from "../gpu/arena.ts";
import type { Arena } from "../gpu/arena.ts";
import { PlanRecorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { pretrain, pretrainingSpecs } from "../nn/bert/pretraining.ts";
import type { ModelConfig } from "../nn/family.ts";
import { createParams } from "../nn/params.ts";
import type { ParamSet } from "../nn/params.ts";
import { reservePretrainingInputs } from "../nn/pretraining-inputs.ts";
import type { PretrainingInputs, PretrainingLimits } from "../nn/pretraining-inputs.ts";
import { createScope, noDropout } from "../nn/scope.ts";
import type { DropoutRates, MatmulVariant, Scope } from "../nn/scope.ts";
import { AdamW } from "../optim/adamw.ts";
import { clipByGlobalNorm } from "../optim/clip.ts";
import type { RunPlan } from "./plan.ts";
import type { PretrainingSettings } from "./pretraining-settings.ts";

/** Everything a pre-training run is made of. */
export interface PretrainingRequest {
  readonly config: ModelConfig;
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
  readonly config: ModelConfig;
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
export function assemblePretraining({ config, settings }: PretrainingRequest, mem: Arena): PretrainingParts {
  const params = createParams(mem, pretrainingSpecs(config));
  return {
    config,
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
  parts: PretrainingParts,
  s: Scope,
  inputs: PretrainingInputs,
  learningRate: number,
  slot: number,
): void {
  const { config, params, optimizer, results } = parts;
  pretrain(s, config, params, inputs, { results, slot, sum: false }).back(s);
  const scale = clipByGlobalNorm(s, params, parts.maxNorm, { results, slot });
  optimizer.step(s, params, { step: s.step, learningRate, scale });
}

/** Records the losses of one held-out batch: their sums are added up. */
export function recordHeldOut(parts: PretrainingParts, s: Scope, inputs: PretrainingInputs): void {
  const place = { results: parts.heldOut, slot: 0, sum: true };
  pretrain(s, parts.config, parts.params, inputs, place);
}

/** Kernels and memory of a run, found by recording its largest step without a device. */
export function planPretraining(request: PretrainingRequest, matmul: MatmulVariant): RunPlan {
  const mem = createArena(null);
  const rec = new PlanRecorder();
  const parts = assemblePretraining(request, mem);
  const inputs = reservePretrainingInputs(mem, request.limits);
  const scope = { rec, mem, seed: request.seed, matmul };
  recordPretrainingStep(parts, createScope({ ...scope, step: 1, dropout: dropoutOf(request.settings) }), inputs, 0, 0);
  recordHeldOut(parts, createScope({ ...scope, step: 0, dropout: noDropout }), inputs);
  const bytes = mem.bytes();
  return {
    kernels: [...rec.kernels.values()],
    capacities: mem.capacities(),
    bytes,
    totalBytes: Object.values(bytes).reduce((sum, value) => sum + value, 0),
    largest: mem.largest(),
  };
}
