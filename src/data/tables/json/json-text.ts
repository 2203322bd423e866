import { isObject, type JsonObject } from "../../../core/json.ts";
import { listCell, plainItems } from "../labels/list-cells.ts";

/** What JSON may not hold: Python's words and quotes, comments, a comma before a closing bracket. */
const strange = /NaN|Infinity|\b(?:None|True|False)\b|,\s*[\]}]|\/[/*]|[[{,:(]\s*'/u;
/**
 * A string in either sort of quotes, a comment, or what stands between them: what is mended must not lie in a text. What
 * is left open goes to the end, so that nothing is gone through twice.
 */
const parts = /"(?:[^"\\]+|\\.)*\\?(?:"|$)|'(?:[^'\\]+|\\.)*\\?(?:'|$)|\/\/[^\n]*|\/\*(?:.*?\*\/|.*)|[^"'/]+/gsu;

/**
 * Parses JSON as it should be and as it is often written: Python's NaN, Infinity and -Infinity are null, commas before a
 * closing bracket and comments go; so is what Python prints of a dictionary, with single quotes, True, False and None.
 * undefined where it is none even so.
 */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (!strange.test(text)) return undefined;
  }
  try {
    return JSON.parse(mended(text));
  } catch {
    return undefined;
  }
}

function mended(text: string): string {
  const plain = text.replace(parts, (part) => {
    if (part.startsWith("'")) return inDoubleQuotes(part);
    return part.startsWith('"') ? part : part.startsWith("/") ? " " : mendedWords(part);
  });
  return plain.replace(parts, (part) => (part.startsWith('"') ? part : part.replace(/,(\s*[\]}])/gu, "$1")));
}

const words: Readonly<Record<string, string>> = { True: "true", False: "false", None: "null" };

function mendedWords(part: string): string {
  const numbers = part.replace(/-?\b(?:NaN|Infinity)\b/gu, "null");
  return numbers.replace(/\b(?:True|False|None)\b/gu, (word) => words[word] ?? word);
}

/** A string of Python's as JSON has it. */
function inDoubleQuotes(text: string): string {
  const inner = text.slice(1, -1).replace(/\\x([0-9a-f]{2})|\\.|"/giu, (found, hex: string | undefined) => {
    if (hex !== undefined) return `\\u00${hex}`;
    return found === '"' ? '\\"' : found === "\\'" ? "'" : found;
  });
  return `"${inner}"`;
}

/** Strings, which may hold brackets, and brackets. */
const tokens = /"(?:[^"\\]+|\\.)*\\?(?:"|$)|[{}[\]]/gsu;

/** The objects of a text in which they stand one after another, each over as many lines as it likes; null where it holds others. */
export function jsonSequence(text: string): readonly JsonObject[] | null {
  const found: JsonObject[] = [];
  let [depth, start, end] = [0, 0, 0];
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token.startsWith('"')) continue;
    const opens = token === "{" || token === "[";
    if (opens && depth === 0) {
      if (!/^[\s,]*$/u.test(text.slice(end, index))) return null;
      start = index;
    }
    depth += opens ? 1 : -1;
    if (depth > 0) continue;
    end = index + 1;
    const value = parsedJson(text.slice(start, end));
    if (depth < 0 || !isObject(value)) return null;
    found.push(value);
  }
  return found.length > 1 && depth === 0 && text.slice(end).trim() === "" ? found : null;
}

/** A string that is a key, or a bracket. */
const keys = /("(?:[^"\\]+|\\.)*\\?(?:"|$))(\s*:)?|[{}]/gsu;

/** The first key, as it is written, that stands twice in an object; null where none does. */
export function doubledKey(text: string): string | null {
  const open: Set<string>[] = [];
  for (const [token, key, colon] of text.matchAll(keys)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    const seen = open.at(-1);
    if (key === undefined || colon === undefined || seen === undefined) continue;
    if (seen.has(key)) return key;
    seen.add(key);
  }
  return null;
}

/**
 * A plain value as a cell: text, number, truth value, a list of one of them; "" for null; null for anything else. With
 * `lists`, any list of them is a cell: see listCell().
 */
export function jsonCell(value: unknown, lists = false): string | null {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "boolean":
      return String(value);
    case "undefined":
      return "";
    default:
      if (value === null) return "";
      if (lists && Array.isArray(value)) {
        const items = plainItems(value);
        return items === null ? null : listCell(items);
      }
      return Array.isArray(value) && value.length === 1 && typeof value[0] !== "object" ? jsonCell(value[0]) : null;
  }
}

/** How deep objects are opened. */
const mostLevels = 8;

/**
 * An object with those inside it opened: {"data": {"text": "…"}} has the key "data.text". A list with one object in it is
 * that object, as exports of annotations have it. Itself where nothing nests so.
 */
export function openedObject(object: JsonObject): JsonObject {
  if (!Object.values(object).some((value) => innerOf(value) !== null)) return object;
  return Object.fromEntries(entriesOf(object, "", mostLevels));
}

function entriesOf(object: JsonObject, before: string, levels: number): readonly (readonly [string, unknown])[] {
  return Object.entries(object).flatMap(([key, value]): readonly (readonly [string, unknown])[] => {
    const inner = levels === 0 ? null : innerOf(value);
    return inner === null ? [[before + key, value]] : entriesOf(inner, `${before}${key}.`, levels - 1);
  });
}

/** The object in a value; null for a plain one, and for an empty object. */
function innerOf(value: unknown): JsonObject | null {
  const inner: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return isObject(inner) && Object.keys(inner).length > 0 ? inner : null;
}
