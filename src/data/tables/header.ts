import { headerNames, plainName } from "./column-names.ts";

/** Longest header cell that is still believed to be a name. */
const maxNameLength = 40;
/** A column with more different values than this does not hold classes. */
const maxClasses = 10;

/**
 * Whether the first row names the columns: it holds a well-known name, or names over a column of numbers or classes
 * among which the name does not occur. `rows` are the rows after it; some hundred are enough.
 */
export function looksLikeHeader(first: readonly string[], rows: readonly (readonly string[])[]): boolean {
  const names = first.map(plainName);
  if (new Set(names).size < names.length || names.some((name) => name.length > maxNameLength)) return false;
  if (names.some((name) => headerNames.has(name))) return true;
  if (names.some((name) => name === "" || isNumber(name) || /\s\S+\s/.test(name)) || rows.length < 2) return false;
  return names.some((name, column) => {
    const values = rows.map((row) => plainName(row[column] ?? ""));
    const different = new Set(values);
    const classes = different.size <= maxClasses && different.size * 4 <= values.length;
    return values.every(isNumber) || (classes && !different.has(name));
  });
}

/** Whether a cell holds a finite number in plain notation. */
export function isNumber(cell: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(cell.trim());
}
