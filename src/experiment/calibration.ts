import type { StepPace } from "../contract/engine/pace.ts";
import { AppError } from "../core/errors.ts";
import type { Control, Engine } from "../train/engine.ts";
import type { Listener } from "../train/finetuning/run-reporter.ts";
import { openSession } from "../train/finetuning/session.ts";
import type { Experiment, PlannedRun } from "./experiment.ts";
import { largestRuns } from "./running/lanes.ts";

/** Steps that are timed, after one that is not: it compiles what is left. */
const timedSteps = 5;

const silent: Listener = { phase() {}, steps() {}, evaluation() {}, selection() {} };

/**
 * Trains some steps of each method of an experiment, and throws them away: how long a step takes here. Errors: as
 * openSession(), and stopped.
 */
export async function measurePaces({ engine, runs }: Experiment, control: Control): Promise<readonly StepPace[]> {
  const paces: StepPace[] = [];
  for (const run of largestRuns(runs)) {
    paces.push({ method: run.request.method.id, stepMs: await measure(engine, run, control) });
  }
  return paces;
}

async function measure(engine: Engine, run: PlannedRun, control: Control): Promise<number> {
  const session = await openSession(engine, run.request, silent, run.planned());
  const marks: number[] = [];
  const enough = new AppError("stopped", "Enough steps were timed.");
  try {
    await session.train({
      async gate(share) {
        await control.gate(share);
        await engine.device.answered(engine.device.gpu.queue.onSubmittedWorkDone());
        marks.push(performance.now());
        if (marks.length > timedSteps + 1) throw enough;
      },
    });
  } catch (error) {
    if (error !== enough) throw error;
  } finally {
    session.dispose();
  }
  const times = marks.slice(2).map((mark, index) => mark - (marks[index + 1] ?? mark));
  // Not the median: a step beside which the page still reckons is slower than those to come.
  return times.sort((a, b) => a - b)[Math.floor(times.length / 4)] ?? 0;
}
