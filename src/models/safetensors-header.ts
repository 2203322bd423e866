import { isObject, parsedJson } from "../core/json.ts";
import { AppError } from "../core/errors.ts";
import { formatShape, sizeOf, type Shape } from "../core/shape.ts";

/** Where one tensor lies; begin and end are bytes from the start of the file. */
export interface TensorEntry {
  /** As the file spells it: F32, F16, BF16, I64, … */
  readonly dtype: string;
  readonly shape: Shape;
  readonly begin: number;
  readonly end: number;
}

/** Bits a value of every dtype that there is. Source: safetensors 0.7, Dtype. */
const bitsOf: ReadonlyMap<string, number> = new Map([
  ["F64", 64],
  ["C64", 64],
  ["I64", 64],
  ["U64", 64],
  ["F32", 32],
  ["I32", 32],
  ["U32", 32],
  ["F16", 16],
  ["BF16", 16],
  ["I16", 16],
  ["U16", 16],
  ["I8", 8],
  ["U8", 8],
  ["BOOL", 8],
  ["F8_E4M3", 8],
  ["F8_E4M3FNUZ", 8],
  ["F8_E5M2", 8],
  ["F8_E5M2FNUZ", 8],
  ["F8_E8M0", 8],
  ["F6_E2M3", 6],
  ["F6_E3M2", 6],
  ["F4", 4],
]);

/** What a header says. */
export interface Header {
  readonly entries: ReadonlyMap<string, TensorEntry>;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Parses and checks the JSON header of a safetensors file; `dataStart` and `fileSize` in bytes.
 *
 * Errors: bad-tensors, naming file and tensor.
 * Source: the README's section Format, and what Metadata.validate of the safetensors crate refuses.
 */
export function parseHeader(text: string, dataStart: number, fileSize: number, file: string): Header {
  const root = parsedJson(text, (cause) => refusal(`The header of ${file} is not JSON`, cause));
  if (!isObject(root)) throw refusal(`The header of ${file} is not a JSON object`);
  if (!/^\{[^]*\} *$/.test(text)) throw refusal(`The header of ${file} has more around it than spaces behind its }`);
  const twice = repeatedKey(text);
  if (twice !== null) throw refusal(`The header of ${file} names "${twice}" twice`);
  const entries = new Map<string, TensorEntry>();
  const metadata = new Map<string, string>();
  for (const [name, value] of Object.entries(root)) {
    if (name === "__metadata__") {
      for (const [key, note] of notesOf(value, file)) metadata.set(key, note);
    } else {
      entries.set(name, parseEntry(value, name, dataStart, fileSize, file));
    }
  }
  checkPlaces(entries, dataStart, fileSize, file);
  return { entries, metadata };
}

/** What "__metadata__" says: texts by name. */
function notesOf(value: unknown, file: string): readonly (readonly [string, string])[] {
  if (!isObject(value)) throw refusal(`"__metadata__" of ${file} is not an object`);
  return Object.entries(value).map(([key, note]) => {
    if (typeof note === "string") return [key, note];
    throw refusal(`"__metadata__" of ${file} has no text for "${key}"`);
  });
}

function refusal(found: string, cause?: unknown): AppError {
  return new AppError("bad-tensors", `${found}. The file is damaged or not a safetensors file: get it again.`, {
    cause,
  });
}

/** The first key that valid JSON text holds twice in its outermost object, or null. JSON.parse would hide the first. */
function repeatedKey(text: string): string | null {
  const seen = new Set<string>();
  let depth = 0;
  let last = "";
  for (let index = 0; index < text.length; index++) {
    const letter = text[index];
    if (letter === "{" || letter === "[") depth += 1;
    else if (letter === "}" || letter === "]") depth -= 1;
    else if (letter === '"') {
      const end = closingQuote(text, index);
      if (depth === 1) last = text.slice(index, end + 1);
      index = end;
    } else if (letter === ":" && depth === 1) {
      const key = String(JSON.parse(last));
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return null;
}

function closingQuote(text: string, open: number): number {
  for (let index = open + 1; index < text.length; index++) {
    if (text[index] === "\\") index += 1;
    else if (text[index] === '"') return index;
  }
  return text.length;
}

function parseEntry(value: unknown, name: string, dataStart: number, fileSize: number, file: string): TensorEntry {
  const what = `Tensor "${name}" of ${file}`;
  if (!isObject(value)) throw refusal(`${what} is not described by an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string") throw refusal(`${what} has no dtype`);
  if (!isCounts(shape)) throw refusal(`${what} has no shape of whole numbers from 0`);
  if (!isCounts(offsets)) throw refusal(`${what} has no data_offsets of whole numbers from 0`);
  const [from, to] = offsets;
  if (from === undefined || to === undefined || offsets.length !== 2 || from > to) {
    throw refusal(`${what} has data_offsets ${formatShape(offsets)} instead of [begin, end]`);
  }
  const dataSize = fileSize - dataStart;
  if (to > dataSize) {
    throw refusal(`${what} ends at byte ${to} of the data, but the file has only ${dataSize}: it is cut off`);
  }
  const bits = bitsOf.get(dtype);
  if (bits === undefined) throw refusal(`${what} is of dtype "${dtype}", and not of ${[...bitsOf.keys()].join(", ")}`);
  const wanted = (sizeOf(shape) * bits) / 8;
  if (to - from !== wanted) {
    throw refusal(`${what} has ${to - from} bytes, but shape ${formatShape(shape)} in ${dtype} takes ${wanted}`);
  }
  return { dtype, shape, begin: dataStart + from, end: dataStart + to };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

/** Tensors lie end to end from the first byte of the data to the last. */
function checkPlaces(
  entries: ReadonlyMap<string, TensorEntry>,
  dataStart: number,
  fileSize: number,
  file: string,
): void {
  const inOrder = [...entries].sort(([, left], [, right]) => left.begin - right.begin || left.end - right.end);
  let before: string | null = null;
  let end = dataStart;
  for (const [name, entry] of inOrder) {
    if (before !== null && entry.begin < end) throw refusal(`Tensors "${before}" and "${name}" of ${file} overlap`);
    if (entry.begin > end) {
      const [from, wanted] = [entry.begin - dataStart, end - dataStart];
      throw refusal(
        `Tensor "${name}" of ${file} begins at byte ${from} of the data and not at ${wanted}: there is a hole`,
      );
    }
    before = name;
    end = entry.end;
  }
  if (end === fileSize) return;
  const spare = fileSize - end;
  throw refusal(
    `${file} has ${spare} bytes behind its last tensor${before === null ? "" : ` "${before}"`}, and should have none`,
  );
}
