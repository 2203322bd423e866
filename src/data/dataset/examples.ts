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

/** Labels of examples: classes and scores as packed numbers; else a list, where rows with the same labels share theirs. */
export type Labels = Uint16Array | Float64Array | readonly Label[];

/** Examples in the file's order. */
export interface Split {
  /** Made of the table's rows when asked for. */
  readonly examples: readonly Example[];
  /** Theirs: what goes through all of them needs no texts. */
  readonly labels: Labels;
  readonly skipped: readonly SkippedLine[];
  /** All of them; `skipped` lists the first. */
  readonly skippedCount: number;
}

/** Where a row's texts stand. */
type TextColumns = Pick<ColumnMapping, "first" | "second">;

/** Makes examples of a table's rows; those without a text or a usable label are skipped with their line. */
export async function splitOf(table: Table, mapping: ColumnMapping, read: LabelReader): Promise<Split> {
  const rows = new Uint32Array(table.rows.length);
  const labels = new LabelColumn(table.rows.length);
  const skipped = skippedLines();
  await forEachIndex(table.rows.length, (row) => {
    const cells = table.rows.at(row) ?? [];
    const label = read(cells[mapping.label] ?? "");
    if (!hasTexts(cells, mapping)) skipped.add(table.lineNumbers.at(row) ?? 0, "empty text");
    else if (typeof label === "string") skipped.add(table.lineNumbers.at(row) ?? 0, label);
    else {
      rows[labels.length] = row;
      labels.add(label);
    }
  });
  const found = labels.all();
  return {
    examples: lazyList(found.length, (at) => exampleAt(table, mapping, rows[at] ?? 0, found[at] ?? 0)),
    labels: found,
    ...skippedTogether({ lines: table.skipped, count: table.skippedCount }, skipped),
  };
}

/** Whether no text of a row is empty. */
export function hasTexts(cells: readonly string[], { first, second }: TextColumns): boolean {
  return (cells[first] ?? "").trim() !== "" && (second === null || (cells[second] ?? "").trim() !== "");
}

/** The example that a table's row makes. */
export function exampleAt(table: Table, { first, second }: TextColumns, row: number, label: Label): Example {
  const cells = table.rows.at(row) ?? [];
  const line = table.lineNumbers.at(row) ?? 0;
  return { first: cells[first] ?? "", second: second === null ? null : (cells[second] ?? ""), label, line };
}

/** Some of a split's examples, in the order given. */
export function examplesAt(
  { examples, labels }: Split,
  rows: Uint32Array | readonly number[],
): Pick<Split, "examples" | "labels"> {
  const places = rows instanceof Uint32Array ? rows : Uint32Array.from(rows);
  const exampleOf = (row: number): Example => {
    const example = examples.at(row);
    if (example === undefined) throw new AppError("bug", `Example ${row} is not one of ${examples.length}.`);
    return example;
  };
  const chosen = new LabelColumn(places.length);
  for (const row of places) chosen.add(labels[row] ?? 0);
  return { examples: lazyList(places.length, (at) => exampleOf(places[at] ?? examples.length)), labels: chosen.all() };
}

/** Above the largest number of a class. */
const mostClasses = 2 ** 16;

/** Gathers labels, as small as they may be: classes take two bytes each, scores eight. All are numbers, or all are lists. */
class LabelColumn {
  #numbers: Uint16Array | Float64Array;
  /** null: numbers. */
  #lists: (readonly number[])[] | null = null;
  readonly #known = new Map<string, readonly number[]>();
  #length = 0;

  /** most: there will be no more. */
  constructor(most: number) {
    this.#numbers = new Uint16Array(most);
  }

  get length(): number {
    return this.#length;
  }

  add(label: Label): void {
    if (typeof label !== "number") {
      (this.#lists ??= []).push(this.#shared(label));
    } else {
      if (!isClass(label) && this.#numbers instanceof Uint16Array) this.#numbers = Float64Array.from(this.#numbers);
      this.#numbers[this.#length] = label;
    }
    this.#length += 1;
  }

  all(): Labels {
    return this.#lists ?? this.#numbers.subarray(0, this.#length);
  }

  #shared(labels: readonly number[]): readonly number[] {
    const key = labels.join(" ");
    const known = this.#known.get(key) ?? labels;
    this.#known.set(key, known);
    return known;
  }
}

function isClass(label: number): boolean {
  return Number.isInteger(label) && label >= 0 && label < mostClasses && !Object.is(label, -0);
}
