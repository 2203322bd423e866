import { VisuallyHidden } from "@mantine/core";
import { useMemo } from "react";
import { choiceWarning, type GridCell } from "../../../analysis/grids/grid.ts";
import type { ChartTable } from "../../charts/card/chart-table.ts";
import { gridFigures, gridTables, type GridTable } from "../../../store/results/grid-table.ts";
import { ChartCard } from "../../charts/ChartCard.tsx";
import { countOf, formatScore, formatSpread } from "../../../core/format.ts";
import { useMethodLooks, type MethodLooks } from "../../kit/palette.ts";
import { ScrollRegion } from "../../kit/ScrollRegion.tsx";
import { scoreTitle, useMetric } from "../use-metric.ts";
import { CopyAs } from "./CopyAs.tsx";
import { useCompletedRuns, useShownAxes, useShownSetting } from "../use-shown.ts";
import { Swatch } from "../../kit/Swatch.tsx";
import textClasses from "../../kit/text.module.css";
import classes from "./grid.module.css";

/** Mean scores over two settings at once: a table a method, coloured by score, with the best cell marked. */
export function GridTables() {
  const runs = useCompletedRuns();
  const axes = useShownAxes();
  const shown = useShownSetting();
  const looks = useMethodLooks();
  const { metric } = useMetric();
  const found = useMemo(() => gridTables(runs, metric.id, axes, shown), [runs, metric.id, axes, shown]);
  if (found === null) return null;
  const others = found.others.flatMap(({ method, best, cells }) => {
    if (best === null) return [];
    const lacked = axes.filter(({ field }) => !cells.some(({ setting }) => field in setting));
    const which = cells.length > 1 ? `best of its ${cells.length} settings` : "mean";
    const names = lacked.map(({ label }) => label).join(" and ");
    return [`${looks(method).label} has no ${names}: ${which} ${formatSpread(best.mean, best.std)}.`];
  });
  const warnings = found.tables.flatMap(({ grid }) => choiceWarning(grid) ?? []);
  return (
    <ChartCard
      wide
      title={`${scoreTitle(metric)} over the grid`}
      about="Mean over seeds × 100 after the last step; the frame marks each method's best"
      notes={[...others, ...warnings]}
      table={() => tableOf(found.tables, looks)}
      controls={
        <CopyAs
          tables={() => found.tables.map((table) => gridFigures(table, runs, metric, looks(table.grid.method).label))}
        />
      }
    >
      <div className={classes.tables}>
        {found.tables.map((table) => (
          <Table key={table.grid.method} table={table} domain={found.domain} />
        ))}
      </div>
    </ChartCard>
  );
}

function tableOf(tables: readonly GridTable[], looks: MethodLooks): ChartTable {
  const [first] = tables;
  const columns = [
    "Method",
    first?.rowAxis.label ?? "",
    first?.columnAxis.label ?? "",
    "Mean × 100",
    "std × 100",
    "Seeds",
  ];
  const rows = tables.flatMap(({ grid, rowAxis, columnAxis, rows: cells }) =>
    cells.flatMap((line, row) =>
      line.map((cell, column) => {
        const place = [rowAxis.word(rowAxis.values[row] ?? null), columnAxis.word(columnAxis.values[column] ?? null)];
        const [mean, std] = [cell?.mean ?? null, cell?.std ?? null].map((one) => (one === null ? null : one * 100));
        return [looks(grid.method).label, ...place, mean ?? null, std ?? null, cell?.seedCount ?? 0];
      }),
    ),
  );
  return { columns, rows };
}

function Table({ table, domain }: { readonly table: GridTable; readonly domain: readonly [number, number] }) {
  const { grid, rowAxis, columnAxis, rows } = table;
  const looks = useMethodLooks();
  const look = looks(grid.method);
  return (
    <div>
      <p className={`${textClasses.named} ${classes.name}`}>
        <Swatch look={look} /> {look.label}
      </p>
      <ScrollRegion label={`${look.label} over the grid`}>
        <table className={classes.grid}>
          <thead>
            <tr>
              <th scope="col" rowSpan={2} className={`${classes.axis} ${classes.corner}`}>
                {rowAxis.label}
              </th>
              <th colSpan={columnAxis.values.length} scope="colgroup" className={classes.axis}>
                {columnAxis.label}
              </th>
            </tr>
            <tr>
              {columnAxis.values.map((value) => (
                <th key={String(value)} scope="col">
                  {columnAxis.word(value)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((cells, row) => (
              <tr key={String(rowAxis.values[row])}>
                <th scope="row">{rowAxis.word(rowAxis.values[row] ?? null)}</th>
                {cells.map((cell, column) => (
                  <Cell
                    key={String(columnAxis.values[column])}
                    cell={cell}
                    domain={domain}
                    best={cell !== null && cell.key === grid.best?.key}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </div>
  );
}

/** From this share of the colour on, letters in the colour of the card are easier to read, in both themes. */
const inkTurns = 0.62;

interface CellProps {
  readonly cell: GridCell | null;
  readonly domain: readonly [number, number];
  readonly best: boolean;
}

function Cell({ cell, domain: [low, high], best }: CellProps) {
  if (cell === null || cell.mean === null) {
    return (
      <td className={classes.none}>
        <span aria-hidden>–</span>
        <VisuallyHidden>not completed</VisuallyHidden>
      </td>
    );
  }
  const share = high > low ? (cell.mean - low) / (high - low) : 0.5;
  const background = `color-mix(in oklab, var(--heat-high) ${(share * 100).toFixed(1)}%, var(--heat-low))`;
  const title = `${formatSpread(cell.mean, cell.std)} over ${countOf(cell.seedCount, "seed")}`;
  return (
    <td style={{ background }} data-dark={share > inkTurns} data-best={best} title={title}>
      {formatScore(cell.mean)}
      {best && <VisuallyHidden> best</VisuallyHidden>}
    </td>
  );
}
