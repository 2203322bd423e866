import { AppError } from "../../core/errors.ts";
import { stepCounts } from "../../train/finetuning/settings.ts";
import type { PlannedRun } from "../experiment.ts";

/** No device known to us does more, and no page stays open for longer. */
const mostStepsPerSecond = 100;
const mostDays = 14;

/** Refuses, once for all of them, runs that would never end. Errors: too-large, saying how long they would take. */
export function checkLength(runs: readonly Pick<PlannedRun, "request">[]): void {
  const steps = runs.reduce((sum, { request }) => sum + stepCounts(request.settings, request.train.count).maxSteps, 0);
  const days = steps / mostStepsPerSecond / 86_400;
  if (days <= mostDays) return;
  throw new AppError(
    "too-large",
    `The plan has ${runs.length} runs of ${steps} steps together: even at ${mostStepsPerSecond} steps a second they would ` +
      `take ${Math.ceil(days)} days. At most ${mostDays} days are begun; take fewer runs, epochs or rows.`,
  );
}
