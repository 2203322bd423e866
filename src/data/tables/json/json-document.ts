import { isObject, type JsonObject } from "../../../core/json.ts";
import { AppError } from "../../../core/errors.ts";
import type { ReadingStep } from "../../../contract/reading.ts";
import { doubledKey, jsonCell, jsonSequence, openedObject, parsedJson } from "./json-text.ts";
import { maxColumns, tooLarge } from "../limits.ts";
import type { RowSink } from "../rows.ts";

const maxBytes = 128_000_000;

/** Of a document, looked at for keys that stand twice. */
const firstCharacters = 100_000;

/** Keys under which exports keep the rows of a table. */
const rowsKeys = ["data", "rows", "examples", "records", "items", "train", "validation", "test"];

/** What a JSON value holds as a table. */
interface FoundRows {
  readonly rows: readonly unknown[];
  /** Names of the columns, where they do not stand in the rows. */
  readonly header: readonly string[] | null;
  readonly steps: readonly ReadingStep[];
}

/** What a table of JSON was read by; header: null where the first row may name the columns. */
export interface JsonDocument {
  readonly header: readonly string[] | null;
  readonly steps: readonly ReadingStep[];
}

/**
 * Reads a table that is one JSON value: a list of objects or of lists, an object of columns (pandas' to_json) or of
 * columns and data (its orientation "split"), or any of them under "data" or "rows", as exports have it; or that is
 * objects one after another. Objects within a row are opened. A row's "line" is its number from 1. lists: keys whose lists
 * are cells of their own.
 *
 * Errors: bad-table for JSON of another form, or text that is none; too-large above 128 MB or 500 columns.
 */
export async function readJsonDocument(
  blob: Blob,
  name: string,
  sink: RowSink,
  lists: (key: string) => boolean = () => false,
): Promise<JsonDocument> {
  if (blob.size > maxBytes) {
    throw new AppError(
      "too-large",
      `${name} is one JSON value of ${blob.size} bytes; up to ${maxBytes} are read at once. Save it as JSON Lines ` +
        "(jq -c '.[]' makes lines of a list), which is read piece by piece.",
    );
  }
  const text = (await blob.text()).replace(/^\uFEFF/u, "");
  const value = parsedJson(text) ?? jsonSequence(text);
  if (isObject(value) && "nbformat" in value) {
    throw new AppError("bad-table", `${name} is a Jupyter notebook: save the table as CSV in it (pandas: to_csv).`);
  }
  const found = rowsOf(value);
  if (found === null) {
    throw new AppError(
      "bad-table",
      `${name} is JSON, but not a table: wanted is a list of objects, a whole object on every line (JSON Lines), or an ` +
        'object of columns, with the texts and the label under keys of their own, as in [{"text": "…", "label": "…"}].',
    );
  }
  const { rows } = found;
  const steps = [...found.steps, ...doubledSteps(doubledKey(text.slice(0, firstCharacters)))];
  if (rows.some(Array.isArray)) {
    emitLists(rows, found.header, sink);
    return { header: found.header, steps };
  }
  const { header, opened } = emitObjects(rows.filter(isObject), name, sink, lists);
  return { header, steps: opened ? [...steps, openedStep] : steps };
}

/** Said where a key stands twice. */
export function doubledSteps(key: string | null): readonly ReadingStep[] {
  if (key === null) return [];
  const assumed = `The key ${key} stands twice in an object: the last value is taken.`;
  return [{ stage: "columns", found: "doubled key", assumed }];
}

/** Said where objects stand in place of plain values. */
export const openedStep: ReadingStep = {
  stage: "columns",
  found: "nested keys opened",
  assumed: 'Keys of objects inside a row are columns of their own, named as in "data.text".',
};

function rowsOf(value: unknown): FoundRows | null {
  if (Array.isArray(value)) {
    const even = value.every(isObject) || value.every((row) => Array.isArray(row));
    return even ? { rows: unwrapped(value), header: null, steps: [] } : null;
  }
  if (!isObject(value)) return null;
  const keys = rowsKeys.filter((one) => isRows(value[one]));
  const [key, ...others] = keys;
  if (key === undefined) {
    const rows = columnRows(value);
    return rows === null ? null : { rows, header: null, steps: [] };
  }
  const found = rowsOf(value[key]);
  if (found === null) return null;
  const { columns } = value;
  const named = found.rows.some(Array.isArray) && isNames(columns);
  const listed = others.map((one) => JSON.stringify(one)).join(", ");
  const assumed = `The rows under ${JSON.stringify(key)} are read; left out: ${listed}.`;
  const steps = others.length === 0 ? [] : [{ stage: "container", found: `key ${key}`, assumed } as const];
  return { ...found, header: named ? columns : found.header, steps: [...steps, ...found.steps] };
}

function isRows(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((row) => typeof row === "object" && row !== null);
}

/** Whether some key is no number. */
function isNamed(row: JsonObject): boolean {
  return Object.keys(row).some((key) => !/^\d+$/u.test(key));
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= maxColumns && value.every((name) => typeof name === "string");
}

/** The rows viewer of the Hub keeps every row under "row". */
function unwrapped(rows: readonly unknown[]): readonly unknown[] {
  const inner = rows.map((row) => (isObject(row) && isObject(row["row"]) ? row["row"] : null));
  return rows.length > 0 && inner.every((row) => row !== null) ? inner : rows;
}

/** pandas' orientations "index", "columns" ({column: {index: value}}) and "list" ({column: [values]}). */
function columnRows(columns: JsonObject): readonly JsonObject[] | null {
  const names = Object.keys(columns);
  const rows = Object.values(columns).filter(isObject);
  // pandas' orientation "index": {index: {column: value}}.
  const indexed = names.length > 1 && rows.length === names.length && rows.every(isNamed);
  if (indexed && !isNamed(columns)) return rows;
  const values = names.map((name) => Object.entries(columns[name] ?? {}));
  const count = values[0]?.length ?? 0;
  const even = values.every((one) => one.length === count && one.length > 0);
  if (names.length < 2 || !even || names.some((name) => typeof columns[name] !== "object")) return null;
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(names.map((name, column) => [name, values[column]?.[row]?.[1]])),
  );
}

function emitLists(rows: readonly unknown[], header: readonly string[] | null, sink: RowSink): void {
  for (const [index, row] of rows.entries()) {
    const cells = Array.isArray(row) ? row.map((value) => jsonCell(value)) : [];
    if (cells.includes(null)) sink.skip(index + 1, "a list or an object in a cell");
    else if (header !== null && cells.length !== header.length)
      sink.skip(index + 1, `${cells.length} cells where the table has ${header.length}`);
    else
      sink.row(
        cells.flatMap((cell) => cell ?? []),
        index + 1,
      );
  }
}

function emitObjects(
  rows: readonly JsonObject[],
  name: string,
  sink: RowSink,
  lists: (key: string) => boolean,
): { readonly header: readonly string[]; readonly opened: boolean } {
  const open = rows.map(openedObject);
  const openColumns = columnsOf(open);
  // Objects with keys of their own in every row are no columns.
  const opened = openColumns.length <= maxColumns && open.some((row, index) => row !== rows[index]);
  const [taken, columns] = opened ? [open, openColumns] : [rows, columnsOf(rows)];
  if (columns.length > maxColumns) {
    throw tooLarge(name, `${columns.length} different keys; at most ${maxColumns} are read`);
  }
  const cellOf = (row: JsonObject, key: string): string | null => jsonCell(ownOf(row, key), lists(key));
  const plain = columns.filter((key) => taken.every((row) => cellOf(row, key) !== null));
  for (const [index, row] of taken.entries())
    sink.row(
      plain.map((key) => cellOf(row, key) ?? ""),
      index + 1,
    );
  return { header: plain, opened };
}

function columnsOf(rows: readonly JsonObject[]): readonly string[] {
  const columns = new Set<string>();
  for (const row of rows) for (const key of Object.keys(row)) columns.add(key);
  return [...columns];
}

function ownOf(row: JsonObject, key: string): unknown {
  return Object.hasOwn(row, key) ? row[key] : undefined;
}
