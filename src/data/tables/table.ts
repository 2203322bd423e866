import type { SkippedLine } from "../../contract/run.ts";
import type { ReadingStep } from "../../contract/reading.ts";
import type { Dialect } from "./dialect.ts";

/** What may stand between the labels of a cell. */
export type LabelSeparator = "|" | ";" | ",";

/** Where a table has the labels of its rows. */
interface LabelSets {
  /** Its cells are JSON lists of a row's labels; "" where they are not known. */
  readonly column: number;
  /** What stood between them in the file's cells; null where they were lists or columns. */
  readonly separator: LabelSeparator | null;
}

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
  /** Made of the stored text when asked for. */
  readonly rows: readonly (readonly string[])[];
  /** Per column the names of its classes by number, where a Parquet file gives them; else null. */
  readonly classNames: readonly (readonly string[] | null)[];
  /** null: no row has several labels. */
  readonly labelSets: LabelSets | null;
  /** Per row, the file's line (from 1) on which it starts; of a Parquet file the row's number. */
  readonly lineNumbers: readonly number[];
  /** The first of the lines that could not be used, in file order; `skippedCount` counts them all. */
  readonly skipped: readonly SkippedLine[];
  readonly skippedCount: number;
}
