import { axesIn } from "../../analysis/grids/cells.ts";
import { fewSeedsWarning } from "../../analysis/scores/seeds.ts";
import type { MetricEntry } from "../../contract/catalog.ts";
import type { ExperimentResult } from "../../contract/run.ts";
import { caseLines, comparisonLines } from "./report-comparison.ts";
import { costLines } from "./report-costs.ts";
import { gridLines, sweepLines } from "./report-grid.ts";
import { fewestCompleted, resultLines, transferLines } from "./report-results.ts";

/** Metrics with the one the paper reports first. */
export function primaryFirst(metrics: readonly MetricEntry[]): readonly MetricEntry[] {
  return [...metrics].sort((left, right) => Number(right.primary) - Number(left.primary));
}

/**
 * All that is to be said of a result, for the terminal; whatever does not apply to its plan is left out. `metrics`: the
 * task's, the one the paper reports first.
 */
export function reportLines(result: ExperimentResult, metrics: readonly MetricEntry[]): readonly string[] {
  const [primary] = metrics;
  const sections = [comparisonLines, transferLines, sweepLines, gridLines];
  const warning = fewSeedsWarning(fewestCompleted(result));
  return [
    ...resultLines(result, metrics),
    ...(primary === undefined ? [] : sections.flatMap((linesOf) => linesOf(result, primary))),
    ...costLines(result),
    ...(axesIn(result.runs).length === 0 ? caseLines(result) : []),
    ...(warning === null ? [] : [warning]),
  ];
}
