import type { DeviceRecord } from "../contract/run.ts";
import type { MatmulVariant } from "../nn/scope.ts";
import type { RunPlan } from "./plan.ts";
import { pretrainingLimits } from "./pretraining-batches.ts";
import { planPretraining } from "./pretraining-step.ts";
import type { PretrainingRequest } from "./pretraining-step.ts";

/** Why a device cannot hold a planned pre-training, with the figures and what would fit; null where it can. */
export function problemOfPretraining(
  request: PretrainingRequest,
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

/** Halves the batch until the run fits. */
function whatFits(request: PretrainingRequest, limit: number, matmul: MatmulVariant): string {
  let { batchSize } = request.settings;
  while (batchSize > 1) {
    batchSize = Math.floor(batchSize / 2);
    const limits = pretrainingLimits({ ...request.settings, batchSize });
    if (planPretraining({ ...request, limits }, matmul).largest.bytes <= limit) {
      return `A batch size of ${batchSize} would fit.`;
    }
  }
  return "Not even a batch of one pair fits: use a smaller model or length.";
}

/** Bytes as messages show them. */
export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
