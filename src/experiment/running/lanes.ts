import { AppError } from "../../core/errors.ts";
import type { Experiment, PlannedRun } from "../experiment.ts";

/** Runs side by side take no more than this together: no browser tells how much memory a GPU has. */
const mostBytesSideBySide = 2 * 2 ** 30;

/**
 * How many runs an experiment may have open at once: one, or where its plan asks for interleaved runs as many as fit
 * into `limit` bytes if all were as large as the largest.
 */
export function lanesOf(experiment: Experiment, limit = mostBytesSideBySide): number {
  if (experiment.config.plan.order === "sequential") return 1;
  const largest = Math.max(1, ...largestRuns(experiment.runs).map(bytesOf));
  return Math.max(1, Math.floor(limit / largest));
}

/** Of each method the first run with its largest batch: settings but for that hardly change a run's memory. */
export function largestRuns(runs: readonly PlannedRun[]): readonly PlannedRun[] {
  const byMethod = new Map<string, PlannedRun>();
  for (const run of runs) {
    const best = byMethod.get(run.request.method.id);
    if (best === undefined || run.request.settings.batchSize > best.request.settings.batchSize) {
      byMethod.set(run.request.method.id, run);
    }
  }
  return [...byMethod.values()];
}

/** 0 for a run that its method refuses: it will fail before it takes any memory. */
function bytesOf(run: PlannedRun): number {
  try {
    return run.planned().plan.totalBytes;
  } catch (error) {
    if (error instanceof AppError) return 0;
    throw error;
  }
}
