import type { ExperimentSlice } from "../experiment.ts";
import type { RunHead } from "./archive.ts";

/** How far an experiment is. */
export interface Progress {
  /** Share of all planned steps, 0 to 1. */
  readonly share: number;
  readonly runsPlanned: number;
  readonly runsEnded: number;
  /** The runs in hand; none between two of them. */
  readonly running: readonly RunHead[];
  /** Rest of the experiment at the pace so far; null while there is no pace yet. */
  readonly remainingMs: number | null;
}

/**
 * Progress over the runs of an experiment, of which some wait, some are in hand and some have ended. A run that was
 * cancelled is no longer planned: of its steps those count that it took. What is to come is
 * taken to go at the pace of runs of its method and setting where that is known, else of its method, else of all.
 */
export function progressOf(runs: readonly RunHead[]): Progress {
  const paces = pacesOf(runs);
  const kept = runs.filter(({ status }) => status !== "stopped");
  let done = 0;
  let left = 0;
  let remainingMs = 0;
  for (const run of runs) {
    const ahead = isAhead(run) ? run.stepCount - run.stepsDone : 0;
    done += run.status === "completed" ? run.stepCount : run.stepsDone;
    left += ahead;
    if (ahead === 0) continue;
    remainingMs += ahead * (paces.stepMs(run) ?? 0) + (run.status === "waiting" ? paces.openMs : 0);
  }
  return {
    share: done + left === 0 ? 0 : done / (done + left),
    runsPlanned: kept.length,
    runsEnded: kept.filter((run) => !isAhead(run)).length,
    running: runs.filter((run) => run.status === "running"),
    remainingMs: paces.known ? remainingMs : null,
  };
}

const noRuns: readonly RunHead[] = [];

/** The runs of the experiment that is going on; none while it gets ready, for what is on show then is another's. */
export function runsGoing({ status, runs }: Pick<ExperimentSlice, "status" | "runs">): readonly RunHead[] {
  return status === "starting" ? noRuns : runs;
}

function isAhead({ status }: RunHead): boolean {
  return status === "waiting" || status === "running";
}

/** How fast runs went. */
interface Paces {
  /** false before the first step. */
  readonly known: boolean;
  /** Milliseconds a step of a run like this one; null where nothing is known. */
  readonly stepMs: (run: Pick<RunHead, "method" | "setting">) => number | null;
  /** What a run took before its first step. */
  readonly openMs: number;
}

/** Paces of all runs that took a step. */
export function pacesOf(runs: readonly RunHead[]): Paces {
  const sums = new Map<string, { elapsedMs: number; steps: number }>();
  const begun = runs.filter((run) => run.stepsDone > 0);
  for (const run of begun) {
    for (const key of keysOf(run)) {
      const { elapsedMs, steps } = sums.get(key) ?? { elapsedMs: 0, steps: 0 };
      sums.set(key, { elapsedMs: elapsedMs + run.elapsedMs - run.openMs, steps: steps + run.stepsDone });
    }
  }
  const pace = (key: string): number | null => {
    const sum = sums.get(key);
    return sum === undefined ? null : sum.elapsedMs / sum.steps;
  };
  return {
    known: begun.length > 0,
    stepMs: (run) => keysOf(run).reduce<number | null>((found, key) => found ?? pace(key), null),
    openMs: begun.length === 0 ? 0 : begun.reduce((sum, run) => sum + run.openMs, 0) / begun.length,
  };
}

/** From the likest runs to all of them. */
function keysOf({ method, setting }: Pick<RunHead, "method" | "setting">): readonly string[] {
  return [`${method} ${JSON.stringify(setting)}`, method, ""];
}
