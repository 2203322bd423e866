import { axesIn } from "../../analysis/grids/cells.ts";
import { choiceWarning, gridOf, type MethodGrid } from "../../analysis/grids/grid.ts";
import { sweepOf } from "../../analysis/grids/sweep.ts";
import { fieldWords, toldText } from "../../analysis/grids/setting-text.ts";
import type { MetricEntry } from "../../contract/catalog.ts";
import type { ExperimentResult } from "../../contract/run.ts";
import { formatScore } from "../../core/format.ts";
import { meanText, placedTable } from "./report-place.ts";
import { formatTable } from "./text-table.ts";

/** How a score spreads at every value of the one number that a grid varies; [] with several axes, and without one. */
export function sweepLines({ runs }: ExperimentResult, { id, label }: MetricEntry): readonly string[] {
  const [axis, ...others] = axesIn(runs);
  if (axis === undefined || others.length > 0) return [];
  const sweep = sweepOf(runs, id, { field: axis, at: {} });
  if (sweep === null || sweep.groups.length === 0) return [];
  const headings = ["method", fieldWords(axis), "seeds", "lowest", "quarter", "median", "three quarters", "highest"];
  const rows = sweep.groups.map(({ method, value, scores, box }) => [
    method,
    toldText(axis, value),
    String(scores.length),
    ...[Math.min(...scores), box.quartiles[0], box.median, box.quartiles[1], Math.max(...scores)].map(formatScore),
  ]);
  const lines = sweep.references.map(({ method, mean, seedCount }) => {
    return `${method}, which has no ${fieldWords(axis)}: mean ${formatScore(mean)} of ${seedCount} seeds.`;
  });
  return ["", `${label} × 100 by ${fieldWords(axis)}, quartiles over seeds:`, ...formatTable(headings, rows), ...lines];
}

/**
 * With several axes, the settings of every method that has more than one: the best is marked, and what choosing it is
 * worth. [] with one axis, along which a plan asks how a score changes and not which value to take.
 */
export function gridLines({ runs }: ExperimentResult, { id, label }: MetricEntry): readonly string[] {
  if (axesIn(runs).length < 2) return [];
  return gridOf(runs, id)
    .filter(({ cells }) => cells.length > 1)
    .flatMap((grid) => methodLines(grid, label));
}

function methodLines(grid: MethodGrid, score: string): readonly string[] {
  const rows = grid.cells.map((cell) => ({
    place: cell,
    cells: [String(cell.seedCount), meanText(cell), cell === grid.best ? "best" : ""],
  }));
  const warning = choiceWarning(grid);
  const heading = `${grid.label} by setting, ${score} × 100, mean ± standard deviation over seeds:`;
  return ["", heading, ...placedTable(["seeds", "dev", ""], rows), ...(warning === null ? [] : [warning])];
}
