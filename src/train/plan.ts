import type { MemoryRecord } from "../contract/run.ts";
import { AppError } from "../core/errors.ts";
import { createArena } from "../gpu/arena.ts";
import type { Kernel } from "../gpu/kernel.ts";
import { PlanRecorder } from "../gpu/recorder.ts";
import { reserveInputs } from "../nn/inputs.ts";
import type { InputLimits } from "../nn/inputs.ts";
import { createScope } from "../nn/scope.ts";
import type { MatmulVariant } from "../nn/scope.ts";
import { assemble } from "./assembly.ts";
import type { RunRequest, RunSizes } from "./assembly.ts";
import { recordEvaluationBatch } from "./evaluate.ts";
import { recordStep } from "./step.ts";

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
export function planRun(request: RunRequest, sizes: RunSizes, limits: InputLimits, matmul: MatmulVariant): RunPlan {
  const mem = createArena(null);
  const rec = new PlanRecorder();
  const parts = assemble(request, sizes, mem, () => {});
  const inputs = reserveInputs(mem, limits);
  const scope = { rec, mem, seed: request.seed, dropout: sizes.dropout, matmul };
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

/** Refuses a plan that a device cannot hold. Errors: too-large, with the figure and what would fit. */
export function problemOfPlan(plan: RunPlan, maxBufferBytes: number, maxBindingBytes: number): string | null {
  const limit = Math.min(maxBufferBytes, maxBindingBytes);
  if (plan.largest.bytes <= limit) return null;
  const share = Math.floor((limit / plan.largest.bytes) * 100);
  return (
    `The run needs ${mebibytes(plan.totalBytes)} in all, and one buffer of ${mebibytes(plan.largest.bytes)} for ` +
    `"${plan.largest.label}"; this device allows ${mebibytes(limit)} a buffer, ${share} % of that. ` +
    `Use a smaller model, batch size or longest input.`
  );
}

/** Throws what problemOfPlan says. Errors: too-large. */
export function checkPlan(plan: RunPlan, maxBufferBytes: number, maxBindingBytes: number): void {
  const problem = problemOfPlan(plan, maxBufferBytes, maxBindingBytes);
  if (problem !== null) throw new AppError("too-large", problem);
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
