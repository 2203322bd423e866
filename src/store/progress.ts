import type { ConfigRecord } from "../contract/run.ts";
import type { RunHead } from "./archive.ts";

/** How far an experiment is. */
export interface Progress {
  /** Share of all planned steps, 0 to 1. */
  readonly share: number;
  readonly runsPlanned: number;
  readonly runsEnded: number;
  /** The run in hand, or null between runs. */
  readonly current: RunHead | null;
  /** Rest of the experiment at the pace so far; null while there is no pace yet. */
  readonly remainingMs: number | null;
}

/**
 * Progress over methods x seeds. Runs to come are taken to have as many steps as runs of their method had, and to go at
 * its pace where that is known, else at the average one.
 */
export function progressOf(runs: readonly RunHead[], config: ConfigRecord | null): Progress {
  const methods = config?.plan.methods.map((choice) => choice.id) ?? [];
  const seedCount = config?.plan.seeds.length ?? 0;
  const runsPlanned = Math.max(runs.length, methods.length * seedCount);
  const current = runs.find((run) => run.status === "running") ?? null;
  const overall = pace(runs);
  let done = 0;
  let left = 0;
  let remainingMs = 0;
  for (const method of methods) {
    const own = runs.filter((run) => run.method === method);
    const planned = own[0]?.stepCount ?? runs[0]?.stepCount ?? 0;
    const ahead =
      (seedCount - own.length) * planned + sum(own.map((run) => (run === current ? run.stepCount - run.stepsDone : 0)));
    done += sum(own.map((run) => (run === current ? run.stepsDone : run.stepCount)));
    left += ahead;
    remainingMs += ahead * (pace(own) ?? overall ?? 0);
  }
  return {
    share: done + left === 0 ? 0 : done / (done + left),
    runsPlanned,
    runsEnded: runs.filter((run) => run.status !== "running").length,
    current,
    remainingMs: overall === null ? null : remainingMs,
  };
}

/** Milliseconds a step over all steps of the runs; null before the first. */
function pace(runs: readonly RunHead[]): number | null {
  const steps = sum(runs.map((run) => run.stepsDone));
  return steps === 0 ? null : sum(runs.map((run) => run.elapsedMs)) / steps;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
