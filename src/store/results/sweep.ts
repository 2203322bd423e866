import { sweepOf, type SweptRun } from "../../analysis/grids/sweep.ts";
import type { ExperimentResult } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import type { Slot } from "../slot.ts";

/** Results that were opened together, to lay side by side. */
interface SweepSlice {
  /** The runs of all of them, without their steps; [] where a single result is on show. */
  readonly runs: readonly SweptRun[];
  readonly resultCount: number;
}

export const initialSweep: SweepSlice = { runs: [], resultCount: 0 };

export interface SweepActions {
  /** Errors: bad-settings, for results of several tasks or models, or that differ in no number among methods' settings. */
  take(results: readonly { readonly name: string; readonly result: ExperimentResult }[]): void;
  forget(): void;
}

export function sweepActions(slot: Slot<SweepSlice>): SweepActions {
  return {
    take(results) {
      const [first, ...others] = results;
      const stranger = others.find(({ result }) => first !== undefined && kindOf(result) !== kindOf(first.result));
      if (first !== undefined && stranger !== undefined) {
        throw new AppError(
          "bad-settings",
          `${first.name} is of ${kindOf(first.result)}, ${stranger.name} of ${kindOf(stranger.result)}: they cannot be ` +
            "laid side by side. Open results of one task and model.",
        );
      }
      const runs = results.flatMap(({ result }) =>
        result.runs.map(({ method, setting, label, seed, status, evaluations, values }) => {
          return { method, setting, label, seed, status, evaluations: evaluations.slice(-1), values };
        }),
      );
      if (sweepOf(runs, "") === null) {
        throw new AppError(
          "bad-settings",
          `These ${results.length} results differ in no number among the settings of a method, so there is nothing to ` +
            "lay side by side. Open results that were made with, say, several trained shares.",
        );
      }
      slot.set({ runs, resultCount: results.length });
    },
    forget: () => slot.set(initialSweep),
  };
}

function kindOf({ config }: ExperimentResult): string {
  return `${config.task} with ${config.model.name}`;
}
