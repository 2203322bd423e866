import type { DeviceRecord } from "../contract/run.ts";
import { AppError } from "../core/errors.ts";
import type { MatmulVariant } from "../nn/scope.ts";
import { sizesOfRun } from "./assembly.ts";
import type { ShapeRequest } from "./assembly.ts";
import { planBatches } from "./batches.ts";
import { planRun } from "./plan.ts";
import type { RunPlan } from "./plan.ts";

/** Why a device cannot hold a planned run, with the figures and what would fit; null where it can. */
export function problemOfRun(
  request: ShapeRequest,
  plan: RunPlan,
  device: DeviceRecord,
  matmul: MatmulVariant,
): string | null {
  const limit = Math.min(device.maxBufferBytes, device.maxBindingBytes);
  if (plan.largest.bytes <= limit) return null;
  return (
    `The run needs ${mebibytes(plan.totalBytes)} in all, and one buffer of ${mebibytes(plan.largest.bytes)} for ` +
    `"${plan.largest.label}"; this device allows ${mebibytes(limit)} a buffer. ${whatFits(request, limit, matmul)}`
  );
}

/** Refuses a run that the device cannot hold. Errors: too-large, with the figures and what would fit. */
export function checkRunFits(request: ShapeRequest, plan: RunPlan, device: DeviceRecord, matmul: MatmulVariant): void {
  const problem = problemOfRun(request, plan, device, matmul);
  if (problem !== null) throw new AppError("too-large", problem);
}

/** Halves the batch until the run fits; where one row is too much, names what is. */
function whatFits(request: ShapeRequest, limit: number, matmul: MatmulVariant): string {
  let batchSize = request.settings.batchSize;
  let largest: RunPlan["largest"] | null = null;
  while (batchSize > 1) {
    batchSize = Math.floor(batchSize / 2);
    ({ largest } = planned({ ...request, settings: { ...request.settings, batchSize } }, matmul));
    if (largest.bytes <= limit) return `A batch size of ${batchSize} would fit.`;
  }
  const rest = largest === null ? "" : `, which needs ${mebibytes(largest.bytes)} for "${largest.label}"`;
  return `Not even a batch of one row fits${rest}: use a smaller model or a shorter longest input.`;
}

function planned(request: ShapeRequest, matmul: MatmulVariant): RunPlan {
  const sizes = sizesOfRun(request);
  return planRun(request, sizes, planBatches(request, sizes.maxSteps).limits, matmul);
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
