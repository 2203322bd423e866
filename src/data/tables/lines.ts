import { breathe } from "../../core/breath.ts";
import { AppError, messageOf } from "../../core/errors.ts";

/** Some whole lines of a text file, joined by "\n" and without a last one. */
export interface Lines {
  readonly text: string;
  /** From 1: the file's line on which `text` starts. */
  readonly firstLine: number;
}

/**
 * Stands in a line for bytes that are not UTF-8. Two low surrogates in a row cannot come out of a UTF-8 decoder, so no
 * file can hold it.
 */
export const brokenMark = "\uDC00\uDC00";

/** Stands for a whole line that is too long to be kept. */
const longMark = "\uDC01\uDC01";

/** What makes text unusable, found by a letter or mark that it then contains. */
const flaws: readonly (readonly [string, string])[] = [
  ["\0", "NUL bytes"],
  [brokenMark, "broken encoding: not valid UTF-8"],
  [longMark, "a line of more than 4,000,000 bytes"],
];

/** Why a line or a cell cannot be used; null where it can. */
export function flawOfText(text: string): string | null {
  return flaws.find(([mark]) => text.includes(mark))?.[1] ?? null;
}

/** Longest line that is kept, bytes: two cells of 100,000 characters fit at four bytes each. */
const maxLineBytes = 4_000_000;
/** Some ten milliseconds of a reader's work. */
const chunkBytes = 250_000;
/** Of a table, unpacked. */
export const maxFileBytes = 512_000_000;
const startBytes = 1024;
const lineFeed = 10;

/**
 * Reads a text file a quarter of a megabyte at a time, cut at line ends; "\r\n" becomes "\n" and a byte-order mark is dropped.
 * Between two yields the thread is free. Lines with broken bytes hold brokenMark, overlong ones are longMark.
 *
 * Errors: too-large above 512 MB; bad-table where the blob cannot be read (a directory).
 */
export async function* readLines(blob: Blob, name: string): AsyncGenerator<Lines> {
  checkSize(blob, name);
  let firstLine = 1;
  // The start of a line whose end is in a later chunk; null once that line is too long.
  let rest: Uint8Array | null = new Uint8Array();
  for (let at = 0; at < blob.size; at += chunkBytes) {
    // Bytes that are in memory already are read without a turn of the thread.
    if (at > 0) await breathe();
    const chunk = new Uint8Array(await readChunk(blob, at, name));
    const last = at + chunkBytes >= blob.size;
    const cut = last ? withoutLastLineFeed(chunk) : chunk.lastIndexOf(lineFeed);
    if (cut >= 0) {
      const text = joined(rest, chunk.subarray(0, cut));
      yield { text: firstLine === 1 ? text.replace(/^\uFEFF/, "") : text, firstLine };
      firstLine += countOf(text, "\n") + 1;
      rest = chunk.slice(cut + 1);
    } else if (rest !== null) {
      rest = rest.length > maxLineBytes ? null : concatenated(rest, chunk);
    }
  }
}

/** Errors: too-large above 512 MB. */
export function checkSize({ size }: Pick<Blob, "size">, name: string): void {
  if (size <= maxFileBytes) return;
  const found = `${name} has ${size} bytes; tables up to ${maxFileBytes} are read`;
  throw new AppError("too-large", `${found}. Cut it, or drop a part of it.`);
}

/** The first bytes of a file, some hundred. Errors: bad-table where it cannot be read. */
export async function readStart(blob: Blob, name: string): Promise<Uint8Array> {
  return new Uint8Array(await readChunk(blob, 0, name, startBytes));
}

function withoutLastLineFeed(chunk: Uint8Array): number {
  return chunk.at(-1) === lineFeed ? chunk.length - 1 : chunk.length;
}

async function readChunk(blob: Blob, at: number, name: string, length = chunkBytes): Promise<ArrayBuffer> {
  try {
    return await blob.slice(at, at + length).arrayBuffer();
  } catch (cause) {
    throw new AppError(
      "bad-table",
      `${name} cannot be read (${messageOf(cause)}). Is it a folder, or was it moved? A TSV, CSV or Parquet file is wanted here, or JSON Lines.`,
      { cause },
    );
  }
}

function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** Text of the bytes, the first line of which may have begun earlier (`rest`) or be too long (null). */
function joined(rest: Uint8Array | null, bytes: Uint8Array): string {
  const firstEnd = bytes.indexOf(lineFeed);
  const head = firstEnd < 0 ? bytes.length : firstEnd;
  if (rest === null || rest.length + head > maxLineBytes) {
    return firstEnd < 0 ? longMark : `${longMark}\n${decoded(bytes.subarray(firstEnd + 1))}`;
  }
  return decoded(rest.length === 0 ? bytes : concatenated(rest, bytes));
}

function decoded(bytes: Uint8Array): string {
  const text = decodedStrictly(bytes);
  if (text !== null) return withoutCarriageReturns(text);
  // Somewhere in this chunk the encoding is broken: find the lines.
  const lines: string[] = [];
  for (let start = 0; start <= bytes.length;) {
    const found = bytes.indexOf(lineFeed, start);
    const end = found < 0 ? bytes.length : found;
    const line = bytes.subarray(start, end);
    lines.push(decodedStrictly(line) ?? decodedWithMarks(line));
    start = end + 1;
  }
  return withoutCarriageReturns(lines.join("\n"));
}

function decodedStrictly(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function decodedWithMarks(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).replaceAll("\uFFFD", brokenMark);
}

function withoutCarriageReturns(text: string): string {
  if (!text.includes("\r")) return text;
  const plain = text.replaceAll("\r\n", "\n");
  return plain.endsWith("\r") ? plain.slice(0, -1) : plain;
}

/** How often `letter` stands in `text`. */
export function countOf(text: string, letter: string): number {
  let count = 0;
  for (let at = text.indexOf(letter); at >= 0; at = text.indexOf(letter, at + 1)) count += 1;
  return count;
}
