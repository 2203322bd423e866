import { labelCellNames, type ReadingStep } from "../../../contract/reading.ts";
import { forEachIndex } from "../../../core/breath.ts";
import { lazyList } from "../../../core/lazy-list.ts";
import { isMissing, isNumber, tidyLabel } from "../cells.ts";
import { isLabelName, labelNames, pairNames, plainName, setNames, singleNames } from "../column-names.ts";
import { textColumns } from "../columns-by-content.ts";
import { itemsOf } from "./label-lists.ts";
import { listCell } from "./list-cells.ts";
import type { LabelSeparator, Table } from "../table.ts";

/** What stands between the labels of a cell, likeliest first. */
const separators: readonly LabelSeparator[] = ["|", ";", ","];

/** Rows that are looked at to find how a column holds its labels. */
const sampleCount = 5000;
/** A slip here and there does not change what a column holds. */
const mostShare = 0.9;
/** A longer part is no name of a label. */
const longestLabel = 80;
/** Labels that a sentence lists. */
const mostListed = 6;

type Rows = readonly (readonly string[])[];

/** How a table holds several labels a row. */
type Layout =
  | { readonly kind: "lists"; readonly column: number; readonly single: boolean }
  | { readonly kind: "places"; readonly column: number; readonly width: number }
  | { readonly kind: "separated"; readonly column: number; readonly separator: LabelSeparator }
  | { readonly kind: "cells"; readonly column: number }
  | { readonly kind: "columns"; readonly columns: readonly number[]; readonly single: boolean };

/**
 * Finds out whether a row has several labels, and puts them as a JSON list into one cell. They may be lists of names or
 * numbers; lists of 0 and 1 with a place for each label; names with "|", ";" or "," between them, where the parts come
 * again in other company, so that they are labels and not one name; or columns of 0 and 1 beside the texts. Of lists with
 * one label at most, and of columns of which just one is 1, the label is the cell; where a person says that rows may have
 * several, such a cell is a list of one. An empty list is a row without any of the labels; an empty cell is one whose
 * labels are not known.
 *
 * choice: what a person says; null: as found. separator: what stands between labels, where another file has shown it.
 */
export async function withLabelSets(
  table: Table,
  choice: boolean | null,
  separator: LabelSeparator | null = null,
): Promise<Table> {
  if (choice === false) return { ...table, reading: [...table.reading, step("one", null)] };
  const found = await layoutOf(table, choice === true, separator === null ? separators : [separator]);
  if (typeof found === "string") return { ...table, reading: [...table.reading, step("one", found)] };
  if (found === null) {
    const asSaid = choice === null ? [] : [step("one", "No column is named as one with labels.")];
    return { ...table, reading: [...table.reading, ...asSaid] };
  }
  switch (found.kind) {
    case "lists":
      return await rewritten(table, found, (cell) => listLabels(cell, found.single));
    case "places": {
      const names = table.classNames[found.column];
      return await rewritten(table, found, (cell) => placeLabels(cell, names ?? null));
    }
    case "separated":
      return await rewritten(table, found, (cell) => separatedLabels(cell, found.separator));
    case "cells":
      return await rewritten(table, found, (cell) => listLabels(cell, false));
    case "columns":
      return joined(table, found);
  }
}

function step(labels: keyof typeof labelCellNames, assumed: string | null): ReadingStep {
  return { stage: "labels", found: labelCellNames[labels], assumed };
}

/** A sentence where a column might have been meant otherwise. */
async function layoutOf(
  table: Table,
  wanted: boolean,
  known: readonly LabelSeparator[],
): Promise<Layout | string | null> {
  const column = labelColumnOf(table);
  const sample = await sampleOf(table);
  const cells = column === null ? [] : cellsOf(sample, column);
  if (column !== null) {
    const lists = await listsIn(table, column, wanted);
    if (lists !== null) return lists;
    const separator = known.find((one) => partsRecur(cells, one));
    if (separator !== undefined) return { kind: "separated", column, separator };
    const some = known.find((one) => cells.some((cell) => isJoined(cell, one)));
    if (wanted && some !== undefined) return { kind: "separated", column, separator: some };
    const example = some === undefined ? undefined : cells.find((cell) => isJoined(cell, some) && !isNumber(cell));
    if (!wanted && example !== undefined && areNames(cells)) {
      return `A label such as ${JSON.stringify(example)} is taken whole, as its parts are not labels of other rows too.`;
    }
    if (!wanted) return null;
  }
  const columns = await columnsIn(table, sample, wanted);
  return columns ?? (column === null ? null : { kind: "cells", column });
}

/** The column that is named as the label, the surest name first; of two columns without such a name the one that is no text. */
function labelColumnOf(table: Table): number | null {
  const names = (table.header ?? []).map(plainName);
  const name = [...labelNames, ...setNames].find((one) => names.includes(one));
  if (name !== undefined) return names.indexOf(name);
  const named = [...names.keys()].filter((column) => isLabelName(names[column] ?? ""));
  if (named.length === 1 && named[0] !== undefined) return named[0];
  const texts = table.columnCount === 2 ? textColumns(table) : [];
  return texts.length === 1 && texts[0] !== undefined ? 1 - texts[0] : null;
}

/** Rows spread over the table. */
async function sampleOf({ rows }: Table): Promise<Rows> {
  const every = Math.max(1, Math.ceil(rows.length / sampleCount));
  const sample: (readonly string[])[] = [];
  await forEachIndex(Math.ceil(rows.length / every), (index) => sample.push(rows.at(index * every) ?? []));
  return sample;
}

/** A column's cells, those without a label left out. */
function cellsOf(rows: Rows, column: number): readonly string[] {
  return rows.flatMap((row) => (isMissing(row[column] ?? "") ? [] : [(row[column] ?? "").trim()]));
}

/** Lists in any row but those without a label: all rows are looked at, as one with more labels decides. */
async function listsIn({ rows }: Table, column: number, wanted: boolean): Promise<Layout | null> {
  let [width, most, count, others] = [-1, 0, 0, 0];
  let flags = true;
  await forEachIndex(rows.length, (index) => {
    const cell = rows.at(index)?.[column] ?? "";
    if (isMissing(cell)) return;
    const items = itemsOf(cell);
    if (items === null) {
      others += 1;
      return;
    }
    count += 1;
    if (width < 0) width = items.length;
    most = Math.max(most, items.length);
    flags = flags && items.length === width && items.every(isFlag);
  });
  if (most < 1 || count < (1 - mostShare) * (count + others)) return null;
  if (flags && width > 1 && others === 0) return { kind: "places", column, width };
  return { kind: "lists", column, single: !wanted && most <= 1 };
}

function isFlag(cell: string): boolean {
  return /^(?:[01](?:\.0*)?|true|false)$/i.test(cell.trim());
}

function isSet(flag: string): boolean {
  return /^(?:1|true)/i.test(flag.trim());
}

function isJoined(cell: string, separator: LabelSeparator): boolean {
  return partsOf(cell, separator).length > 1;
}

function partsOf(cell: string, separator: LabelSeparator): readonly string[] {
  const parts = cell.split(separator).map(tidyLabel);
  return parts.filter((part) => part !== "");
}

/**
 * Whether the parts of cells are labels: in nine of ten cells that hold a separator, every part stands in another cell as
 * well that is not the same, be it alone or in other company. "Food, drinks" is one name as long as drinks come with food
 * alone.
 */
function partsRecur(cells: readonly string[], separator: LabelSeparator): boolean {
  const different = [...new Set(cells)].map((cell) => partsOf(cell, separator));
  const counts = new Map<string, number>();
  for (const parts of different) for (const part of new Set(parts)) counts.set(part, (counts.get(part) ?? 0) + 1);
  const joinedCells = cells.map((cell) => partsOf(cell, separator)).filter((parts) => parts.length > 1);
  if (joinedCells.length === 0) return false;
  // 3,5 is a number with a comma, and so is 0,1 unless something else shows that they are lists.
  if (cells.every(isNumber)) return false;
  const recurring = joinedCells.filter((parts) =>
    parts.every((part) => part.length <= longestLabel && (counts.get(part) ?? 0) > 1),
  );
  return recurring.length >= mostShare * joinedCells.length;
}

/** Whether cells are names that come again, and not texts. */
function areNames(cells: readonly string[]): boolean {
  return new Set(cells).size * 2 <= cells.length && cells.every(({ length }) => length <= longestLabel);
}

/** Columns of 0 and 1 beside the texts; -1 where the Hub keeps an answer back. */
async function columnsIn(table: Table, sample: Rows, wanted: boolean): Promise<Layout | null> {
  if (table.header === null) return null;
  const names = table.header.map(plainName);
  const texts = new Set(textColumns(table));
  const known = new Set([...singleNames, ...pairNames.flat()]);
  if (texts.size === 0 && !names.some((name) => known.has(name))) return null;
  const columns = names.flatMap((name, column) => {
    const cells = texts.has(column) || known.has(name) || name === "" ? [] : cellsOf(sample, column);
    const flags = cells.length > 0 && cells.every((cell) => isFlag(cell) || cell === "-1");
    return flags && !/^(?:unnamed: \d+|index|idx|id)$/.test(name) ? [column] : [];
  });
  if (columns.length < 2) return null;
  let single = !wanted;
  await forEachIndex(table.rows.length, (index) => {
    const flags = columns.map((column) => table.rows.at(index)?.[column] ?? "");
    single &&= !flags.every(isFlag) || flags.filter(isSet).length === 1;
  });
  return { kind: "columns", columns, single };
}

/** The labels of a cell; null where they are not known. A text: the cell has one label. */
type Labels = readonly string[] | string | null;

function listLabels(cell: string, single: boolean): Labels {
  const items = itemsOf(cell);
  if (single) return items === null ? cell : (items[0] ?? null);
  return items ?? (isMissing(cell) ? null : [tidyLabel(cell)]);
}

function placeLabels(cell: string, names: readonly string[] | null): Labels {
  const items = itemsOf(cell);
  return items === null ? null : items.flatMap((flag, place) => (isSet(flag) ? [names?.[place] ?? String(place)] : []));
}

function separatedLabels(cell: string, separator: LabelSeparator): Labels {
  return isMissing(cell) ? null : (itemsOf(cell) ?? [...new Set(partsOf(cell, separator))]);
}

async function rewritten(
  table: Table,
  layout: Exclude<Layout, { readonly kind: "columns" }>,
  read: (cell: string) => Labels,
): Promise<Table> {
  const { column } = layout;
  const seen = new Set<string>();
  await forEachIndex(table.rows.length, (index) => {
    const labels = read(table.rows.at(index)?.[column] ?? "");
    if (typeof labels === "object") for (const label of labels ?? []) if (seen.size <= mostListed) seen.add(label);
  });
  const rows = lazyList(table.rows.length, (index) =>
    (table.rows.at(index) ?? []).map((cell, at) => (at === column ? cellOf(read(cell)) : cell)),
  );
  const single = layout.kind === "lists" && layout.single;
  const sentence = `${sentenceOf(table, layout, [...seen])}${single ? "" : ` ${ofEmptyCells}`}`;
  const reading = [...table.reading, step(single ? "one" : "several", sentence)];
  const classNames = layout.kind === "places" ? table.classNames.with(column, null) : table.classNames;
  return {
    ...table,
    rows,
    reading,
    classNames,
    labelSets: single ? null : { column, separator: layout.kind === "separated" ? layout.separator : null },
  };
}

function cellOf(labels: Labels): string {
  return typeof labels === "string" ? labels : labels === null ? "" : listCell(labels);
}

const ofEmptyCells = "A row whose labels are not given is left out; [] is a row with none of them.";

function sentenceOf(
  table: Table,
  layout: Exclude<Layout, { readonly kind: "columns" }>,
  seen: readonly string[],
): string {
  const where = nameOf(table, layout.column);
  switch (layout.kind) {
    case "lists":
      return layout.single
        ? `The lists of column ${where} hold one label each.`
        : `The lists of column ${where} hold any number of labels: ${listed(seen)}.`;
    case "places":
      return `The lists of column ${where} have a place for each of ${layout.width} labels, 1 where the row has it.`;
    case "separated":
      return `The cells of column ${where} are labels with "${layout.separator}" between them: ${listed(seen)}.`;
    case "cells":
      return `Every cell of column ${where} is one label: ${listed(seen)}.`;
  }
}

function joined(table: Table, { columns, single }: Extract<Layout, { readonly kind: "columns" }>): Table {
  const names = columns.map((column) => (table.header?.[column] ?? "").trim());
  const rows = lazyList(table.rows.length, (index) => {
    const row = table.rows.at(index) ?? [];
    const flags = columns.map((column) => row[column] ?? "");
    const labels = flags.every(isFlag) ? names.filter((_, at) => isSet(flags[at] ?? "")) : null;
    return [...row, cellOf(single && labels !== null ? (labels[0] ?? null) : labels)];
  });
  const which = `The ${columns.length} columns of 0 and 1 are labels of their own (${listed(names)})`;
  const sentence = single
    ? `${which}, of which every row has one.`
    : `${which}; a row may have none of them, and one with an empty cell or -1 is left out.`;
  return {
    ...table,
    rows,
    header: [...(table.header ?? []), "labels"],
    columnCount: table.columnCount + 1,
    classNames: [...table.classNames, null],
    reading: [...table.reading, step(single ? "one" : "several", sentence)],
    labelSets: single ? null : { column: table.columnCount, separator: null },
  };
}

function listed(labels: readonly string[]): string {
  const shown = labels.slice(0, mostListed).join(", ");
  return labels.length > mostListed ? `${shown}, …` : shown;
}

function nameOf(table: Table, column: number): string {
  const name = table.header?.[column]?.trim() ?? "";
  return name === "" ? String(column + 1) : JSON.stringify(name);
}
