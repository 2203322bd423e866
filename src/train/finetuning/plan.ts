import { AppError } from "../../core/errors.ts";
import { rowsPerStepOf } from "../../contract/recipe.ts";
import { mostBindable } from "../../gpu/device.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { reserveInputs } from "../../nn/inputs.ts";
import type { InputLimits } from "../../nn/inputs.ts";
import type { Kernels } from "../../nn/kernels.ts";
import type { ParamSet } from "../../nn/params.ts";
import { createScope, noDropout, partScope } from "../../nn/scope.ts";
import type { Scope } from "../../nn/scope.ts";
import { portableKernels } from "../../nn/tuning/choice.ts";
import { askingKernels } from "../../nn/tuning/questions.ts";
import type { Asked } from "../../nn/tuning/questions.ts";
import type { LayersOf, PlannedRun } from "../device-run.ts";
import type { Engine } from "../engine.ts";
import { planMemory, problemOf } from "../memory-plan.ts";
import { recordSnapshot } from "../subnetwork/recording.ts";
import { assemble, noUploads, sizesOfRun } from "./assembly.ts";
import type { RunSizes, ShapeRequest } from "./assembly.ts";
import { planBatches } from "./batches.ts";
import type { BatchPlan } from "./batches.ts";
import { plannedCounts, reserveChild } from "./child-network.ts";
import { recordEvaluationBatch } from "./evaluate.ts";
import type { TrainingSettings } from "./settings.ts";
import { preparationResults, recordGradients, recordPreparation, recordUpdate, recordWeights } from "./step.ts";

/** A run, planned once for a device. */
export interface PlannedSession extends PlannedRun {
  readonly sizes: RunSizes;
  readonly batches: BatchPlan;
}

/** What of an engine a plan goes by. */
export interface PlanningEngine extends Pick<Engine, "kernels"> {
  readonly device: Pick<Engine["device"], "record">;
}

/**
 * Plans a run for a device: sizes, batches, memory. Errors: bad-config; bad-settings, from the method, and for numbers that the
 * device does not have.
 */
export function planOnDevice(request: ShapeRequest, engine: PlanningEngine): PlannedSession {
  const { kernels, device } = engine;
  if (request.settings.precision === "mixed" && !device.record.features.includes("shader-f16")) {
    const found = `Precision is mixed, and ${device.record.description || "this GPU"} offers no numbers of 16 bits here`;
    throw new AppError("bad-settings", `${found} (shader-f16). Set it to f32.`);
  }
  const mostBytes = mostBindable(device.record);
  const planned = planWithin(mostBytes, request, kernels);
  const problem = problemOf(planned.plan, device.record, {
    batchSize: request.settings.batchSize,
    rowsPerStep: rowsPerStepOf(request.settings),
    planAt: (batchSize) => {
      const settings = { ...request.settings, batchSize };
      return planWithin(mostBytes, { ...request, settings }, kernels).plan;
    },
    unit: "row",
    advice: "use a smaller model or a shorter longest input",
  });
  return { ...planned, problem };
}

/** What a run will ask of its kernels, and its number of steps. Errors: as planOnDevice(). */
export function askedBy(request: ShapeRequest): { readonly asked: Asked; readonly steps: number } {
  const { kernels, asked } = askingKernels(portableKernels);
  const { sizes } = planWithin(Infinity, request, kernels);
  return { asked, steps: sizes.maxSteps };
}

/** mostBytes: as in planMemory. */
function planWithin(mostBytes: number, request: ShapeRequest, kernels: Kernels): Omit<PlannedSession, "problem"> {
  const sizes = sizesOfRun(request);
  const batches = planBatches(request, sizes.maxSteps);
  const record = recorderOf(request, sizes, batches.limits, kernels);
  return { sizes, batches, plan: planMemory(mostBytes, record), ...layersOf(request.settings) };
}

function layersOf({ recompute, precision }: TrainingSettings): LayersOf {
  return { recompute: recompute === "layers", real: precision === "mixed" ? "f16" : "f32" };
}

/** What records one step of every kind that a run has, and an evaluation. */
function recorderOf(
  request: ShapeRequest,
  sizes: RunSizes,
  limits: InputLimits,
  kernels: Kernels,
): Parameters<typeof planMemory>[1] {
  return (mem, rec) => {
    const parts = assemble(request, sizes, mem, noUploads);
    const inputs = reserveInputs(mem, limits, sizes.model.tokens);
    const scope = { rec, mem, seed: request.seed, kernels, ...layersOf(request.settings) };
    const scopeOf = (step: number, dropout = sizes.dropout) => createScope({ ...scope, step, dropout });
    const shares = request.settings.accumulate === 1 ? [1] : [0.5, 0.5];
    const recordParts = (s: Scope, weights: ParamSet, results: Tensor): void => {
      for (const [index, share] of shares.entries()) {
        recordGradients(parts, partScope(s, index), weights, inputs, { results, slot: 0, index, share });
      }
    };
    if (parts.method.prepare !== undefined) {
      const s = scopeOf(1);
      const results = preparationResults(s);
      recordParts(s, parts.params, results);
      recordPreparation(parts, s, results, 0, 1);
    }
    const { child } = parts.method;
    if (child !== undefined) reserveChild(mem, parts.optimizer, child, plannedCounts(child)).locate(scopeOf(1));
    for (const step of distinctSteps((step) => parts.method.stage(step), sizes.maxSteps)) {
      parts.method.begin?.(step);
      const s = scopeOf(step);
      recordParts(s, recordWeights(parts, s), parts.results);
      recordUpdate(parts, s, 0, 0);
    }
    if (parts.watch !== null) recordSnapshot(parts.watch, scopeOf(1), true);
    recordEvaluationBatch(parts, scopeOf(0, noDropout), inputs, 0);
  };
}

/** One step of every kind a run has: the first two, and where its stage has just changed or changed a step ago. */
function distinctSteps(stage: (step: number) => number, maxSteps: number): readonly number[] {
  const steps: number[] = [];
  for (let step = 1; step <= maxSteps && steps.length < 10; step++) {
    const changed = (at: number): boolean => at <= 1 || stage(at) !== stage(at - 1);
    if (changed(step) || changed(step - 1)) steps.push(step);
  }
  return steps;
}
