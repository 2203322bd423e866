import type { MemoryRecord } from "../contract/run.ts";
import { createArena } from "../gpu/arena.ts";
import type { Kernel } from "../gpu/kernel.ts";
import { PlanRecorder } from "../gpu/recorder.ts";
import { reserveInputs } from "../nn/inputs.ts";
import type { InputLimits } from "../nn/inputs.ts";
import { createScope } from "../nn/scope.ts";
import type { MatmulVariant } from "../nn/scope.ts";
import { assemble } from "./assembly.ts";
import type { ShapeRequest, RunSizes } from "./assembly.ts";
import { recordEvaluationBatch } from "./evaluate.ts";
import { recordPreparation, recordStep } from "./step.ts";

/** What a run will need, found by recording its steps over the largest batch without a device. */
export interface RunPlan {
  readonly kernels: readonly Kernel[];
  /** Bytes to reserve by label. */
  readonly capacities: ReadonlyMap<string, number>;
  readonly bytes: MemoryRecord;
  readonly totalBytes: number;
  readonly largest: { readonly label: string; readonly bytes: number };
}

/** Errors: bad-settings, from the method. */
export function planRun(request: ShapeRequest, sizes: RunSizes, limits: InputLimits, matmul: MatmulVariant): RunPlan {
  const mem = createArena(null);
  const rec = new PlanRecorder();
  const parts = assemble(request, sizes, mem, () => {});
  const inputs = reserveInputs(mem, limits);
  const scope = { rec, mem, seed: request.seed, dropout: sizes.dropout, matmul };
  if (parts.method.prepare !== undefined) {
    recordPreparation(parts, createScope({ ...scope, step: 1 }), inputs, 0, 1);
  }
  for (const step of distinctSteps((step) => parts.method.stage(step), sizes.maxSteps)) {
    parts.method.begin?.(step);
    recordStep(parts, createScope({ ...scope, step }), inputs, 0, 0);
  }
  recordEvaluationBatch(parts, { ...scope }, inputs, 0);
  const bytes = mem.bytes();
  return {
    kernels: [...rec.kernels.values()],
    capacities: mem.capacities(),
    bytes,
    totalBytes: Object.values(bytes).reduce((sum, value) => sum + value, 0),
    largest: mem.largest(),
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
