import { tickFormat } from "../../../analysis/drawing/ticks.ts";
import { csvOf } from "../../../core/csv.ts";
import { evenSteps } from "../../../analysis/time/curves.ts";

/** What a chart draws, as plain rows: what its table shows and its CSV file holds. */
export interface ChartTable {
  readonly columns: readonly string[];
  /** As long as `columns` each; null where there is nothing. */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** More rows are no help to a reader; the CSV file has all. */
export const tableRowLimit = 100;

/** At most `tableRowLimit` of the rows, evenly spread, first and last among them. */
export function thinnedRows({ rows }: ChartTable): ChartTable["rows"] {
  const kept = evenSteps([...rows.keys()], tableRowLimit);
  return kept.flatMap((index) => (rows[index] === undefined ? [] : [rows[index]]));
}

/** How the figures of one column are written: all alike, to four digits of the largest; whole numbers as they are. */
export function columnFormat(column: readonly (string | number | null)[]): (value: string | number | null) => string {
  const numbers = column.filter((value) => typeof value === "number");
  const most = Math.max(0, ...numbers.map(Math.abs));
  const write = numbers.every((value) => Number.isInteger(value))
    ? String
    : tickFormat({ ticks: [most], unit: 10 ** (Math.floor(Math.log10(most)) - 3) });
  return (value) => (value === null ? "–" : typeof value === "number" ? write(value) : value);
}

/** All rows, RFC 4180, numbers in full. */
export function tableCsv({ columns, rows }: ChartTable): string {
  return csvOf([columns, ...rows]);
}

/** "sst2-bert-mini-training-loss": what a chart's files are called, by the parts that name it. */
export function chartFileName(parts: readonly string[]): string {
  const words = parts.map((part) =>
    part
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
      .replaceAll(/^-|-$/g, ""),
  );
  return words
    .filter((word) => word !== "")
    .join("-")
    .slice(0, 120);
}
