import type { SkippedLine } from "../../contract/run.ts";
import { maxCells, maxCharacters, maxColumns, maxRows, Room } from "./limits.ts";
import { flawOfText } from "./lines.ts";
import { RowStore } from "./row-store.ts";
import type { RowSink } from "./rows.ts";

/** A list of skipped lines that stays short. */
export interface SkippedLines {
  readonly lines: readonly SkippedLine[];
  readonly count: number;
  add(line: number, reason: string): void;
}

const maxCellLength = 100_000;
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

/** The lines that two passes over a file skipped. */
export function skippedTogether(
  first: Pick<SkippedLines, "lines" | "count">,
  second: SkippedLines,
): { readonly skipped: readonly SkippedLine[]; readonly skippedCount: number } {
  const all = [...first.lines, ...second.lines].sort((left, right) => left.line - right.line);
  return { skipped: all.slice(0, maxListed), skippedCount: first.count + second.count };
}

/** Keeps rows without a flaw, as many as there is room for. Empty lines count only once something follows them. */
export class CheckedRows implements RowSink {
  readonly store = new RowStore();
  readonly skipped = skippedLines();
  readonly #rows: Room;
  readonly #cells: Room;
  readonly #characters: Room;
  #emptyLines: number[] = [];
  /** Of each row that was kept; grows as there are more. */
  #lines = new Uint32Array(1024);

  /** `name`: of the file, for messages. */
  constructor(name: string) {
    this.#rows = new Room(name, maxRows, "rows");
    this.#cells = new Room(name, maxCells, "cells");
    this.#characters = new Room(name, maxCharacters, "characters");
  }

  /** Errors: too-large. */
  row(cells: readonly string[], line: number): void {
    if (cells.length === 1 && cells[0] === "") {
      this.#emptyLines.push(line);
      return;
    }
    this.#flush();
    const flaw = flawOf(cells);
    if (flaw !== null) {
      this.skipped.add(line, flaw);
      return;
    }
    // The first may be the header.
    if (this.store.length > 0) this.#rows.take(1);
    this.#cells.take(cells.length);
    for (const cell of cells) this.#characters.take(cell.length);
    const { length } = this.store;
    if (length === this.#lines.length) this.#lines = grown(this.#lines);
    this.#lines[length] = line;
    this.store.add(cells);
  }

  /** On which a row that was kept starts. */
  lineOf(row: number): number {
    return this.#lines[row] ?? 0;
  }

  skip(line: number, reason: string): void {
    this.#flush();
    this.skipped.add(line, reason);
  }

  #flush(): void {
    if (this.#emptyLines.length === 0) return;
    for (const line of this.#emptyLines) this.skipped.add(line, "empty line");
    this.#emptyLines = [];
  }
}

function grown(numbers: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(Math.ceil(1.5 * numbers.length));
  more.set(numbers);
  return more;
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
