import { breathe } from "../../core/breath.ts";
import { AppError } from "../../core/errors.ts";
import { encodingLabels, encodingName, type ReadingStep } from "../../contract/reading.ts";

/** How a file's bytes stand for characters, as the Encoding Standard names it. */
export interface TextEncoding {
  readonly label: string;
  /** What it was taken from. */
  readonly step: ReadingStep;
}

const chunkBytes = 1_000_000;
/** Lines that are not UTF-8 are gathered up to this, to tell the encoding from. */
const strangeBytes = 65_536;
/** Lines looked at on either side of the question whether a file is UTF-8 with broken lines. */
const mostLines = 2000;
const lineFeed = 10;
const carriageReturn = 13;

/** Encodings that people still write tables in; what is named first of a kind reads the others as well. */
const known: ReadonlyMap<string, string> = new Map([
  ["ISO-8859-1", "windows-1252"],
  ["ISO-8859-2", "iso-8859-2"],
  ["ISO-8859-5", "iso-8859-5"],
  ["ISO-8859-6", "iso-8859-6"],
  ["ISO-8859-7", "iso-8859-7"],
  ["ISO-8859-8", "iso-8859-8"],
  ["ISO-8859-9", "windows-1254"],
  ["windows-1250", "windows-1250"],
  ["windows-1251", "windows-1251"],
  ["windows-1252", "windows-1252"],
  ["windows-1253", "windows-1253"],
  ["windows-1254", "windows-1254"],
  ["windows-1255", "windows-1255"],
  ["windows-1256", "windows-1256"],
  ["windows-1258", "windows-1258"],
  ["KOI8-R", "koi8-r"],
  ["Big5", "big5"],
  ["EUC-JP", "euc-jp"],
  ["EUC-KR", "euc-kr"],
  ["GB18030", "gb18030"],
  ["Shift_JIS", "shift_jis"],
  ["ISO-2022-JP", "iso-2022-jp"],
]);

/**
 * The encoding of a text file: by its mark; UTF-16 without one by its zeros; UTF-8 where all bytes, or most lines with
 * letters beyond ASCII, are; else by the frequencies of such letters (chardet). `given` goes before all.
 */
export async function encodingOf(blob: Blob, given: string | null): Promise<TextEncoding> {
  if (given !== null) return told(given, null);
  const start = new Uint8Array(await blob.slice(0, chunkBytes).arrayBuffer());
  const marked = byMark(start);
  if (marked !== null) return told(marked, null);
  const wide = wideWithoutMark(start);
  if (wide !== null) return told(wide, "it has no byte-order mark, but every other byte of its plain letters is 0");
  const strange = await linesBeyondUtf8(blob);
  if (strange === null) return told("utf-8", null);
  const { analyse } = await import("chardet");
  const likely = analyse(strange).flatMap(({ name }) => known.get(name) ?? []);
  const label = likely.find((one) => isText(strange, one)) ?? "windows-1252";
  const old = latin.has(label) && isMacintosh(strange);
  return told(old ? "macintosh" : label, "it is not UTF-8, and its letters fit this best");
}

/** Encodings of Latin letters that a text of an old Mac OS is taken for. */
const latin: ReadonlySet<string> = new Set(["windows-1250", "windows-1252", "windows-1254", "iso-8859-2"]);
/** Of Windows-1252 the few letters among its signs from 80 to 9F, where Mac OS has most letters with accents. */
const lettersAmongSigns: ReadonlySet<number> = new Set([0x8a, 0x8c, 0x8e, 0x9a, 0x9c, 0x9e, 0x9f]);
/** Signs of Windows-1252 that stand between letters: quotes, dashes, three dots. */
const signsInWords: ReadonlySet<number> = new Set([0x85, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97]);

/**
 * Whether a Latin text is of an old Mac OS: between plain letters stand bytes that are signs in Windows-1252, or letters
 * that hardly a language has beside each other, and no letters of Windows-1252.
 */
function isMacintosh(bytes: Uint8Array): boolean {
  const isPlain = (byte = 0): boolean => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
  const isInWord = (before = 0, after = 0): boolean =>
    (isPlain(before) && (isPlain(after) || after >= 0x80)) || (before >= 0x80 && isPlain(after));
  const inWords = bytes.filter((_, at) => isInWord(bytes[at - 1], bytes[at + 1]));
  const high = inWords.filter((byte) => byte >= 0x80 && byte <= 0x9f && !signsInWords.has(byte));
  const others = inWords.filter((byte) => byte >= 0xdf).length;
  const sure = high.some((byte) => !lettersAmongSigns.has(byte)) || new Set(high).size > 1;
  return sure && high.length > others;
}

function told(label: string, why: string | null): TextEncoding {
  const name = encodingName(label);
  const assumed = why === null ? null : `Read as ${name}: ${why}.`;
  return { label, step: { stage: "encoding", found: name, assumed } };
}

function byMark([a, b, c]: Uint8Array): string | null {
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if (a === 0xff && b === 0xfe) return "utf-16le";
  return a === 0xfe && b === 0xff ? "utf-16be" : null;
}

/**
 * UTF-16 without a mark: at least one byte in fifty is 0 (every letter of ASCII has one, and tabs and line ends of any
 * text), all of them on the same side of the pairs, and the pairs are characters.
 */
function wideWithoutMark(bytes: Uint8Array): string | null {
  const zeros: [even: number, odd: number] = [0, 0];
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === 0) zeros[at % 2 === 0 ? 0 : 1] += 1;
  const [even, odd] = zeros;
  if ((even + odd) * 50 < bytes.length || even + odd === 0 || (even > 0 && odd > 0)) return null;
  const label = odd > 0 ? "utf-16le" : "utf-16be";
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 2));
  try {
    new TextDecoder(label, { fatal: true }).decode(whole, { stream: true });
    return label;
  } catch {
    return null;
  }
}

/**
 * Bytes of the lines that are not UTF-8, joined, at most 64 KiB; null for a file that is UTF-8, or mostly: as many of
 * its lines with letters beyond ASCII are valid as are broken.
 */
async function linesBeyondUtf8(blob: Blob): Promise<Uint8Array | null> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for (let at = 0; at < blob.size; at += chunkBytes) {
    if (at > 0) await breathe();
    try {
      decoder.decode(await blob.slice(at, at + chunkBytes).arrayBuffer(), { stream: at + chunkBytes < blob.size });
    } catch {
      return await brokenLines(blob);
    }
  }
  return null;
}

async function brokenLines(blob: Blob): Promise<Uint8Array | null> {
  const broken: number[] = [];
  let [validCount, brokenCount] = [0, 0];
  for (let at = 0; at < blob.size && validCount < mostLines && brokenCount < mostLines; at += chunkBytes) {
    if (at > 0) await breathe();
    const chunk = new Uint8Array(await blob.slice(at, at + chunkBytes).arrayBuffer());
    // A line that lies across two chunks is not looked at.
    for (const line of linesOf(chunk)) {
      if (line.every((byte) => byte < 0x80)) continue;
      if (isText(line, "utf-8")) {
        validCount += 1;
        continue;
      }
      brokenCount += 1;
      if (broken.length < strangeBytes) broken.push(...line.subarray(0, 4096), lineFeed);
    }
  }
  return brokenCount > validCount ? Uint8Array.from(broken) : null;
}

function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(lineFeed, start);
    const end = found < 0 ? bytes.length : found;
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}

/** Whether all of the bytes are characters of this encoding. */
function isText(bytes: Uint8Array, label: string): boolean {
  try {
    new TextDecoder(label, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/**
 * The same text in UTF-8 with line feeds at its line ends: the file itself where it is so already. Where carriage returns
 * alone end its lines, they become line feeds. Errors: bad-settings, for an encoding that is not known here.
 */
export async function asUtf8(blob: Blob, label: string): Promise<Blob> {
  const carriage = await endsLinesByCarriageReturn(blob, label);
  if (label === "utf-8" && !carriage) return blob;
  const decoder = decoderOf(label);
  const encoder = new TextEncoder();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < blob.size; at += chunkBytes) {
    if (at > 0) await breathe();
    const bytes = new Uint8Array(await blob.slice(at, at + chunkBytes).arrayBuffer());
    // Bytes of UTF-8 stay as they are, so that a broken line is still known as one.
    if (label === "utf-8") {
      parts.push(bytes.map((byte) => (byte === carriageReturn ? lineFeed : byte)));
      continue;
    }
    const decoded = decoder.decode(bytes, { stream: at + chunkBytes < blob.size });
    const text = decoder.encoding === "windows-1252" ? withSigns(decoded) : decoded;
    parts.push(encoder.encode(carriage ? text.replaceAll("\r", "\n") : text));
  }
  return new Blob(parts);
}

/** What Windows-1252 has from 80 to 9F, in order; a blank where it has nothing. Source: the Encoding Standard's index. */
const signs = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

/** Some versions of Node decode Windows-1252 as ISO 8859-1, which has control characters there. */
function withSigns(text: string): string {
  return text.replace(/[\u0080-\u009F]/gu, (letter) => {
    const sign = signs[letter.charCodeAt(0) - 0x80] ?? " ";
    return sign === " " ? letter : sign;
  });
}

function decoderOf(label: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(label);
  } catch (cause) {
    const found = `There is no encoding ${JSON.stringify(label.slice(0, 40))}`;
    throw new AppError("bad-settings", `${found}; known are ${encodingLabels.join(", ")}.`, { cause });
  }
}

/** Whether the first characters have carriage returns and no line feed. */
async function endsLinesByCarriageReturn(blob: Blob, label: string): Promise<boolean> {
  const start = decoderOf(label).decode(await blob.slice(0, chunkBytes).arrayBuffer(), { stream: true });
  return start.includes("\r") && !start.includes("\n");
}
