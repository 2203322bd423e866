import type { ExperimentPlan, Growth } from "../contract/run.ts";
import { isActive, type ExperimentActions, type ExperimentSlice } from "./experiment.ts";
import type { CaseActions } from "./results/cases.ts";
import type { ExportActions } from "./results/exports.ts";
import type { PredictionActions } from "./results/prediction.ts";

/** What growing goes on with, and who is to be told of it. */
interface Parts {
  readonly experiment: ExperimentActions;
  readonly cases: CaseActions;
  readonly exports: ExportActions;
  readonly prediction: PredictionActions;
}

/** Adding to the experiment on show: while it goes on, and after its end. */
export interface GrowActions {
  /** Runs of more methods and seeds. */
  extend(more: Pick<ExperimentPlan, "methods" | "seeds">): Promise<void>;
  /** A run that failed or was stopped is run again. */
  retry(run: string): Promise<void>;
  /** All runs that did not complete are run, of an experiment that has ended or was cut off. */
  rest(): Promise<void>;
}

export function growActions(
  { experiment, cases, exports, prediction }: Parts,
  shown: () => ExperimentSlice,
): GrowActions {
  async function grow(growth: Growth): Promise<void> {
    // What was trained before belongs to another experiment.
    if (shown().source !== "live") for (const part of [exports, prediction]) part.forget();
    await experiment.grow(growth);
    await showOutcome({ cases, exports }, shown);
  }

  return {
    extend: (more) => (isActive(shown().status) ? experiment.extend(more) : grow({ ...more, retry: [] })),
    rest: () => {
      const missing = shown().runs.filter(({ status }) => status !== "completed");
      return grow({ methods: [], seeds: [], retry: missing.map(({ id }) => id) });
    },
    retry: (run) => (isActive(shown().status) ? experiment.retry(run) : grow({ methods: [], seeds: [], retry: [run] })),
  };
}

/** After an experiment: its dev rows, and the models that were kept. */
export async function showOutcome(
  { cases, exports }: Pick<Parts, "cases" | "exports">,
  shown: () => ExperimentSlice,
): Promise<void> {
  await cases.refresh();
  // An engine that failed has nothing left to take along.
  if (shown().status === "finished" && shown().source === "live") await exports.refresh();
}
