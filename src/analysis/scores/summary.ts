import { mean, sampleStandardDeviation } from "simple-statistics";
import type { ComparisonRecord } from "../../contract/comparison.ts";
import type { Findings, RunRecord, SummaryRecord } from "../../contract/run.ts";
import { Bootstrap } from "../statistics/bootstrap.ts";
import { scoresOf, type CellScores, type Epoch, type ScoredRun } from "./cell-scores.ts";
import { cellsOf, sharedKey, type Cell } from "../grids/cells.ts";
import { meanAndStd } from "../time/curves.ts";
import { compareScores } from "../comparison/comparison.ts";
import { averageRanks } from "../statistics/ranks.ts";
import { referencesOf } from "../comparison/reference.ts";

type RunCell = Cell<ScoredRun>;

/**
 * What the completed seeds of every method at every setting say, and how they compare with those of vanilla, or else of
 * the first method, at the same place of the grid.
 */
export function findingsOf(runs: readonly ScoredRun[], metrics: readonly string[]): Findings {
  const bootstrap = new Bootstrap();
  const cells = cellsOf(runs);
  return { summary: summarise(cells, metrics, bootstrap), comparisons: compareCells(cells, metrics, bootstrap) };
}

/** Metric ids in the order in which runs have them. */
export function metricsIn(runs: readonly Pick<RunRecord, "evaluations">[]): readonly string[] {
  return [...new Set(runs.flatMap((run) => run.evaluations.flatMap(({ scores }) => Object.keys(scores))))];
}

function summarise(cells: readonly RunCell[], metrics: readonly string[], bootstrap: Bootstrap): SummaryRecord[] {
  const tables = metrics.flatMap((score) =>
    (["last", "best"] as const).map((epoch) => {
      const scores = cells.map((cell) => scoresOf(cell, score, epoch));
      return { score, epoch, scores, ranks: ranksOf(cells, scores) };
    }),
  );
  return cells.flatMap((_, place) =>
    tables.flatMap(({ score, epoch, scores, ranks }) => {
      const own = scores[place];
      return own === undefined ? [] : [{ ...summaryOf(own, score, epoch, bootstrap), rank: ranks[place] ?? null }];
    }),
  );
}

function summaryOf(
  { method, setting, bySeed, oneClass }: CellScores,
  score: string,
  epoch: Epoch,
  bootstrap: Bootstrap,
): Omit<SummaryRecord, "rank"> {
  const values = [...bySeed.values()];
  const others = [...bySeed].flatMap(([seed, value]) => (oneClass.includes(seed) ? [] : [value]));
  const std = values.length > 1 ? sampleStandardDeviation(values) : null;
  return {
    method,
    setting,
    score,
    epoch,
    mean: values.length > 0 ? mean(values) : null,
    std,
    standardError: std === null ? null : std / Math.sqrt(values.length),
    interval: bootstrap.interval(values),
    range: values.length > 0 ? [Math.min(...values), Math.max(...values)] : null,
    seeds: [...bySeed.keys()],
    oneClass,
    withoutThem: oneClass.length === 0 ? null : meanAndStd(others),
  };
}

/** Rank of every cell among those that differ from it in methods and their own axes only. */
function ranksOf(cells: readonly RunCell[], scores: readonly CellScores[]): readonly (number | null)[] {
  const groups = new Map<string, number[]>();
  for (const [place, cell] of cells.entries()) {
    const key = sharedKey(cell);
    groups.set(key, [...(groups.get(key) ?? []), place]);
  }
  const ranks: (number | null)[] = cells.map(() => null);
  for (const places of groups.values()) {
    // What never completed has no place, and must not take that of the others away.
    const ranked = places.filter((place) => (scores[place]?.bySeed.size ?? 0) > 0);
    const own = ranked.flatMap((place) => scores[place] ?? []);
    const found = own.length < 2 ? null : averageRanks(commonRows(own));
    for (const [index, place] of ranked.entries()) ranks[place] = found?.[index] ?? null;
  }
  return ranks;
}

function compareCells(cells: readonly RunCell[], metrics: readonly string[], bootstrap: Bootstrap): ComparisonRecord[] {
  const references = referencesOf(cells);
  return metrics.flatMap((score) => {
    const pairs = cells.flatMap((cell, place) => {
      const reference = references[place] ?? null;
      if (reference === null || reference === cell) return [];
      return [{ reference: scoresOf(reference, score, "last"), other: scoresOf(cell, score, "last") }];
    });
    return compareScores(score, pairs, bootstrap);
  });
}

/** Seeds of any cell x cells; null where a seed lacks the score. */
function commonRows(cells: readonly CellScores[]): (number | null)[][] {
  const seeds = [...new Set(cells.flatMap(({ bySeed }) => [...bySeed.keys()]))];
  return seeds.map((seed) => cells.map(({ bySeed }) => bySeed.get(seed) ?? null));
}
