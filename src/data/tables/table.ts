import type { SkippedLine } from "../../contract/run.ts";
import { forEachIndex } from "../../core/breath.ts";
import { AppError } from "../../core/errors.ts";
import { looksLikeHeader } from "./header.ts";
import { readJsonRows } from "./json-lines.ts";
import { flawOfText, readLines } from "./lines.ts";
import type { ParquetColumns } from "../parquet/parquet.ts";
import { readCsvRows, readTsvRows, type RowSink, type TableFormat } from "./rows.ts";
import { sniffFormat } from "./table-format.ts";

/** A TSV, CSV, JSON Lines or Parquet file as text cells; every row has as many cells as there are columns. */
export interface Table {
  readonly name: string;
  readonly format: TableFormat;
  /** null: the file has no header line. */
  readonly header: readonly string[] | null;
  readonly columnCount: number;
  readonly rows: readonly (readonly string[])[];
  /** Per column the names of its classes by number, where a Parquet file gives them; else null. */
  readonly classNames: readonly (readonly string[] | null)[];
  /** Per row, the file's line (from 1) on which it starts; of a Parquet file the row's number. */
  readonly lineNumbers: readonly number[];
  /** The first of the lines that could not be used, in file order; `skippedCount` counts them all. */
  readonly skipped: readonly SkippedLine[];
  readonly skippedCount: number;
}

/** A list of skipped lines that stays short. */
export interface SkippedLines {
  readonly lines: readonly SkippedLine[];
  readonly count: number;
  add(line: number, reason: string): void;
}

const maxRows = 2_000_000;
const maxCellLength = 100_000;
/** Rows that decide on header and column count. */
const sampleCount = 1000;
const maxListed = 1000;

/** Counts every skipped line and lists the first 1,000. */
export function skippedLines(): SkippedLines {
  const lines: SkippedLine[] = [];
  let count = 0;
  return {
    lines,
    get count() {
      return count;
    },
    add(line, reason) {
      count += 1;
      if (lines.length < maxListed) lines.push({ line, reason });
    },
  };
}

/**
 * Reads a table piece by piece; in between the thread is free. Lines that cannot be used are skipped and counted with their number: broken
 * encoding, NUL bytes, a cell above 100,000 characters, another number of cells than the rest, misplaced CSV quotes,
 * what is no object in JSON Lines, and empty lines between others.
 *
 * Errors: bad-table for an empty file, one of another kind, or one with more unusable lines than usable ones; too-large above
 * 2,000,000 rows or 512 MB.
 */
export async function readTable(blob: Blob, name: string): Promise<Table> {
  const format = await sniffFormat(blob, name);
  const rows: string[][] = [];
  const lineNumbers: number[] = [];
  const skipped = skippedLines();
  const sink = checkedSink(rows, lineNumbers, skipped, name);
  const columns = await readRows(blob, name, format, sink);
  const [first] = rows;
  if (first === undefined) {
    const why = skipped.lines[0];
    const example = why === undefined ? "it is empty" : `line ${why.line} has ${why.reason}`;
    throw new AppError(
      "bad-table",
      `${name} holds no row that can be read: ${example}. Choose a TSV, CSV, JSON Lines or Parquet file.`,
    );
  }
  if (skipped.count > rows.length) {
    const [why] = skipped.lines;
    const example = why === undefined ? "" : ` (line ${why.line}: ${why.reason})`;
    throw new AppError(
      "bad-table",
      `Of ${name}'s ${rows.length + skipped.count} lines, ${skipped.count} cannot be read${example}: it is hardly a ` +
        "table. Choose a TSV, CSV or JSON Lines file, saved as UTF-8, or a Parquet file.",
    );
  }
  if (columns !== null) {
    const { header, classNames } = columns;
    const { lines, count } = skipped;
    const shape = { name, format, header, classNames, columnCount: header.length };
    return { ...shape, rows, lineNumbers, skipped: lines, skippedCount: count };
  }
  const hasHeader = looksLikeHeader(first, rows.slice(1, sampleCount));
  return await evenTable(name, format, hasHeader, { rows, lineNumbers, skipped });
}

/** Reads by the rules of the format; what the file says of its columns, where it is one that does. */
async function readRows(blob: Blob, name: string, format: TableFormat, sink: RowSink): Promise<ParquetColumns | null> {
  if (format === "parquet") {
    // Fetched at the first Parquet file and not before.
    const { readParquetRows } = await import("../parquet/parquet.ts");
    return await readParquetRows(blob, name, sink);
  }
  const pieces = readLines(blob, name);
  if (format === "json-lines") {
    const header = await readJsonRows(pieces, name, sink);
    return { header, classNames: header.map(() => null) };
  }
  if (format === "tsv") await readTsvRows(pieces, sink);
  else await readCsvRows(pieces, format === "csv" ? "," : ";", sink);
  return null;
}

/** Keeps rows without a flaw. Empty lines count only once something follows them. */
function checkedSink(rows: string[][], lineNumbers: number[], skipped: SkippedLines, name: string): RowSink {
  let emptyLines: number[] = [];
  const flush = (): void => {
    for (const line of emptyLines) skipped.add(line, "empty line");
    emptyLines = [];
  };
  return {
    row(cells, line) {
      if (cells.length === 1 && cells[0] === "") {
        emptyLines.push(line);
        return;
      }
      flush();
      const flaw = flawOf(cells);
      if (flaw !== null) {
        skipped.add(line, flaw);
        return;
      }
      if (rows.length > maxRows) {
        throw new AppError("too-large", `${name} has more than ${maxRows} rows. Cut it: fewer rows are enough here.`);
      }
      rows.push(cells);
      lineNumbers.push(line);
    },
    skip(line, reason) {
      flush();
      skipped.add(line, reason);
    },
  };
}

function flawOf(cells: readonly string[]): string | null {
  for (const cell of cells) {
    const flaw = flawOfText(cell);
    if (flaw !== null) return flaw;
    if (cell.length > maxCellLength) return `a cell of ${cell.length} characters; at most ${maxCellLength} are read`;
  }
  return null;
}

interface ReadRows {
  readonly rows: string[][];
  readonly lineNumbers: number[];
  readonly skipped: SkippedLines;
}

/** Takes the header off and skips rows that do not have the table's number of cells. */
async function evenTable(name: string, format: TableFormat, hasHeader: boolean, read: ReadRows): Promise<Table> {
  const header = hasHeader ? (read.rows[0] ?? null) : null;
  const columnCount = header === null ? usualLength(read.rows) : header.length;
  const rows: string[][] = [];
  const lineNumbers: number[] = [];
  const ragged = skippedLines();
  const above = hasHeader ? 1 : 0;
  await forEachIndex(read.rows.length - above, (row) => {
    const index = row + above;
    const cells = read.rows[index] ?? [];
    const line = read.lineNumbers[index] ?? 0;
    if (cells.length === columnCount) {
      rows.push(cells);
      lineNumbers.push(line);
    } else {
      ragged.add(line, `${cells.length} cells where the table has ${columnCount}`);
    }
  });
  if (rows.length === 0) {
    throw new AppError("bad-table", `${name} has a header but no row of ${columnCount} cells below it.`);
  }
  const skipped = [...read.skipped.lines, ...ragged.lines].sort((left, right) => left.line - right.line);
  const skippedCount = read.skipped.count + ragged.count;
  const classNames = Array.from({ length: columnCount }, () => null);
  const shape = { name, format, header, classNames, columnCount };
  return { ...shape, rows, lineNumbers, skipped: skipped.slice(0, maxListed), skippedCount };
}

/** The most frequent number of cells among the first rows. */
function usualLength(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const row of rows.slice(0, sampleCount)) counts.set(row.length, (counts.get(row.length) ?? 0) + 1);
  const [usual] = [...counts].sort((left, right) => right[1] - left[1]);
  return usual?.[0] ?? 0;
}
