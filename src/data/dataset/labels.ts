import { forEachIndex } from "../../core/breath.ts";
import { AppError } from "../../core/errors.ts";
import { isNumber } from "../tables/header.ts";
import type { Table } from "../tables/table.ts";
import type { Task } from "./task.ts";

/** More different labels than this are not classes but a text column. */
const maxLabels = 1000;

/** What the Hub's test sets hold where the answer is kept back. */
export const unlabelled = "-1";
const noLabel = `no label (${unlabelled}): a row of a test set, whose answers are kept back`;

/** Makes a number of a label cell: class index or score; or says, as a reason for skipping the line, why not. */
export type LabelReader = (cell: string) => number | string;

/**
 * The class names of a task in the order of their index: its own, or those of the train table, numbers by size before
 * words by alphabet. [] for a regression. Errors: bad-labels for more than 1,000 different ones.
 */
export async function labelsOf(task: Task, train: Table, column: number): Promise<readonly string[]> {
  if (task.kind === "regression") return [];
  if (task.labels !== null) return task.labels;
  const found = new Set<string>();
  const classes = (train.classNames[column] ?? null) !== null;
  await forEachIndex(train.rows.length, (row) => {
    const cell = (train.rows[row]?.[column] ?? "").trim();
    if (cell === unlabelled && classes) return;
    // "-" is how SNLI and its followers mark a row on which the annotators did not agree.
    if (cell !== "" && cell !== "-") found.add(cell);
    if (found.size > maxLabels) {
      throw new AppError(
        "bad-labels",
        `${train.name} has more than ${maxLabels} different labels in column ${columnName(train, column)}. ` +
          "Choose the column that holds the class, or a task with a score.",
      );
    }
  });
  return [...found].sort((left, right) =>
    isNumber(left) && isNumber(right)
      ? Number(left) - Number(right) || compared(left, right)
      : Number(isNumber(right)) - Number(isNumber(left)) || compared(left, right),
  );
}

/** By code unit, so that no locale changes the order of classes. */
function compared(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

/** Reads a label cell of this task: a class by its name or its index, a score as a number. */
export function labelReader(task: Task, labels: readonly string[]): LabelReader {
  if (task.kind === "regression") {
    return (cell) => {
      if (task.hub !== null && cell.trim() === unlabelled) return noLabel;
      return isNumber(cell) ? Number(cell) : `the label ${shown(cell)} is not a number`;
    };
  }
  const indices = new Map(labels.map((label, index) => [label, index]));
  // GLUE's files number some classes whose names only Hugging Face gives.
  if (task.labels !== null) for (const index of labels.keys()) indices.set(String(index), index);
  const wanted = labels.length <= 4 ? labels.join(", ") : `one of the ${labels.length} labels of the train file`;
  return (cell) => {
    const found = indices.get(cell.trim());
    if (found === undefined && cell.trim() === unlabelled) return noLabel;
    return found ?? `the label ${shown(cell)} is unknown (wanted: ${wanted})`;
  };
}

function shown(cell: string): string {
  return cell.trim() === "" ? "is missing: it" : shownLabel(cell);
}

/** A label as messages quote it: its first 40 characters. */
export function shownLabel(label: string): string {
  const text = label.trim();
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

/** How messages name a column: its header, or its number from 1. */
export function columnName(table: Table, column: number): string {
  const name = table.header?.[column];
  return name === undefined ? String(column + 1) : JSON.stringify(name);
}
