import { AppError } from "../../core/errors.ts";
import { askedBy } from "../../train/finetuning/plan.ts";
import type { PlannedRun } from "../experiment.ts";
import { largestRuns } from "../running/lanes.ts";
import type { AskedRun } from "./kernel-timing.ts";

/** What the largest run asks of its kernels; of a method that does not refuse it, for the others will fail. */
export function askedByLargest(runs: readonly PlannedRun[]): AskedRun {
  for (const { request } of largestRuns(runs)) {
    try {
      return askedBy(request);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  return { asked: new Map(), steps: 0 };
}
