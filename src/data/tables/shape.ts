import { headerNames as stepNames, type ReadingStep } from "../../contract/reading.ts";
import { headerNames, plainName } from "./column-names.ts";
import { isNumber } from "./cells.ts";
import { looksLikeHeader } from "./header.ts";

/** Which columns a table has, and which of a row's cells stand in them. */
export interface Shape {
  /** null: the first row is a row. */
  readonly header: readonly string[] | null;
  readonly columnCount: number;
  /** Cells of a usual row; empty columns at the end are none of the table's. */
  readonly cellCount: number;
  /** Rows before the first of the table: what stands above its header, and that. */
  readonly above: number;
  readonly steps: readonly ReadingStep[];
  /** Whether a row's first cells are those of the columns; a row may have another number of them and not fit. */
  readonly fits: (cells: readonly string[]) => boolean;
}

/** A column of no more different values than this, among many more rows, holds classes. */
const mostClasses = 20;

/**
 * The shape of a table by its first rows. `given`: whether the first of them names the columns, where a person says so.
 *
 * R writes a name less than its rows have cells: the first cell is then the row's name, in a column without one. Columns
 * at the end with neither name nor cell, as spreadsheets leave them, are dropped; so are titles above a header.
 */
export function shapeOf(sample: readonly (readonly string[])[], given: boolean | null): Shape {
  const titles = given === null ? titlesAbove(sample) : 0;
  const [first = [], ...rest] = sample.slice(titles);
  const usual = usualLength(rest.length > 0 ? rest : [first]);
  const shifted =
    first.length > 1 && first.length + 1 === usual && isRowNames(rest.filter((row) => row.length === usual));
  const names = shifted ? ["", ...first] : first;
  const hasHeader = given ?? looksLikeHeader(names, rest);
  const below = hasHeader ? rest : sample;
  const cellCount = hasHeader ? names.length : usualLength(sample);
  const rows = below.filter((row) => row.length === cellCount);
  const columnCount = usedColumns(hasHeader ? names : [], rows, cellCount);
  const header = hasHeader ? names.slice(0, columnCount) : null;
  const longer = longerLengths(below, cellCount);
  const holds = Array.from({ length: columnCount }, (_, column) => holderOf(rows, column));
  return {
    header,
    columnCount,
    cellCount,
    above: hasHeader ? titles + 1 : 0,
    steps: [
      ...(hasHeader ? titleSteps(sample.slice(0, titles)) : []),
      ...headerSteps(header, given, shifted),
      ...droppedStep(cellCount - columnCount),
    ],
    fits(cells) {
      if (cells.length === columnCount || cells.length === cellCount) return true;
      return longer.has(cells.length) && holds.every((holder, at) => holder === null || holder(cells[at] ?? ""));
    },
  };
}

/** Titles above a header, at most. */
const mostTitles = 5;

/** First rows with one filled cell where others have several, above one that looks like a header. */
function titlesAbove(sample: readonly (readonly string[])[]): number {
  const filled = (row: readonly string[] = []): number => row.filter((cell) => cell.trim() !== "").length;
  const count = sample.findIndex((row) => filled(row) > 1);
  const names = sample[count];
  if (count < 1 || count > mostTitles || names === undefined) return 0;
  return looksLikeHeader(names, sample.slice(count + 1)) ? count : 0;
}

function titleSteps(titles: readonly (readonly string[])[]): readonly ReadingStep[] {
  if (titles.length === 0) return [];
  const said = titles.map((row) => JSON.stringify(row.join(" ").trim().slice(0, 60))).join(", ");
  return [{ stage: "comments", found: "title above", assumed: `Left out above the names of the columns: ${said}.` }];
}

function headerSteps(
  header: readonly string[] | null,
  given: boolean | null,
  shifted: boolean,
): readonly ReadingStep[] {
  if (header === null) return [{ stage: "header", found: stepNames.none, assumed: null }];
  const sure = given === true || header.some((name) => headerNames.has(plainName(name)));
  const named = header.map((name) => (name.trim() === "" ? "(no name)" : name.trim())).join(", ");
  const rowNames = shifted ? " The first cell of every row is taken for its name, as R writes it." : "";
  const assumed =
    sure && !shifted ? null : `The first line is taken for the names of the columns: ${named}.${rowNames}`;
  return [{ stage: "header", found: stepNames.named, assumed }];
}

function droppedStep(count: number): readonly ReadingStep[] {
  if (count === 0) return [];
  const columns = count === 1 ? "1 empty column" : `${count} empty columns`;
  return [{ stage: "columns", found: `${columns} left out`, assumed: null }];
}

/** The most frequent number of cells. */
function usualLength(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [usual] = [...counts].sort((left, right) => right[1] - left[1]);
  return usual?.[0] ?? 0;
}

/** A share of the rows that a slip does not reach. */
const longerShare = 0.02;

/**
 * Lengths above the usual that a file has on purpose, as sources behind some rows of the STS benchmark: several rows have
 * them. A separator that slipped into a text makes a row longer as well, but by chance.
 */
function longerLengths(rows: readonly (readonly string[])[], cellCount: number): ReadonlySet<number> {
  const counts = new Map<number, number>();
  for (const { length } of rows) if (length > cellCount) counts.set(length, (counts.get(length) ?? 0) + 1);
  const often = Math.max(2, longerShare * rows.length);
  return new Set([...counts].flatMap(([length, count]) => (count >= often ? [length] : [])));
}

/** Whether the first cells name rows: no two alike, and hardly one a text of several words. */
function isRowNames(rows: readonly (readonly string[])[]): boolean {
  const texts = rows.filter(([name = ""]) => /\S\s+\S/.test(name)).length;
  return rows.length > 0 && texts * 2 < rows.length && new Set(rows.map(([name]) => name)).size === rows.length;
}

/** Columns up to the last that has a name or a cell with something in it. */
function usedColumns(names: readonly string[], rows: readonly (readonly string[])[], count: number): number {
  let used = count;
  const isEmpty = (at: number): boolean =>
    (names[at] ?? "").trim() === "" && rows.every((row) => (row[at] ?? "").trim() === "");
  while (used > 1 && rows.length > 0 && isEmpty(used - 1)) used -= 1;
  return used;
}

/** Tells what a column of numbers or of few classes may hold; null for a column of texts. */
function holderOf(rows: readonly (readonly string[])[], column: number): ((cell: string) => boolean) | null {
  const cells = rows.map((row) => (row[column] ?? "").trim()).filter((cell) => cell !== "");
  if (cells.length === 0) return null;
  if (cells.every(isNumber)) return isNumber;
  const different = new Set(cells);
  return different.size <= mostClasses && different.size * 2 <= cells.length
    ? (cell) => different.has(cell.trim())
    : null;
}
