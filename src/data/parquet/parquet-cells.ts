import { listCell } from "../tables/labels/list-cells.ts";
import type { FlatColumn } from "./parquet-columns.ts";

/**
 * A row's list as a cell, "" where the row has none. hyparquet nests a list once more for each thing on the way to it that
 * may be missing: where it is nested less, that is what is missing.
 */
export function listCellOf(row: unknown, column: FlatColumn, names: readonly string[] | null): string {
  const outer = column.repetitions.slice(0, column.repetitions.indexOf("REPEATED"));
  let [list, depth] = [row, outer.filter((one) => one !== "REQUIRED").length];
  while (depth > 0 && Array.isArray(list) && list.length > 0) [list, depth] = [list[0] as unknown, depth - 1];
  if (depth > 0 || !Array.isArray(list)) return "";
  const values = list.flat(Infinity).filter((value) => value !== null && value !== undefined);
  return listCell(values.map((value) => cellOf(value, column, names)));
}

/** A value as a cell's text; `names`: of classes by number. "" where there is none. */
export function cellOf(value: unknown, { type, meaning }: FlatColumn, names: readonly string[] | null): string {
  if (typeof meaning === "object") return decimalText(value, meaning.scale);
  switch (typeof value) {
    case "string":
      return value;
    case "bigint":
      return names?.[Number(value)] ?? String(value);
    case "number":
      return names?.[value] ?? String(type === "FLOAT" ? shortest(value, Math.fround, 6, 9) : value);
    case "boolean":
      return String(value);
    default:
      return value instanceof Uint8Array && meaning === "half" ? halfText(value) : "";
  }
}

/** The number with the fewest digits that a shorter float holds as this one: 3.8, and not 3.799999952316284. */
export function shortest(value: number, rounded: (value: number) => number, least: number, most: number): number {
  for (let digits = least; digits <= most; digits++) {
    const short = Number(value.toPrecision(digits));
    if (rounded(short) === value) return short;
  }
  return value;
}

function halfText(bytes: Uint8Array): string {
  const bits = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8);
  return halfNumberText(bits);
}

/** A 16-bit float's fewest digits, by its bits. */
export function halfNumberText(bits: number): string {
  return String(halfDigits(halfValue(bits)));
}

/** The number with the fewest digits that a 16-bit float holds as this one. */
export function halfDigits(value: number): number {
  return Number.isFinite(value) ? shortest(value, nearestHalf, 1, 6) : value;
}

/** Source: IEEE 754, binary16. */
function halfValue(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** The nearest number of 11 significant bits, none of them below 2^-24; ties to even. */
function nearestHalf(value: number): number {
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value))));
  const step = 2 ** (exponent - 10);
  const count = value / step;
  const low = Math.floor(count);
  const odd = low % 2 === 0 ? 0 : 1;
  const even = count - low === 0.5 ? low + odd : Math.round(count);
  return even * step;
}

/** A whole number, as such or as bytes with the highest first, `scale` of whose digits are decimals. */
function decimalText(value: unknown, scale: number): string {
  const whole = wholeOf(value);
  return whole === null ? "" : withDecimals(whole, scale);
}

/** 1250 with two decimals is 12.50. */
export function withDecimals(whole: bigint, scale: number): string {
  const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${whole < 0n ? "-" : ""}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ""}`;
}

function wholeOf(value: unknown): bigint | null {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : null;
  if (!(value instanceof Uint8Array) || value.length === 0) return null;
  const magnitude = value.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return BigInt.asIntN(8 * value.length, magnitude);
}
