import { isObject, type JsonObject } from "../../core/json.ts";
import { AppError } from "../../core/errors.ts";
import { flawOfText, type Lines } from "./lines.ts";
import type { RowSink } from "./rows.ts";

/** A line of the file: its object, or why it holds none; "" for an empty line. */
interface JsonLine {
  readonly line: number;
  readonly found: JsonObject | string;
}

/** Objects that decide on the columns, and the characters after which fewer must do. */
const firstObjects = 100;
const firstCharacters = 8_000_000;
const maxColumns = 500;
/** A longer key is no name. */
const maxKeyLength = 100;

/**
 * Reads JSON Lines: a line is an object and a row. The columns are the keys of the first 100 objects whose values there
 * are texts, numbers, truth values or null; they make the header that is returned. A key that holds a list or an object
 * among those is left out, and so is one that only comes later. Missing keys and null are empty cells. A line that is
 * no object, has a list or an object in a column, or nothing in any, is skipped.
 *
 * Errors: too-large above 500 columns; bad-table where the objects have no key with a plain value.
 */
export async function readJsonRows(
  pieces: AsyncIterable<Lines>,
  name: string,
  sink: RowSink,
): Promise<readonly string[]> {
  let first: JsonLine[] = [];
  let characters = 0;
  let header: readonly string[] | null = null;
  const open = (): readonly string[] => {
    const columns = columnsOf(first, name);
    for (const read of first) emit(read, columns, sink);
    first = [];
    return columns;
  };
  for await (const { text, firstLine } of pieces) {
    let line = firstLine;
    for (const content of text.split("\n")) {
      const read = { line: line++, found: parsedLine(content) };
      if (header === null) {
        first.push(read);
        characters += content.length;
        if (first.length >= firstObjects || characters > firstCharacters) header = open();
      } else {
        emit(read, header, sink);
      }
    }
  }
  return header ?? open();
}

/**
 * Whether the first lines are JSON Lines: an object on the first that is not empty and something on another.
 *
 * Errors: bad-table for JSON of another form.
 */
export function holdsJsonLines(lines: readonly string[], name: string): boolean {
  const [line = "", second] = lines.filter((one) => one.trim() !== "");
  const isObjectLine = typeof parsedLine(line) !== "string";
  // A single object is all of a file's data far more often than its only row.
  if (isObjectLine && (second !== undefined || /\.(jsonl|ndjson)$/i.test(name))) return true;
  if (!line.startsWith("{") && !isObjectLine && !/^\[\s*[{[]\s*("|$)/.test(`${line}${second ?? ""}`.trim()))
    return false;
  throw new AppError(
    "bad-table",
    `${name} is JSON, but not JSON Lines, which has a whole object on every line. Save it so (jq -c '.[]' makes lines ` +
      "of a list), or as TSV or CSV.",
  );
}

function parsedLine(content: string): JsonObject | string {
  if (content.trim() === "") return "";
  const flaw = flawOfText(content);
  if (flaw !== null) return flaw;
  try {
    const value: unknown = JSON.parse(content);
    return isObject(value) ? value : notObject;
  } catch {
    return notObject;
  }
}

const notObject = "no JSON object: a line must hold one, and all of it";

/** Keys with plain values, in the order in which they come. */
function columnsOf(lines: readonly JsonLine[], name: string): readonly string[] {
  const plain = new Map<string, boolean>();
  for (const { found } of lines) {
    if (typeof found === "string") continue;
    for (const [key, value] of Object.entries(found)) {
      const fits = key.length <= maxKeyLength && cellOf(value) !== null;
      plain.set(key, fits && plain.get(key) !== false);
    }
  }
  const columns = [...plain].flatMap(([key, fits]) => (fits ? [key] : []));
  if (columns.length > maxColumns) {
    throw new AppError("too-large", `${name} has ${columns.length} different keys; at most ${maxColumns} are read.`);
  }
  if (columns.length === 0 && lines.some(({ found }) => typeof found !== "string")) {
    throw new AppError(
      "bad-table",
      `The objects of ${name} have no key with a text or a number. An object a line is wanted, with the texts and the ` +
        'label under keys of its own, as in {"premise": "…", "hypothesis": "…", "label": "…"}.',
    );
  }
  return columns;
}

function emit({ line, found }: JsonLine, columns: readonly string[], sink: RowSink): void {
  if (typeof found === "string") {
    if (found === "") sink.row([""], line);
    else sink.skip(line, found);
    return;
  }
  const cells = columns.map((key) => cellOf(Object.hasOwn(found, key) ? found[key] : null));
  const nested = cells.indexOf(null);
  if (nested >= 0) sink.skip(line, `a list or an object under ${JSON.stringify(columns[nested])}`);
  else if (cells.every((cell) => cell === "")) sink.skip(line, "no value under any key of the columns");
  else
    sink.row(
      cells.flatMap((cell) => cell ?? []),
      line,
    );
}

/** null for a list or an object. */
function cellOf(value: unknown): string | null {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "boolean":
      return String(value);
    default:
      return value === null ? "" : null;
  }
}
