import type { RunRecord } from "../../contract/run.ts";
import { formatDuration, formatWhole } from "../../core/format.ts";

/** What is to be said of a run beside its status: that it was interrupted by sleep, that steps of it changed nothing. */
export function asides({ sleptMs, skippedSteps }: Pick<RunRecord, "sleptMs" | "skippedSteps">): readonly string[] {
  const slept = sleptMs === undefined ? [] : [`slept ${formatDuration(sleptMs)}, which its time leaves out`];
  if (skippedSteps === undefined) return slept;
  const steps = skippedSteps === 1 ? "1 step" : `${formatWhole(skippedSteps)} steps`;
  return [...slept, `${steps} skipped, of which the gradient overflowed 16 bits`];
}
