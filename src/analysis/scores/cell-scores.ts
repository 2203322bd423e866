import type { RunRecord, SummaryRecord } from "../../contract/run.ts";
import type { Cell, Place } from "../grids/cells.ts";
import { predictsOneClass } from "./one-class.ts";

/** What is needed of a run. */
export type ScoredRun = Pick<RunRecord, "method" | "setting" | "values" | "label" | "seed" | "status" | "evaluations">;

/** Which evaluation of a run counts: the last, or whichever scored highest. */
export type Epoch = SummaryRecord["epoch"];

/** One score of one method at one setting, by seed. */
export interface CellScores extends Place {
  readonly label: string;
  readonly bySeed: ReadonlyMap<number, number>;
  /** Those of the seeds whose run predicts one class only. */
  readonly oneClass: readonly number[];
}

/** Takes the seeds that completed with a defined score. */
export function scoresOf({ method, setting, runs }: Cell<ScoredRun>, score: string, epoch: Epoch): CellScores {
  const found = runs
    .filter(({ status }) => status === "completed")
    .flatMap((run) => {
      const value = scoreOfRun(run, score, epoch);
      return value === null ? [] : [{ seed: run.seed, value, oneClass: predictsOneClass(run) }];
    });
  const bySeed = new Map(found.map(({ seed, value }) => [seed, value]));
  const oneClass = found.filter((one) => one.oneClass).map(({ seed }) => seed);
  return { method, setting, label: runs[0]?.label ?? method, bySeed, oneClass };
}

function scoreOfRun({ evaluations }: ScoredRun, score: string, epoch: Epoch): number | null {
  const scores = evaluations.map((evaluation) => evaluation.scores[score] ?? null);
  const last = scores.at(-1) ?? null;
  if (epoch === "last") return Number.isFinite(last) ? last : null;
  const defined = scores.filter((value) => value !== null).filter(Number.isFinite);
  return defined.length > 0 ? Math.max(...defined) : null;
}
