import type { ReadingStep } from "../../../contract/reading.ts";
import { isObject, type JsonObject } from "../../../core/json.ts";
import { AppError } from "../../../core/errors.ts";
import { doubledSteps, openedStep } from "./json-document.ts";
import { doubledKey, jsonCell, openedObject, parsedJson } from "./json-text.ts";
import { maxColumns, tooLarge } from "../limits.ts";
import { flawOfText, type Lines } from "../lines.ts";
import type { RowSink } from "../rows.ts";

/** A line of the file: its object, or why it holds none; "" for an empty line. */
interface JsonLine {
  readonly line: number;
  readonly found: JsonObject | string;
}

/** Objects that decide on the columns, and the characters after which fewer must do. */
const firstObjects = 100;
const firstCharacters = 8_000_000;
/** A longer key is no name. */
const maxKeyLength = 100;

/** What JSON holds as a table. */
export interface JsonTable {
  readonly header: readonly string[];
  /** What is left out, and what came late. */
  readonly steps: readonly ReadingStep[];
}

/**
 * Reads JSON Lines: a line is an object and a row. The columns are the keys whose values are texts, numbers, truth values,
 * a list of one of them, or null; a key that first comes late is a column that is empty above. Keys of objects inside are
 * columns as well. A key that holds a list among the first 100 objects, or where it first comes, is left out. Missing keys
 * and null are empty cells. A line that is no object, has a list or an object in a column, or nothing in any, is skipped.
 * Rows may be shorter than the header. lists: keys whose lists are cells of their own.
 *
 * Errors: too-large above 500 columns; bad-table where the objects have no key with a plain value.
 */
export async function readJsonRows(
  pieces: AsyncIterable<Lines>,
  name: string,
  sink: RowSink,
  lists: (key: string) => boolean = () => false,
): Promise<JsonTable> {
  let first: JsonLine[] = [];
  let characters = 0;
  let columns: Columns | null = null;
  let doubled: string | null = null;
  const open = (): Columns => {
    const opened = new Columns(first, name, lists);
    for (const read of first) emit(read, opened, sink);
    first = [];
    return opened;
  };
  for await (const { text, firstLine } of pieces) {
    let line = firstLine;
    for (const content of text.split("\n")) {
      const read = { line: line++, found: parsedLine(content) };
      if (columns === null) {
        first.push(read);
        doubled ??= doubledKey(content.slice(0, firstCharacters / firstObjects));
        characters += content.length;
        if (first.length >= firstObjects || characters > firstCharacters) columns = open();
      } else {
        columns.addFrom(read);
        emit(read, columns, sink);
      }
    }
  }
  columns ??= open();
  return { header: columns.header, steps: [...columns.steps, ...doubledSteps(doubled)] };
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
  return false;
}

/**
 * Whether the first lines begin one JSON value that may hold a table: an object over lines, or a list of them or of lists.
 * A file that is called .json is one wherever it begins with a bracket.
 */
export function holdsJsonDocument(lines: readonly string[], name: string): boolean {
  const start = lines
    .filter((line) => line.trim() !== "" && !line.trim().startsWith("//"))
    .slice(0, 3)
    .join(" ")
    .trim();
  const called = /\.json$/i.test(name) && /^[{[]/u.test(start);
  return called || /^\{\s*(["']|$)/u.test(start) || /^\[\s*[{[]\s*(["']|$)/u.test(start);
}

function parsedLine(content: string): JsonObject | string {
  if (content.trim() === "") return "";
  const flaw = flawOfText(content);
  if (flaw !== null) return flaw;
  // Some write a comma behind each object, as in a list.
  const value = parsedJson(content.trim().replace(/,$/u, ""));
  return isObject(value) ? value : notObject;
}

const notObject = "no JSON object: a line must hold one, and all of it";

/** The columns of a file, as its objects show them one after another. */
class Columns {
  readonly header: string[] = [];
  /** Columns of the first objects: what nests there is a fault of its line; in a later one it is no value. */
  readonly firstCount: number;
  readonly lists: (key: string) => boolean;
  readonly #name: string;
  /** Keys whose values are lists or objects. */
  readonly #nested = new Set<string>();
  readonly #known = new Set<string>();
  readonly #late: string[] = [];
  /** Whether objects inside are opened: their keys are those of columns, and not others in every row. */
  readonly #opens: boolean;

  /** Errors: as readJsonRows. */
  constructor(first: readonly JsonLine[], name: string, lists: (key: string) => boolean) {
    this.#name = name;
    this.lists = lists;
    const objects = first.flatMap(({ found }) => (typeof found === "string" ? [] : [found]));
    const open = objects.map(openedObject);
    const keys = new Set(open.flatMap((object) => Object.keys(object)));
    this.#opens = keys.size <= maxColumns && open.some((object, index) => object !== objects[index]);
    for (const found of this.#opens ? open : objects) this.#see(found);
    this.header.push(...[...this.#known].filter((key) => !this.#nested.has(key)));
    this.firstCount = this.header.length;
    this.#check();
    if (this.header.length > 0 || this.#known.size === 0) return;
    throw new AppError(
      "bad-table",
      `The objects of ${name} have no key with a text or a number. An object a line is wanted, with the texts and the ` +
        'label under keys of its own, as in {"premise": "…", "hypothesis": "…", "label": "…"}.',
    );
  }

  #see(found: JsonObject): void {
    for (const [key, value] of Object.entries(found)) {
      if (key.length > maxKeyLength) continue;
      this.#known.add(key);
      if (jsonCell(value, this.lists(key)) === null) this.#nested.add(key);
    }
  }

  #check(): void {
    const { length } = this.header;
    if (length <= maxColumns) return;
    throw tooLarge(this.#name, `${length} different keys; at most ${maxColumns} are read`);
  }

  /** Takes keys that come late. */
  addFrom({ line, found }: JsonLine): void {
    if (typeof found === "string" || Object.keys(found).every((key) => this.#known.has(key))) return;
    const before = new Set(this.#known);
    const open = this.opened(found);
    // Of objects inside, the first ones' keys are all.
    this.#see(
      open === found ? found : Object.fromEntries(Object.entries(open).filter(([key]) => Object.hasOwn(found, key))),
    );
    const late = [...this.#known].filter((key) => !before.has(key) && !this.#nested.has(key));
    this.header.push(...late);
    this.#late.push(...late.map((key) => `${JSON.stringify(key)} in line ${line}`));
    this.#check();
  }

  /** An object as its columns are named. */
  opened(found: JsonObject): JsonObject {
    return this.#opens ? openedObject(found) : found;
  }

  get steps(): readonly ReadingStep[] {
    const late = this.#late.slice(0, mostTold).join(", ");
    const nested = [...this.#nested].slice(0, mostTold).map((key) => JSON.stringify(key));
    return [
      ...(this.#opens ? [openedStep] : []),
      ...(late === ""
        ? []
        : [step("late keys", `Some keys first come late: ${late}. Rows above have no value there.`)]),
      ...(nested.length === 0
        ? []
        : [step("nested keys left out", `Left out, as lists or objects are nested there: ${nested.join(", ")}.`)]),
    ];
  }
}

/** Keys that are told of, at most. */
const mostTold = 10;

function step(found: string, assumed: string): ReadingStep {
  return { stage: "columns", found, assumed };
}

function emit({ line, found }: JsonLine, columns: Columns, sink: RowSink): void {
  if (typeof found === "string") {
    if (found === "") sink.row([""], line);
    else sink.skip(line, found);
    return;
  }
  const { header, firstCount, lists } = columns;
  const object = columns.opened(found);
  const cells = header.map((key) => jsonCell(Object.hasOwn(object, key) ? object[key] : null, lists(key)));
  const nested = cells.slice(0, firstCount).indexOf(null);
  if (nested >= 0) sink.skip(line, `a list or an object under ${JSON.stringify(header[nested])}`);
  else if (cells.every((cell) => cell === "")) sink.skip(line, "no value under any key of the columns");
  else
    sink.row(
      cells.map((cell) => cell ?? ""),
      line,
    );
}
