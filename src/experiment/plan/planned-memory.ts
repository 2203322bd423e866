import type { RunRequest } from "../../train/assembly.ts";
import { sizesOfRun } from "../../train/assembly.ts";
import { planBatches } from "../../train/batches.ts";
import { problemOfRun } from "../../train/fit.ts";
import { planRun } from "../../train/plan.ts";
import type { RunPlan } from "../../train/plan.ts";
import type { Engine } from "../../train/session.ts";

/** The memory one run would take, exactly, and why the device cannot give it; null where it can. Errors: bad-settings. */
export function plannedMemory(
  request: RunRequest,
  engine: Engine,
): { readonly plan: RunPlan; readonly problem: string | null } {
  const sizes = sizesOfRun(request);
  const { limits } = planBatches(request, sizes.maxSteps);
  const plan = planRun(request, sizes, limits, engine.matmul);
  return { plan, problem: problemOfRun(request, plan, engine.device.record, engine.matmul) };
}
