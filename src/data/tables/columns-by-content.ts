import type { ColumnMapping } from "../../contract/run.ts";
import { entailmentsOf } from "../dataset/entailment.ts";
import { isMissing } from "./cells.ts";
import type { Table } from "./table.ts";

/** A column of more different values is not taken for classes unasked. */
const mostClasses = 100;
/** Rows that are looked at. */
const sampleCount = 1000;
/** What stands in place of a label on which annotators did not agree, or that is kept back. */
const noLabels: ReadonlySet<string> = new Set(["-", "?", "-1"]);
const numbers: ReadonlySet<string> = new Set(["0", "1", "2"]);

/**
 * The columns of a table of pairs without a header, known by what they hold: one of three has words of inference, or 0,
 * 1 and 2 again and again, and the other two hold texts, the first of which is the premise. null where that is not
 * clear, so that a person is asked.
 */
export function columnsByContent(table: Table): ColumnMapping | null {
  if (table.header !== null || table.columnCount !== 3) return null;
  const columns = [0, 1, 2].map((column) => table.rows.slice(0, sampleCount).map((row) => (row[column] ?? "").trim()));
  const label = [0, 1, 2].find((column) => holdsLabels(columns[column] ?? []));
  const [first, second] = [0, 1, 2].filter((column) => holdsTexts(columns[column] ?? []));
  if (label === undefined || first === undefined || second === undefined) return null;
  return { first, second, label };
}

/** Of a table of two columns the text and the class, where one holds texts and the other values that come again; else null. */
export function singleByContent(table: Table): ColumnMapping | null {
  if (table.columnCount !== 2) return null;
  const [first, ...others] = textColumns(table);
  if (first === undefined || others.length > 0) return null;
  const label = 1 - first;
  const given = table.rows.flatMap((row) => (isMissing(row[label] ?? "") ? [] : [(row[label] ?? "").trim()]));
  const different = new Set(given);
  const classes = different.size >= 2 && different.size <= mostClasses && given.length >= 2 * different.size;
  return classes ? { first, second: null, label } : null;
}

/** The columns of a table that hold texts: most cells are more than a word, and hardly one comes again and again. */
export function textColumns(table: Table): readonly number[] {
  const rows = table.rows.slice(0, sampleCount);
  const columns = Array.from({ length: table.columnCount }, (_, column) => column);
  return columns.filter((column) => holdsTexts(rows.map((row) => (row[column] ?? "").trim())));
}

function holdsLabels(cells: readonly string[]): boolean {
  const given = cells.filter((cell) => !noLabels.has(cell) && !isMissing(cell));
  const different = new Set(given);
  if (different.size < 2) return false;
  // Rows that are numbered from 0 begin just so.
  const repeated = given.length >= 2 * different.size;
  return entailmentsOf([...different]) !== null || (repeated && [...different].every((cell) => numbers.has(cell)));
}

/** Two words; or five letters of a script that has no blanks between words, which is more than a class is called. */
const manyWords =
  /\S\s+\S|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]{5}/u;

/** Whether most cells are more than a word, and hardly one comes again and again. */
function holdsTexts(cells: readonly string[]): boolean {
  return cells.filter((cell) => manyWords.test(cell)).length > 0.5 * cells.length && !holdsLabels(cells);
}
