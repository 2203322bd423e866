import type { ColumnMapping, SkippedLine } from "../../contract/run.ts";
import { forEachIndex } from "../../core/breath.ts";
import { AppError } from "../../core/errors.ts";
import { lazyList } from "../../core/lazy-list.ts";
import { skippedLines, skippedTogether } from "../tables/checked-rows.ts";
import type { Table } from "../tables/table.ts";
import type { Label, LabelReader } from "./labels.ts";

/** One example, before tokenizing. */
export interface Example {
  readonly first: string;
  readonly second: string | null;
  readonly label: Label;
  /** The file's line, from 1. */
  readonly line: number;
}

/** Examples in the file's order. */
export interface Split {
  /** Made of the table's rows when asked for. */
  readonly examples: readonly Example[];
  /** Theirs: what goes through all of them needs no texts. */
  readonly labels: readonly Label[];
  readonly skipped: readonly SkippedLine[];
  /** All of them; `skipped` lists the first. */
  readonly skippedCount: number;
}

/** Where a row's texts stand. */
type TextColumns = Pick<ColumnMapping, "first" | "second">;

/** Makes examples of a table's rows; those without a text or a usable label are skipped with their line. */
export async function splitOf(table: Table, mapping: ColumnMapping, read: LabelReader): Promise<Split> {
  const rows = new Uint32Array(table.rows.length);
  const labels: Label[] = [];
  const skipped = skippedLines();
  await forEachIndex(table.rows.length, (row) => {
    const cells = table.rows[row] ?? [];
    const label = read(cells[mapping.label] ?? "");
    if (!hasTexts(cells, mapping)) skipped.add(table.lineNumbers[row] ?? 0, "empty text");
    else if (typeof label === "string") skipped.add(table.lineNumbers[row] ?? 0, label);
    else {
      rows[labels.length] = row;
      labels.push(label);
    }
  });
  const examples = lazyList(labels.length, (at) => exampleAt(table, mapping, rows[at] ?? -1, labels[at] ?? 0));
  return {
    examples,
    labels,
    ...skippedTogether({ lines: table.skipped, count: table.skippedCount }, skipped),
  };
}

/** Whether no text of a row is empty. */
export function hasTexts(cells: readonly string[], { first, second }: TextColumns): boolean {
  return (cells[first] ?? "").trim() !== "" && (second === null || (cells[second] ?? "").trim() !== "");
}

/** The example that a table's row makes. */
export function exampleAt(table: Table, { first, second }: TextColumns, row: number, label: Label): Example {
  const cells = table.rows[row] ?? [];
  const line = table.lineNumbers[row] ?? 0;
  return { first: cells[first] ?? "", second: second === null ? null : (cells[second] ?? ""), label, line };
}

/** Some of a split's examples, in the order given. */
export function examplesAt({ examples, labels }: Split, rows: readonly number[]): Pick<Split, "examples" | "labels"> {
  const places = Uint32Array.from(rows);
  const exampleOf = (row: number): Example => {
    const example = examples[row];
    if (example === undefined) throw new AppError("bug", `Example ${row} is not one of ${examples.length}.`);
    return example;
  };
  return {
    examples: lazyList(places.length, (at) => exampleOf(places[at] ?? -1)),
    labels: Array.from(places, (row) => labels[row] ?? 0),
  };
}
