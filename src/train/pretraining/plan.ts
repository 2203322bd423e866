import { mostBindable } from "../../gpu/device.ts";
import { reservePretrainingInputs } from "../../nn/pretraining-inputs.ts";
import type { PretrainingLimits } from "../../nn/pretraining-inputs.ts";
import type { Kernels } from "../../nn/kernels.ts";
import { createScope, noDropout } from "../../nn/scope.ts";
import { portableKernels } from "../../nn/tuning/choice.ts";
import { askingKernels } from "../../nn/tuning/questions.ts";
import type { Asked } from "../../nn/tuning/questions.ts";
import type { Engine } from "../engine.ts";
import { planMemory, problemOf } from "../memory-plan.ts";
import type { MemoryPlan } from "../memory-plan.ts";
import { pretrainingLimits } from "./batches.ts";
import { assemblePretraining, dropoutOf, recordHeldOut, recordPretrainingStep } from "./step.ts";
import type { PretrainingRequest } from "./step.ts";

/** A pre-training, planned once for a device. */
export interface PlannedPretraining {
  readonly plan: MemoryPlan;
  /** Why the device cannot hold it; null where it can. */
  readonly problem: string | null;
}

/** Plans a run for a device. */
export function planPretraining(
  request: PretrainingRequest,
  { device, kernels }: Pick<Engine, "device" | "kernels">,
): PlannedPretraining {
  const mostBytes = mostBindable(device.record);
  const plan = memoryOf(mostBytes, request, request.limits, kernels);
  const problem = problemOf(plan, device.record, {
    batchSize: request.settings.batchSize,
    planAt: (batchSize) => memoryOf(mostBytes, request, pretrainingLimits({ ...request.settings, batchSize }), kernels),
    unit: "pair",
    advice: "use a smaller model or length",
  });
  return { plan, problem };
}

/** What a run will ask of its kernels, and its number of steps. */
export function askedByPretraining(request: PretrainingRequest): { readonly asked: Asked; readonly steps: number } {
  const { kernels, asked } = askingKernels(portableKernels);
  memoryOf(Infinity, request, request.limits, kernels);
  return { asked, steps: request.settings.steps };
}

function memoryOf(
  mostBytes: number,
  request: PretrainingRequest,
  limits: PretrainingLimits,
  kernels: Kernels,
): MemoryPlan {
  return planMemory(mostBytes, (mem, rec) => {
    const parts = assemblePretraining(request, mem);
    const inputs = reservePretrainingInputs(mem, limits);
    const scope = { rec, mem, seed: request.seed, kernels };
    const dropout = dropoutOf(request.settings);
    recordPretrainingStep(parts, createScope({ ...scope, step: 1, dropout }), inputs, 0, 0);
    recordHeldOut(parts, createScope({ ...scope, step: 0, dropout: noDropout }), inputs);
  });
}
