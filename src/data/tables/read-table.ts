import { forEachIndex } from "../../core/breath.ts";
import { lazyList } from "../../core/lazy-list.ts";
import { AppError } from "../../core/errors.ts";
import { asTheFileSays, type ReadingChoice, type ReadingStep } from "../../contract/reading.ts";
import { CheckedRows, skippedLines, skippedTogether } from "./checked-rows.ts";
import { isLabelName } from "./column-names.ts";
import { dialectOf, type Dialect } from "./dialect.ts";
import { asUtf8, encodingOf } from "./encoding.ts";
import { fastTextHeader, holdsFastText, readFastText } from "./fast-text.ts";
import { readJsonDocument } from "./json/json-document.ts";
import { holdsJsonDocument, holdsJsonLines, readJsonRows } from "./json/json-lines.ts";
import { holdsJsonLists, readJsonLists } from "./json/json-lists.ts";
import { openFile, type OpenedFile } from "../containers/open.ts";
import { withLabelSets } from "./labels/label-sets.ts";
import { checkSize, readLines } from "./lines.ts";
import type { ParquetColumns } from "../parquet/parquet.ts";
import { readTextRows, type RowSink } from "./rows.ts";
import { shapeOf } from "./shape.ts";
import type { Table } from "./table.ts";

/** Rows that decide on header and column count. */
const sampleCount = 1000;

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
  const checked = new CheckedRows(name);
  const { store, skipped } = checked;
  const file = await openFile(blob, name);
  const { columns, dialect, reading } = await readFile(file, choice, checked);
  if (store.length === 0) {
    const why = skipped.lines[0];
    const example = why === undefined ? "it is empty" : `line ${why.line} has ${why.reason}`;
    throw new AppError(
      "bad-table",
      `${name} holds no row that can be read: ${example}. Choose a TSV, CSV, JSON Lines or Parquet file.`,
    );
  }
  if (skipped.count > store.length) {
    const [why] = skipped.lines;
    const example = why === undefined ? "" : ` (line ${why.line}: ${why.reason})`;
    throw new AppError(
      "bad-table",
      `Of ${name}'s ${store.length + skipped.count} lines, ${skipped.count} cannot be read${example}: it is hardly a ` +
        "table. Choose a TSV, CSV or JSON Lines file, or a Parquet file.",
    );
  }
  const read = { name, dialect, reading: [...file.steps, ...reading], checked };
  const table = columns === null ? await evenTable(read, choice.header) : namedTable(read, columns);
  return await withLabelSets(table, choice.multiLabel);
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
      return await readParquet(file, choice, sink);
    case "spreadsheet":
      return await readSpreadsheet(file, sink);
    case "arrow":
      return await readArrow(file, choice, sink);
    case "text":
      return await readText(file.blob, file.name, choice, sink);
  }
}

async function readSpreadsheet({ entries, name }: OpenedFile, sink: RowSink): Promise<Source> {
  // Fetched at the first spreadsheet and not before.
  const { readSpreadsheetRows } = await import("../containers/spreadsheet.ts");
  return { columns: null, dialect: null, reading: await readSpreadsheetRows(entries, name, sink) };
}

async function readParquet({ blob, name }: OpenedFile, choice: ReadingChoice, sink: RowSink): Promise<Source> {
  // Fetched at the first Parquet file and not before.
  const { readParquetRows } = await import("../parquet/parquet.ts");
  return typedSource("Parquet", await readParquetRows(blob, name, sink, listsKept(choice)));
}

async function readArrow({ blob, name }: OpenedFile, choice: ReadingChoice, sink: RowSink): Promise<Source> {
  // Fetched at the first such file and not before.
  const { readArrowRows } = await import("../arrow/arrow.ts");
  return typedSource("Arrow", await readArrowRows(blob, name, sink, listsKept(choice)));
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
    const { header, steps } = await readJsonRows(readLines(text, name), name, sink, listsKept(choice));
    const reading = [encoding.step, said("container", "JSON Lines"), ...steps];
    return { columns: { header, classNames: header.map(() => null) }, dialect: null, reading };
  }
  if (holdsJsonLists(lines)) {
    await readJsonLists(readLines(text, name), sink);
    return { columns: null, dialect: null, reading: [encoding.step, said("container", "JSON Lines of lists")] };
  }
  if (holdsJsonDocument(lines, name)) {
    const { header, steps } = await readJsonDocument(text, name, sink, listsKept(choice));
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

/** Columns whose lists of several values are kept. */
function listsKept({ multiLabel }: ReadingChoice): (column: string) => boolean {
  return (column) => multiLabel ?? isLabelName(column);
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

/** Rows above a key that came late lack its cell. */
function namedTable({ checked, ...read }: ReadRows, { header, classNames }: NonNullable<Source["columns"]>): Table {
  const { store, skipped } = checked;
  const columnCount = header.length;
  const rows = lazyList(store.length, (index) => store.row(index, columnCount));
  const lineNumbers = lazyList(store.length, (row) => checked.lineOf(row));
  const counts = { skipped: skipped.lines, skippedCount: skipped.count };
  return { ...read, ...counts, header, classNames, labelSets: null, columnCount, rows, lineNumbers };
}

interface ReadRows {
  readonly name: string;
  readonly reading: readonly ReadingStep[];
  readonly dialect: Dialect | null;
  readonly checked: CheckedRows;
}

/** Takes the header off and skips rows that do not have the table's number of cells. */
async function evenTable({ checked, ...read }: ReadRows, given: boolean | null): Promise<Table> {
  const { store } = checked;
  const sample = Array.from({ length: Math.min(sampleCount, store.length) }, (_, index) => store.row(index));
  const { fits, header, above, columnCount, cellCount, steps } = shapeOf(sample, given);
  const kept = new Uint32Array(store.length);
  let keptCount = 0;
  const ragged = skippedLines();
  let longerCount = 0;
  const names = store.row(above - 1);
  await forEachIndex(store.length - above, (row) => {
    const index = row + above;
    const cells = store.row(index);
    const line = checked.lineOf(index);
    if (header !== null && isSameRow(cells, names)) {
      ragged.add(line, "the header once more");
      return;
    }
    if (row === 0 && header !== null && isRule(cells)) {
      ragged.add(line, "a rule below the header");
      return;
    }
    if (!fits(cells)) {
      ragged.add(line, `${cells.length} cells where the table has ${cellCount}`);
      return;
    }
    if (cells.length > cellCount) longerCount += 1;
    kept[keptCount++] = index;
  });
  if (keptCount === 0) {
    throw new AppError("bad-table", `${read.name} has a header but no row of ${cellCount} cells below it.`);
  }
  const rows = lazyList(keptCount, (row) => store.row(kept[row] ?? -1, columnCount));
  const lineNumbers = lazyList(keptCount, (row) => checked.lineOf(kept[row] ?? -1));
  const reading = [...read.reading, ...steps, ...longerStep(longerCount, cellCount)];
  const classNames = Array.from({ length: columnCount }, () => null);
  const counts = skippedTogether(checked.skipped, ragged);
  return { ...read, ...counts, reading, header, columnCount, classNames, labelSets: null, rows, lineNumbers };
}

/** Files that were joined have their header in the middle as well. */
function isSameRow(cells: readonly string[], names: readonly string[]): boolean {
  return cells.length === names.length && cells.length > 1 && cells.every((cell, at) => cell === names[at]);
}

/** Markdown rules a line below the names: |---|:-:|. */
function isRule(cells: readonly string[]): boolean {
  return cells.some((cell) => cell.trim() !== "") && cells.every((cell) => /^\s*(?::?-{2,}:?)?\s*$/.test(cell));
}

function longerStep(count: number, cellCount: number): readonly ReadingStep[] {
  if (count === 0) return [];
  const rows = count === 1 ? "1 row has" : `${count} rows have`;
  const assumed = `${rows} more than ${cellCount} cells; what is beyond them is left out.`;
  return [{ stage: "columns", found: "longer rows", assumed }];
}
