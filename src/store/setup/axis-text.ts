import { asShown, type Field, type FieldValue } from "../../contract/fields.ts";
import { valueWord } from "../../contract/grid.ts";

/** A setting that is to be varied, with its values as a person typed them. */
export interface AxisText {
  /** Id of the setting. */
  readonly field: string;
  readonly text: string;
}

/** More values of one setting are not read: a plan has at most a thousand runs. */
const mostValues = 1000;

/**
 * Reads "0.1, 0.3, 0.5"; choices and switches by their words, and the word for an empty box where a field has one. What
 * is no value of the field is kept as it is, for the message that refuses it.
 */
export function readAxisText(field: Field, text: string): readonly FieldValue[] {
  const parts = text.split(/[,;\n]/).flatMap((part) => wordsOf(field, part.trim()));
  return parts.slice(0, mostValues).map((part) => readValue(field, part));
}

/** Numbers may have blanks between them; a choice's words may have blanks in them. */
function wordsOf(field: Field, part: string): readonly string[] {
  if (part === "") return [];
  return field.kind !== "number" || isWordOf(field, null, part) ? [part] : part.split(/\s+/);
}

function readValue(field: Field, part: string): FieldValue {
  const named = knownValues(field).find((value) => isWordOf(field, value, part));
  if (named !== undefined) return named;
  const number = Number(part);
  return field.kind === "number" && Number.isFinite(number) ? asShown(field, number) : part;
}

/** The values of a field that have words, in the order in which they are offered. */
export function knownValues(field: Field): readonly FieldValue[] {
  if (field.kind === "switch") return [true, false];
  if (field.kind === "choice") return field.options.map(({ value }) => value);
  return field.empty === undefined ? [] : [null];
}

function isWordOf(field: Field, value: FieldValue, part: string): boolean {
  const said = part.toLowerCase();
  return said === valueWord(field, value).toLowerCase() || said === String(value).toLowerCase();
}

/** Values as a person would type them. */
export function writeAxisText(field: Field, values: readonly FieldValue[]): string {
  return values.map((value) => (field.kind === "choice" ? String(value) : valueWord(field, value))).join(", ");
}
