import { forEachIndex } from "../../core/breath.ts";
import { AppError } from "../../core/errors.ts";
import { isMissing, isNumber, numberIn, tidyLabel } from "../tables/cells.ts";
import { itemsOf } from "../tables/labels/label-lists.ts";
import type { Table } from "../tables/table.ts";
import {
  compared,
  doubtfulWords,
  LabelCounts,
  labelKey,
  missingKeys,
  missingReason,
  unlabelled,
} from "./label-cells.ts";
import type { Task } from "./task.ts";

/** More different labels than this are not classes but a text column. */
const maxLabels = 1000;
/** At most so many pairs of spellings are listed. */
const mostListed = 5;

/** Class index or score; or the indices of all labels that a row has, ascending, which may be none. */
export type Label = number | readonly number[];

/** Reads a label cell, or says, as a reason for skipping the line, why not. */
export type LabelReader = (cell: string) => Label | string;

/** The classes of a column. */
export interface FoundLabels {
  /** Names of classes or labels by index; [] for a regression. */
  readonly labels: readonly string[];
  /** Sentences on what was taken for the same label, or for none. */
  readonly notes: readonly string[];
}

/**
 * The class names of a task in the order of their index: its own, or those of the train table, as its file orders them or
 * numbers by size before words by alphabet. Labels that differ in case, in blanks or in how a number is written are one;
 * so are true and 1, false and 0, where both stand in the column. [] for a regression.
 *
 * Errors: bad-labels for more than 1,000 different ones.
 */
export async function labelsOf(task: Task, train: Table, column: number): Promise<FoundLabels> {
  if (task.kind === "regression" || task.labels !== null) return { labels: task.labels ?? [], notes: [] };
  const counts = new LabelCounts();
  await forEachIndex(train.rows.length, (row) => {
    const cell = train.rows.at(row)?.[column] ?? "";
    for (const label of task.kind === "multi-label" ? labelsIn(cell) : [cell]) counts.add(label);
    if (counts.size % maxLabels === 0 && counts.keys().length > maxLabels) throw tooMany(train, column);
  });
  if (counts.keys().length > maxLabels) throw tooMany(train, column);
  const names = train.classNames[column] ?? null;
  const missing = missingKeys(counts, names !== null);
  const twins = booleanTwins(counts);
  const keys = counts.keys().filter((key) => !missing.has(key) && !twins.has(key));
  const labels = keys.map((key) => nameOf(key, counts)).sort(inOrderOf(names));
  return { labels, notes: [...missingNote(counts, missing), ...spellingNote(counts, keys, twins)] };
}

function tooMany(train: Table, column: number): AppError {
  return new AppError(
    "bad-labels",
    `${train.name} has more than ${maxLabels} different labels in column ${columnName(train, column)}. ` +
      "Choose the column that holds the class, or a task with a score.",
  );
}

/** A number as it is written shortest; else the most frequent spelling. */
function nameOf(key: string, counts: LabelCounts): string {
  return isNumber(key) ? key : (counts.spellings(key)[0] ?? key);
}

function inOrderOf(names: readonly string[] | null): (left: string, right: string) => number {
  if (names !== null) return (left, right) => names.indexOf(left) - names.indexOf(right) || compared(left, right);
  return (left, right) =>
    isNumber(left) && isNumber(right)
      ? Number(left) - Number(right)
      : Number(isNumber(right)) - Number(isNumber(left)) || compared(left, right);
}

/** "true" and "false" where 1 and 0 are labels of the same column. */
function booleanTwins(counts: LabelCounts): ReadonlySet<string> {
  const keys = counts.keys();
  return new Set(
    [...booleans].flatMap(([word, number]) => (keys.includes(word) && keys.includes(number) ? [word] : [])),
  );
}

const booleans: ReadonlyMap<string, string> = new Map([
  ["true", "1"],
  ["false", "0"],
]);

function missingNote(counts: LabelCounts, missing: ReadonlySet<string>): readonly string[] {
  const words = [...missing].flatMap((key) => counts.spellings(key)).filter((word) => word !== "");
  if (words.length === 0) return [];
  const listed = words.slice(0, mostListed).map(shownLabel).join(", ");
  return [`Rows whose label is ${listed} are taken for rows without a label and left out.`];
}

function spellingNote(counts: LabelCounts, keys: readonly string[], twins: ReadonlySet<string>): readonly string[] {
  const spelt = keys.filter((key) => counts.spellings(key).length > 1).map((key) => counts.spellings(key));
  const groups = [...spelt, ...[...twins].map((word) => [booleans.get(word) ?? "", word])];
  if (groups.length === 0) return [];
  const listed = groups.slice(0, mostListed).map((group) => group.slice(0, mostListed).map(shownLabel).join(" and "));
  return [`Labels that differ only in how they are written are one: ${listed.join("; ")}.`];
}

/** What else a reader of labels knows of its column and of the one that labels were read off. */
export interface LabelSources {
  /** Names of the column's classes by number, where its file gives them. */
  readonly own?: readonly string[] | null;
  /** The same of the column that the labels are from. */
  readonly trained?: readonly string[] | null;
}

/**
 * Reads a label cell of this task: a class by its name or its index, however it is written, a list of labels likewise, a
 * score as a number. Where one file has names for its classes and the other numbers, they are the same classes.
 */
export function labelReader(task: Task, labels: readonly string[], { own, trained }: LabelSources = {}): LabelReader {
  if (task.kind === "regression") {
    return (cell) => {
      if (isMissing(cell) || (task.hub !== null && tidyLabel(cell) === unlabelled)) return missingReason(cell);
      return isNumber(cell) ? numberIn(cell) : `the label ${shownLabel(cell)} is not a number`;
    };
  }
  const indices = new Map(labels.map((label, index) => [labelKey(label), index]));
  const also = (key: string, index: number | undefined): void => {
    if (index !== undefined && !indices.has(key)) indices.set(key, index);
  };
  // GLUE's files number some classes whose names only Hugging Face gives.
  if (task.labels !== null) for (const index of labels.keys()) also(String(index), index);
  for (const [number, name] of (trained ?? []).entries()) also(String(number), indices.get(labelKey(name)));
  for (const [number, name] of (own ?? []).entries()) also(labelKey(name), indices.get(String(number)));
  for (const [word, number] of booleans) {
    also(word, indices.get(number));
    also(number, indices.get(word));
  }
  const wanted = labels.length <= 4 ? labels.join(", ") : `one of the ${labels.length} labels of the train file`;
  const readOne = (cell: string): number | string => {
    const found = indices.get(labelKey(cell));
    if (found !== undefined) return found;
    const [only, ...more] = cell.startsWith("[") ? (itemsOf(cell) ?? []) : [];
    if (only !== undefined && more.length === 0 && only !== cell) return readOne(only);
    const label = tidyLabel(cell);
    const doubtful = doubtfulWords.has(label) && (label !== "none" || labels.every(isNumber));
    if (isMissing(cell) || doubtful) return missingReason(cell);
    return `the label ${shownLabel(cell)} is unknown (wanted: ${wanted})`;
  };
  if (task.kind !== "multi-label") return readOne;
  return (cell) => {
    if (isMissing(cell)) return missingReason(cell);
    const found = labelsIn(cell).map(readOne);
    const why = found.find((one) => typeof one === "string");
    const all = new Set(found.filter((one) => typeof one === "number"));
    return why ?? [...all].sort((left, right) => left - right);
  };
}

/** The labels of a cell of a task whose rows have several: a list, or one of them. */
function labelsIn(cell: string): readonly string[] {
  return itemsOf(cell) ?? (isMissing(cell) ? [] : [cell]);
}

/** A label as messages quote it: its first 40 characters. */
export function shownLabel(label: string): string {
  const text = label.trim();
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

/** How messages name a column: its header, or its number from 1. */
export function columnName(table: Table, column: number): string {
  const name = table.header?.[column];
  return name === undefined || name.trim() === "" ? String(column + 1) : JSON.stringify(name);
}
