import type { TaskEntry } from "../../contract/catalog.ts";
import type { ColumnMapping } from "../../contract/run.ts";
import { labelNames, pairNames, plainName, plainNames, scoreNames, singleNames } from "./column-names.ts";
import { isMissing, isNumber, numberIn } from "./cells.ts";
import { textColumns } from "./columns-by-content.ts";
import type { Table } from "./table.ts";

/** Rows that are looked at to recognise a task, at most. */
const sampleCount = 1000;

/** What a layout with a header is known by. */
export interface NamedLayout {
  readonly first: string;
  readonly second: string | null;
  readonly label: string;
  /** Further columns that must be there, so that layouts with like names are told apart. */
  readonly besides: readonly string[];
  /** What the label cells hold; null: numbers. */
  readonly labels: readonly string[] | null;
}

/** The mapping of a table with just this layout, or null. Names are compared without regard to case. */
export function columnsOfLayout(table: Table, layout: NamedLayout): ColumnMapping | null {
  const column = (name: string): number =>
    (table.header ?? []).findIndex((cell) => plainName(cell) === plainName(name));
  if (layout.besides.some((name) => column(name) < 0)) return null;
  const mapping = {
    first: column(layout.first),
    second: layout.second === null ? null : column(layout.second),
    label: column(layout.label),
  };
  if (mapping.first < 0 || mapping.label < 0 || (mapping.second !== null && mapping.second < 0)) return null;
  return labelsFit(table, mapping.label, layout.labels) ? mapping : null;
}

/**
 * The mapping of a table in the layout that the Hub gives GLUE's tasks, or null: the texts, "label" and "idx", and no
 * more; the label's classes named by the file, in this order. classes: null for scores.
 */
export function columnsOnHub(
  table: Table,
  texts: readonly [first: string, second?: string],
  classes: readonly string[] | null,
): ColumnMapping | null {
  const [first, second] = texts;
  const names = [first, ...(second === undefined ? [] : [second]), "label", "idx"];
  const column = (name: string): number => (table.header ?? []).indexOf(name);
  if (table.columnCount !== names.length || names.some((name) => column(name) < 0)) return null;
  const label = column("label");
  const found = table.classNames[label] ?? null;
  const fits = classes === null ? found === null && holdsScores(table, label) : equalTexts(found ?? [], classes);
  return fits ? { first: column(first), second: second === undefined ? null : column(second), label } : null;
}

function equalTexts(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((text, index) => text === right[index]);
}

/** Whether nine in ten of a column's labels are among `labels`, or numbers where that is null. */
function labelsFit(table: Table, column: number, labels: readonly string[] | null): boolean {
  const sample = sampleOf(table, column).filter((cell) => !isMissing(cell));
  const fitting = sample.filter((cell) => (labels === null ? isNumber(cell) : labels.includes(cell)));
  // A broken label here and there is skipped and shown later; it must not change what the file is taken for.
  return sample.length > 0 && fitting.length >= 0.9 * sample.length;
}

/** A column's cells, spread over the whole table: files are sorted in many ways. */
function sampleOf({ rows }: Table, column: number): readonly string[] {
  const every = Math.max(1, Math.ceil(rows.length / sampleCount));
  const count = Math.ceil(rows.length / every);
  return Array.from({ length: count }, (_, index) => (rows.at(index * every)?.[column] ?? "").trim());
}

/**
 * Finds the columns of any table by its header names; null where there is no header, a part is missing, or several
 * columns could be the label, so that a person is asked. A `kind` that is known already narrows the label columns.
 */
export function columnsByName(table: Table, pair: boolean, kind: TaskEntry["kind"] | null): ColumnMapping | null {
  const names = plainNames(table.header ?? []);
  const label = labelColumn(table, names, kind);
  const texts = textsByName(table, pair);
  return label === null || texts === null ? null : { ...texts, label };
}

/** The column of the text, or the two of a pair, by well-known names. */
export function textsByName(table: Table, pair: boolean): Omit<ColumnMapping, "label"> | null {
  const names = plainNames(table.header ?? []);
  const both = pairNames.find(([first, second]) => names.includes(first) && names.includes(second));
  const texts = both ?? singleNames.filter((name) => names.includes(name)).slice(0, 1);
  if (texts.some((name) => isDoubled(names, name))) return null;
  if (pair) return both === undefined ? null : { first: names.indexOf(both[0]), second: names.indexOf(both[1]) };
  const single = singleNames.find((name) => names.includes(name));
  return both !== undefined || single === undefined ? null : { first: names.indexOf(single), second: null };
}

/**
 * The mapping of a table whose rows have lists of labels: the texts by their names, or a text alone by what columns hold.
 * null where no rows have, or the texts are others.
 */
export function columnsBesideSets(table: Table, pair: boolean): ColumnMapping | null {
  if (table.labelSets === null) return null;
  const label = table.labelSets.column;
  const named = textsByName(table, pair);
  if (named !== null) return { ...named, label };
  const [first, ...others] = pair ? [] : textColumns(table).filter((column) => column !== label);
  return first === undefined || others.length > 0 ? null : { first, second: null, label };
}

function isDoubled(names: readonly string[], name: string | undefined): boolean {
  return names.filter((other) => other === name).length > 1;
}

/** The one column named like a label: "label" or "gold_label" before others, which must be alone. */
function labelColumn(table: Table, names: readonly string[], kind: TaskEntry["kind"] | null): number | null {
  const sure = names.findIndex((name) => name === "label" || name === "gold_label");
  if (sure >= 0) return isDoubled(names, names[sure]) ? null : sure;
  const named = [...names.keys()].filter((column) => labelNames.includes(names[column] ?? ""));
  if (named.length > 1 && kind === null) return null;
  const fitting = named.filter((column) => holdsScores(table, column) === (kind === "regression"));
  const [only, ...others] = named.length === 1 ? named : fitting;
  return only === undefined || others.length > 0 ? null : only;
}

/** Whether a label column holds scores: numbers, of which some are not whole or whose column is named as a score. */
export function holdsScores(table: Table, column: number): boolean {
  if (!labelsFit(table, column, null)) return false;
  const named = scoreNames.includes(plainNames(table.header ?? [])[column] ?? "");
  const decimal = (cell: string): boolean => isNumber(cell) && !Number.isInteger(numberIn(cell));
  return named || table.rows.some((row) => decimal(row[column] ?? ""));
}
