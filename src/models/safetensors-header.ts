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

/** Bits a value, for checking byte lengths; a dtype that is not here is checked only when it is read. */
const bitsOf: ReadonlyMap<string, number> = new Map([
  ["F64", 64],
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
  ["F8_E5M2", 8],
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
 */
export function parseHeader(text: string, dataStart: number, fileSize: number, file: string): Header {
  const root = parsedJson(text, (cause) => refusal(`The header of ${file} is not JSON`, cause));
  if (!isObject(root)) throw refusal(`The header of ${file} is not a JSON object`);
  const twice = repeatedKey(text);
  if (twice !== null) throw refusal(`The header of ${file} names "${twice}" twice`);
  const entries = new Map<string, TensorEntry>();
  const metadata = new Map<string, string>();
  for (const [name, value] of Object.entries(root)) {
    if (name === "__metadata__") {
      for (const [key, note] of Object.entries(isObject(value) ? value : {})) metadata.set(key, String(note));
    } else {
      entries.set(name, parseEntry(value, name, dataStart, fileSize, file));
    }
  }
  checkOverlaps(entries, file);
  return { entries, metadata };
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
  const wanted = (sizeOf(shape) * (bits ?? 0)) / 8;
  if (bits !== undefined && to - from !== wanted) {
    throw refusal(`${what} has ${to - from} bytes, but shape ${formatShape(shape)} in ${dtype} takes ${wanted}`);
  }
  return { dtype, shape, begin: dataStart + from, end: dataStart + to };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function checkOverlaps(entries: ReadonlyMap<string, TensorEntry>, file: string): void {
  const filled = [...entries].filter(([, entry]) => entry.end > entry.begin);
  filled.sort(([, left], [, right]) => left.begin - right.begin);
  for (const [index, [name, entry]] of filled.entries()) {
    const before = filled[index - 1];
    if (before !== undefined && before[1].end > entry.begin) {
      throw refusal(`Tensors "${before[0]}" and "${name}" of ${file} overlap`);
    }
  }
}
