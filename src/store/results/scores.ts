import { meanAndStd } from "../../analysis/time/curves.ts";
import { metricsIn } from "../../analysis/scores/summary.ts";
import type { Catalog } from "../../contract/catalog.ts";
import type { ConfigRecord, EvaluationRecord } from "../../contract/run.ts";
import type { RunHead } from "./archive.ts";
import { byMethod } from "./by-method.ts";

/** A score that can be chosen for the charts. */
export interface MetricChoice {
  readonly id: string;
  readonly label: string;
  /** Name of the set of another source that it is of; null: of dev. */
  readonly set: string | null;
}

/** Id of a score on a set of another source. */
export function metricOn(metric: string, set: string): string {
  return `${metric}@${set}`;
}

/**
 * The scores an experiment has: the primary one first, then those on sets of other sources in the same order. A result of
 * another version may have ones we do not know.
 */
export function metricsOf(
  catalog: Catalog | null,
  config: ConfigRecord | null,
  runs: readonly RunHead[],
): MetricChoice[] {
  const task = catalog?.tasks.find((entry) => entry.id === config?.task);
  const known = [...(task?.metrics ?? [])].sort((a, b) => Number(b.primary) - Number(a.primary));
  const sets = (config?.transfers ?? []).map(({ name }) => name);
  const far = sets.flatMap((set) =>
    known.map(({ id, label }) => ({ id: metricOn(id, set), label: `${label} on ${set}`, set })),
  );
  const listed = [...known.map(({ id, label }) => ({ id, label, set: null })), ...far];
  const strangers = scoresIn(runs).filter((id) => !listed.some((metric) => metric.id === id));
  return [...listed, ...strangers.map((id) => ({ id, label: id, set: null }))];
}

/** Ids of the scores that runs have, found once for a list of runs: many parts of the page ask. */
const found = new WeakMap<readonly RunHead[], readonly string[]>();

function scoresIn(runs: readonly RunHead[]): readonly string[] {
  const before = found.get(runs);
  if (before !== undefined) return before;
  const scores = metricsIn(runs);
  found.set(runs, scores);
  return scores;
}

/** Score of the last evaluation; null where there is none or it is undefined. */
export function lastScore(evaluations: readonly EvaluationRecord[], metric: string): number | null {
  return evaluations.at(-1)?.scores[metric] ?? null;
}

/** Highest score of any evaluation; null where there is none. */
export function bestScore(evaluations: readonly EvaluationRecord[], metric: string): number | null {
  const scores = evaluations.flatMap((at) => at.scores[metric] ?? []);
  return scores.length === 0 ? null : Math.max(...scores);
}

/** The seeds of one method at their last evaluation. */
export interface ScoreGroup {
  readonly method: string;
  readonly scores: readonly { readonly seed: number; readonly score: number; readonly ended: boolean }[];
  readonly mean: number | null;
  readonly std: number | null;
}

/** Last score of every seed by method, in the order the methods ran; methods without a score are left out. */
export function scoreGroups(runs: readonly RunHead[], metric: string, hidden: readonly string[]): ScoreGroup[] {
  const visible = runs.filter((run) => !hidden.includes(run.method));
  return byMethod(visible).flatMap(([method, own]) => {
    const scores = own.flatMap((run) => {
      const score = lastScore(run.evaluations, metric);
      return score === null ? [] : [{ seed: run.seed, score, ended: run.status === "completed" }];
    });
    const spread = meanAndStd(scores.map((one) => one.score));
    return spread === null ? [] : [{ method, scores, mean: spread.mean, std: spread.std }];
  });
}
