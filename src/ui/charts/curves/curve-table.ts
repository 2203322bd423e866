import type { CurveData } from "../../../store/results/curves.ts";
import type { MethodLooks } from "../../kit/palette.ts";
import type { ChartTable } from "../card/chart-table.ts";
import { xNames } from "./x-text.ts";

/** The drawn values as a table: a row a place on the axis, and for each line its value, with its deviation where it has one. */
export function curveTable({ rows, lines, unit }: CurveData, looks: MethodLooks): ChartTable {
  const named = lines.map((line) => {
    const { label } = looks(line.method);
    return { ...line, name: line.seed === null ? label : `${label}, seed ${line.seed}` };
  });
  const columns = named.flatMap(({ name, band }) => (band === null ? [name] : [name, `${name} ± std`]));
  return {
    columns: [xNames[unit], ...columns],
    rows: rows.map((row) => {
      const values = named.flatMap(({ key, band }) => {
        const value = row[key];
        const spread = band === null ? undefined : row[band];
        const mean = typeof value === "number" ? value : null;
        if (band === null) return [mean];
        // The upper edge: the lower one may be cut, as a logarithm has no place below zero.
        return [mean, typeof spread === "object" && mean !== null ? spread[1] - mean : null];
      });
      return [row.x, ...values];
    }),
  };
}
