import type { SkippedLine } from "../../contract/run.ts";
import { forEachIndex } from "../../core/breath.ts";
import { AppError } from "../../core/errors.ts";
import { asTheFileSays, type ReadingChoice, type ReadingStep } from "../../contract/reading.ts";
import { dialectOf, type Dialect } from "./dialect.ts";
import { asUtf8, encodingOf } from "./encoding.ts";
import { fastTextHeader, holdsFastText, readFastText } from "./fast-text.ts";
import { readJsonDocument } from "./json-document.ts";
import { holdsJsonDocument, holdsJsonLines, readJsonRows } from "./json-lines.ts";
import { openFile, type OpenedFile } from "../containers/open.ts";
import { maxCells, maxCharacters, maxColumns, maxRows, Room } from "./limits.ts";
import { checkSize, flawOfText, readLines } from "./lines.ts";
import type { ParquetColumns } from "../parquet/parquet.ts";
import { readTextRows, type RowSink } from "./rows.ts";
import { shapeOf } from "./shape.ts";

/** A table as text cells; every row has as many cells as there are columns. */
export interface Table {
  readonly name: string;
  /** What was decided on the way from the bytes to here. */
  readonly reading: readonly ReadingStep[];
  /** How its text was cut into cells; null where the file itself holds cells (JSON Lines, Parquet). */
  readonly dialect: Dialect | null;
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
 * Reads a table piece by piece; in between the thread is free. Lines that cannot be used are skipped and counted with
 * their number: broken encoding, NUL bytes, a cell above 100,000 characters, more than 500 cells, another number of cells
 * than the rest, misplaced CSV quotes, what is no object in JSON Lines, and empty lines between others. `choice`: what a
 * person says of the file, before what can be read off it.
 *
 * Errors: bad-table for an empty file, one of another kind, or one with more unusable lines than usable ones; too-large
 * above 2,000,000 rows, 100 million cells, 512 million characters or 512 MB; bad-settings for an encoding that is not
 * known.
 */
export async function readTable(blob: Blob, name: string, choice: ReadingChoice = asTheFileSays): Promise<Table> {
  const rows: string[][] = [];
  const lineNumbers: number[] = [];
  const skipped = skippedLines();
  const sink = checkedSink(rows, lineNumbers, skipped, name);
  const file = await openFile(blob, name);
  const { columns, dialect, reading } = await readFile(file, choice, sink);
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
        "table. Choose a TSV, CSV or JSON Lines file, or a Parquet file.",
    );
  }
  const read = { name, dialect, reading: [...file.steps, ...reading], rows, lineNumbers, skipped };
  return columns === null ? await evenTable(read, choice.header) : namedTable(read, columns);
}

/** What a file's rows were read by; columns: null where the first row may name them. */
interface Source {
  readonly columns: Pick<ParquetColumns, "header" | "classNames"> | null;
  readonly dialect: Dialect | null;
  readonly reading: readonly ReadingStep[];
}

async function readFile(file: OpenedFile, choice: ReadingChoice, sink: RowSink): Promise<Source> {
  switch (file.kind) {
    case "parquet":
      return await readParquet(file, sink);
    case "spreadsheet":
      return await readSpreadsheet(file, sink);
    case "arrow":
      return await readArrow(file, sink);
    case "text":
      return await readText(file.blob, file.name, choice, sink);
  }
}

async function readSpreadsheet({ entries, name }: OpenedFile, sink: RowSink): Promise<Source> {
  // Fetched at the first spreadsheet and not before.
  const { readSpreadsheetRows } = await import("../containers/spreadsheet.ts");
  return { columns: null, dialect: null, reading: await readSpreadsheetRows(entries, name, sink) };
}

async function readParquet({ blob, name }: OpenedFile, sink: RowSink): Promise<Source> {
  // Fetched at the first Parquet file and not before.
  const { readParquetRows } = await import("../parquet/parquet.ts");
  return typedSource("Parquet", await readParquetRows(blob, name, sink));
}

async function readArrow({ blob, name }: OpenedFile, sink: RowSink): Promise<Source> {
  // Fetched at the first such file and not before.
  const { readArrowRows } = await import("../arrow/arrow.ts");
  return typedSource("Arrow", await readArrowRows(blob, name, sink));
}

/** Of a file whose columns have names and types. */
function typedSource(container: string, columns: ParquetColumns): Source {
  const { leftOut, structs } = columns;
  const fields = structs.slice(0, mostTold).join(", ");
  const opened = `The fields of ${fields} are columns of their own, as a struct can't be a text.`;
  const flattened =
    structs.length === 0 ? [] : [{ stage: "columns", found: "structs opened", assumed: opened } as const];
  const listed = leftOut.slice(0, mostTold).join(", ");
  const assumed = `Left out, as they hold neither texts nor numbers: ${listed}.`;
  const steps = leftOut.length === 0 ? [] : [{ stage: "columns", found: "columns left out", assumed } as const];
  return { columns, dialect: null, reading: [said("container", container), ...flattened, ...steps] };
}

async function readText(blob: Blob, name: string, choice: ReadingChoice, sink: RowSink): Promise<Source> {
  checkSize(blob, name);
  const encoding = await encodingOf(blob, choice.encoding);
  const text = await asUtf8(blob, encoding.label);
  const lines = await firstLines(text, name);
  if (holdsJsonLines(lines, name)) {
    const { header, steps } = await readJsonRows(readLines(text, name), name, sink);
    const reading = [encoding.step, said("container", "JSON Lines"), ...steps];
    return { columns: { header, classNames: header.map(() => null) }, dialect: null, reading };
  }
  if (holdsJsonDocument(lines, name)) {
    const { header, steps } = await readJsonDocument(text, name, sink);
    const columns = header === null ? null : { header, classNames: header.map(() => null) };
    return { columns, dialect: null, reading: [encoding.step, said("container", "JSON"), ...steps] };
  }
  if (choice.separator === null && holdsFastText(lines)) {
    await readFastText(readLines(text, name), sink);
    const columns = { header: fastTextHeader, classNames: fastTextHeader.map(() => null) };
    return { columns, dialect: null, reading: [encoding.step, said("container", "fastText")] };
  }
  const dialect = dialectOf(lines, name, choice);
  await readTextRows(readLines(text, name), dialect, sink);
  return { columns: null, dialect, reading: [encoding.step, ...dialect.steps] };
}

/** A step that the file itself decides. */
function said(stage: ReadingStep["stage"], found: string): ReadingStep {
  return { stage, found, assumed: null };
}

/** Columns that are told of, at most. */
const mostTold = 10;

/** Lines that the cut into cells is read off. */
const firstLineCount = 2000;
const firstCharacters = 4_000_000;

async function firstLines(blob: Blob, name: string): Promise<readonly string[]> {
  const found: string[] = [];
  let characters = 0;
  for await (const { text } of readLines(blob, name)) {
    found.push(...text.split("\n"));
    characters += text.length;
    if (found.length >= firstLineCount || characters > firstCharacters) break;
  }
  return found.slice(0, firstLineCount);
}

function namedTable({ skipped, ...read }: ReadRows, { header, classNames }: NonNullable<Source["columns"]>): Table {
  const counts = { skipped: skipped.lines, skippedCount: skipped.count };
  // Rows above a key that came late lack its cell.
  for (const row of read.rows) while (row.length < header.length) row.push("");
  return { ...read, ...counts, header, classNames, columnCount: header.length };
}

/** Keeps rows without a flaw, as many as there is room for. Empty lines count only once something follows them. */
function checkedSink(rows: string[][], lineNumbers: number[], skipped: SkippedLines, name: string): RowSink {
  let emptyLines: number[] = [];
  const rowRoom = new Room(name, maxRows, "rows");
  const cellRoom = new Room(name, maxCells, "cells");
  const characterRoom = new Room(name, maxCharacters, "characters");
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
      // The first may be the header.
      if (rows.length > 0) rowRoom.take(1);
      cellRoom.take(cells.length);
      for (const cell of cells) characterRoom.take(cell.length);
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
  if (cells.length > maxColumns) return `${cells.length} cells; at most ${maxColumns} are read`;
  for (const cell of cells) {
    const flaw = flawOfText(cell);
    if (flaw !== null) return flaw;
    if (cell.length > maxCellLength) return `a cell of ${cell.length} characters; at most ${maxCellLength} are read`;
  }
  return null;
}

interface ReadRows {
  readonly name: string;
  readonly reading: readonly ReadingStep[];
  readonly dialect: Dialect | null;
  readonly rows: string[][];
  readonly lineNumbers: number[];
  readonly skipped: SkippedLines;
}

/** Takes the header off and skips rows that do not have the table's number of cells. */
async function evenTable({ skipped, ...read }: ReadRows, given: boolean | null): Promise<Table> {
  const shape = shapeOf(read.rows.slice(0, sampleCount), given);
  const rows: string[][] = [];
  const lineNumbers: number[] = [];
  const ragged = skippedLines();
  let longerCount = 0;
  const names = read.rows[shape.above - 1] ?? [];
  await forEachIndex(read.rows.length - shape.above, (row) => {
    const index = row + shape.above;
    const cells = read.rows[index] ?? [];
    const line = read.lineNumbers[index] ?? 0;
    if (shape.header !== null && isSameRow(cells, names)) {
      ragged.add(line, "the header once more");
      return;
    }
    const even = shape.fit(cells);
    if (even === null) {
      ragged.add(line, `${cells.length} cells where the table has ${shape.cellCount}`);
      return;
    }
    if (cells.length > shape.cellCount) longerCount += 1;
    rows.push(even);
    lineNumbers.push(line);
  });
  if (rows.length === 0) {
    throw new AppError("bad-table", `${read.name} has a header but no row of ${shape.cellCount} cells below it.`);
  }
  const all = [...skipped.lines, ...ragged.lines].sort((left, right) => left.line - right.line);
  const counts = { skipped: all.slice(0, maxListed), skippedCount: skipped.count + ragged.count };
  const reading = [...read.reading, ...shape.steps, ...longerStep(longerCount, shape.cellCount)];
  const { header, columnCount } = shape;
  const classNames = Array.from({ length: columnCount }, () => null);
  return { ...read, ...counts, reading, header, columnCount, classNames, rows, lineNumbers };
}

/** Files that were joined have their header in the middle as well. */
function isSameRow(cells: readonly string[], names: readonly string[]): boolean {
  return cells.length === names.length && cells.length > 1 && cells.every((cell, at) => cell === names[at]);
}

function longerStep(count: number, cellCount: number): readonly ReadingStep[] {
  if (count === 0) return [];
  const rows = count === 1 ? "1 row has" : `${count} rows have`;
  const assumed = `${rows} more than ${cellCount} cells; what is beyond them is left out.`;
  return [{ stage: "columns", found: "longer rows", assumed }];
}
