import { isNumber } from "./cells.ts";
import { headerNames, plainName } from "./column-names.ts";

/** Longest header cell that is still believed to be a name. */
const maxNameLength = 40;
/** With fewer rows the values of a column say nothing of what is missing among them. */
const minRows = 6;
/** Chance that a further row holds a value which the others do not: below it a missing one was no row's. */
const rareShare = 0.1;

/**
 * Whether the first row names the columns: it holds a well-known name, or short names over a column of numbers, or of
 * values that come again and again, among which the name does not occur. `rows` are the rows after it; some hundred are
 * enough. Names may be missing (an index, a spreadsheet's empty columns) and doubled.
 */
export function looksLikeHeader(first: readonly string[], rows: readonly (readonly string[])[]): boolean {
  const names = first.map(plainName);
  if (names.every((name) => name === "") || names.some((name) => name.length > maxNameLength)) return false;
  if (names.some((name) => headerNames.has(name))) return true;
  if (names.some((name) => isNumber(name) || /\s\S+\s/.test(name)) || rows.length < 2) return false;
  return names.some((name, column) => {
    if (name === "") return false;
    const values = rows.map((row) => plainName(row[column] ?? "")).filter((value) => value !== "");
    if (values.length < 2) return false;
    return values.every(isNumber) || (values.length >= minRows && isRare(name, values));
  });
}

/**
 * Whether a value that is not among the others would be a rare thing. Its chance is estimated as the share of values that
 * occur once. Source: Good 1953, "The population frequencies of species", equation 9.
 */
function isRare(name: string, values: readonly string[]): boolean {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const once = [...counts.values()].filter((count) => count === 1).length;
  return !counts.has(name) && once <= rareShare * values.length && counts.size * 2 <= values.length;
}
