import { isObject, type JsonObject } from "../../core/json.ts";
import { AppError } from "../../core/errors.ts";
import { jsonCell, parsedJson } from "./json-text.ts";
import type { RowSink } from "./rows.ts";

const maxBytes = 128_000_000;
const maxColumns = 500;

/** Keys under which exports keep the rows of a table. */
const rowsKeys = ["data", "rows", "examples", "records", "items", "train", "validation", "test"];

/**
 * Reads a table that is one JSON value: a list of objects or of lists, an object of columns (pandas' to_json), or either
 * under "data" or "rows", as exports have it. A row's "line" is its number from 1. Returns the header, null where the
 * rows are lists.
 *
 * Errors: bad-table for JSON of another form, or text that is none; too-large above 128 MB or 500 columns.
 */
export async function readJsonDocument(blob: Blob, name: string, sink: RowSink): Promise<readonly string[] | null> {
  if (blob.size > maxBytes) {
    throw new AppError(
      "too-large",
      `${name} is one JSON value of ${blob.size} bytes; up to ${maxBytes} are read at once. Save it as JSON Lines ` +
        "(jq -c '.[]' makes lines of a list), which is read piece by piece.",
    );
  }
  const value = parsedJson((await blob.text()).replace(/^\uFEFF/u, ""));
  const rows = rowsOf(value);
  if (rows === null) {
    throw new AppError(
      "bad-table",
      `${name} is JSON, but not a table: wanted is a list of objects, a whole object on every line (JSON Lines), or an ` +
        'object of columns, with the texts and the label under keys of their own, as in [{"text": "…", "label": "…"}].',
    );
  }
  return rows.some(Array.isArray) ? emitLists(rows, sink) : emitObjects(rows.filter(isObject), name, sink);
}

function rowsOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value))
    return value.every(isObject) || value.every((row) => Array.isArray(row)) ? unwrapped(value) : null;
  if (!isObject(value)) return null;
  const key = rowsKeys.find((one) => Array.isArray(value[one]) && value[one].every((row) => typeof row === "object"));
  if (key !== undefined) return rowsOf(value[key]);
  return columnRows(value);
}

/** The rows viewer of the Hub keeps every row under "row". */
function unwrapped(rows: readonly unknown[]): readonly unknown[] {
  const inner = rows.map((row) => (isObject(row) && isObject(row["row"]) ? row["row"] : null));
  return rows.length > 0 && inner.every((row) => row !== null) ? inner : rows;
}

/** pandas' orientations "columns" ({column: {index: value}}) and "list" ({column: [values]}). */
function columnRows(columns: JsonObject): readonly JsonObject[] | null {
  const names = Object.keys(columns);
  const values = names.map((name) => Object.entries(columns[name] ?? {}));
  const count = values[0]?.length ?? 0;
  const even = values.every((one) => one.length === count && one.length > 0);
  if (names.length < 2 || !even || names.some((name) => typeof columns[name] !== "object")) return null;
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(names.map((name, column) => [name, values[column]?.[row]?.[1]])),
  );
}

function emitLists(rows: readonly unknown[], sink: RowSink): null {
  for (const [index, row] of rows.entries()) {
    const cells = Array.isArray(row) ? row.map(jsonCell) : [];
    if (cells.includes(null)) sink.skip(index + 1, "a list or an object in a cell");
    else
      sink.row(
        cells.flatMap((cell) => cell ?? []),
        index + 1,
      );
  }
  return null;
}

function emitObjects(rows: readonly JsonObject[], name: string, sink: RowSink): readonly string[] {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (columns.length > maxColumns) {
    throw new AppError("too-large", `${name} has ${columns.length} different keys; at most ${maxColumns} are read.`);
  }
  const plain = columns.filter((key) => rows.every((row) => jsonCell(row[key]) !== null));
  for (const [index, row] of rows.entries())
    sink.row(
      plain.map((key) => jsonCell(row[key]) ?? ""),
      index + 1,
    );
  return plain;
}
