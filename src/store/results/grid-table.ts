import type { FigureTable } from "../../analysis/tables/figure-table.ts";
import { leadersOf } from "../../analysis/scores/leader.ts";
import { gridOf, type GridCell, type MethodGrid } from "../../analysis/grids/grid.ts";
import type { ScoredRun } from "../../analysis/scores/cell-scores.ts";
import type { Values } from "../../contract/fields.ts";
import type { ShownAxis } from "../../analysis/grids/axes.ts";
import { standingAt } from "./shown.ts";

/** A method over two settings, as a table: what its mean score is at every pair of their values. */
export interface GridTable {
  readonly grid: MethodGrid;
  readonly rowAxis: ShownAxis;
  readonly columnAxis: ShownAxis;
  /** A cell a pair of values; null where nothing completed. */
  readonly rows: readonly (readonly (GridCell | null)[])[];
}

/** Methods over two settings at once, and those that lack one of them. */
export interface GridTables {
  readonly tables: readonly GridTable[];
  readonly others: readonly MethodGrid[];
  /** Lowest and highest mean of all tables: between them the colours run. */
  readonly domain: readonly [number, number];
}

/**
 * Lays the means of a score out over the first two axes that a method has; of others stand those at the setting on show.
 * null where no method has two axes.
 */
export function gridTables(
  runs: readonly ScoredRun[],
  score: string,
  axes: readonly ShownAxis[],
  shown: Values,
): GridTables | null {
  const grids = gridOf(runs, score);
  const tables = grids.flatMap((grid) => tableOf(grid, axes, shown) ?? []);
  if (tables.length === 0) return null;
  const means = tables.flatMap(({ rows }) => rows.flat().flatMap((cell) => cell?.mean ?? []));
  return {
    tables,
    others: grids.filter((grid) => tables.every((table) => table.grid !== grid)),
    domain: means.length === 0 ? [0, 1] : [Math.min(...means), Math.max(...means)],
  };
}

function tableOf(grid: MethodGrid, axes: readonly ShownAxis[], shown: Values): GridTable | null {
  const [rowAxis, columnAxis] = axes.filter(({ field }) => grid.cells.some(({ setting }) => field in setting));
  if (rowAxis === undefined || columnAxis === undefined) return null;
  const fixed = Object.entries(shown).filter(([field]) => field !== rowAxis.field && field !== columnAxis.field);
  const cells = standingAt(grid.cells, Object.fromEntries(fixed));
  const rows = rowAxis.values.map((row) =>
    columnAxis.values.map((column) => {
      const found = cells.find(({ setting }) => setting[rowAxis.field] === row && setting[columnAxis.field] === column);
      return found === undefined || found.mean === null ? null : found;
    }),
  );
  return { grid, rowAxis, columnAxis, rows };
}

/** The same in words and figures, to be copied; bold is a setting that leads the method's others by more than luck. */
export function gridFigures(
  { grid, rowAxis, columnAxis, rows }: GridTable,
  runs: readonly ScoredRun[],
  score: { readonly id: string; readonly label: string },
  name: string,
): FigureTable {
  const own = runs.filter(({ method }) => method === grid.method);
  const leaders = leadersOf(own, score.id);
  return {
    caption: `${name}, ${score.label} × 100: mean and standard deviation over seeds, after the last step, by ${rowAxis.label} (rows) and ${columnAxis.label} (columns). Bold: a lead that is more than the luck of seeds.`,
    heads: [rowAxis.label, ...columnAxis.values.map((value) => `${columnAxis.label} ${columnAxis.word(value)}`)],
    rows: rows.map((cells, row) => ({
      name: rowAxis.word(rowAxis.values[row] ?? null),
      figures: cells.map((cell) =>
        cell === null || cell.mean === null ? null : { mean: cell.mean, std: cell.std, bold: leaders.has(cell.key) },
      ),
    })),
  };
}
