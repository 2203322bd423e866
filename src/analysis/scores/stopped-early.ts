import type { RunRecord } from "../../contract/run.ts";
import { countOf } from "../../core/format.ts";

type Ended = Pick<RunRecord, "status" | "stepCount" | "evaluations">;

/** The step at which early stopping ended a run; null for one that went all its steps, or did not complete. */
export function stoppedEarlyAt({ status, stepCount, evaluations }: Ended): number | null {
  const last = evaluations.at(-1)?.step ?? stepCount;
  return status === "completed" && last < stepCount ? last : null;
}

/** What a reader of the means should know of it; null where no run stopped early. */
export function stoppedEarlyText(runs: readonly Ended[]): string | null {
  const completed = runs.filter(({ status }) => status === "completed");
  const count = completed.filter((run) => stoppedEarlyAt(run) !== null).length;
  if (count === 0) return null;
  return (
    `Early stopping ended ${count} of ${countOf(completed.length, "run")}: their last score is that of the step they ` +
    "stopped at, chosen on dev, and is optimistic."
  );
}
