import type { FieldValue } from "../../contract/fields.ts";
import { formatNumber } from "../../core/format.ts";

/** What a person typed as a value: a number where it is one, null for nothing, else the text itself for the message. */
export function readNumber(text: string): FieldValue {
  const trimmed = text.trim().replace(/^(-?\d*),(\d+)$/, "$1.$2");
  if (trimmed === "") return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : text;
}

/** A value as it stands in the box. What was typed stays as long as it means the value: "1." on the way to "1.5". */
export function showNumber(value: FieldValue | undefined, typed: string): string {
  if (value !== undefined && Object.is(readNumber(typed), value)) return typed;
  return typeof value === "number" ? plain(value) : String(value ?? "");
}

/** Exact, unlike an axis label: a setting must not change by being shown. */
function plain(value: number): string {
  const short = formatNumber(value);
  return Number(short) === value ? short : String(value);
}
