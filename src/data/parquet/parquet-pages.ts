import type { SchemaElement } from "hyparquet";
import { parquetHeader, readPage } from "hyparquet/src/column.js";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import type { CompressionCodec, DecodedArray, PageHeader, ParquetType } from "hyparquet/src/types.js";
import { brokenMark } from "../tables/lines.ts";
import { unpackSnappy } from "./snappy.ts";
import { thriftEnd } from "./thrift.ts";

/** A column without children, as its pages are read. */
export interface FlatColumn {
  readonly name: string;
  readonly type: ParquetType;
  readonly nullable: boolean;
}

/** One column's share of a row group: its bytes, how they are packed, and how many rows they hold. */
interface ColumnBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly codec: CompressionCodec;
  readonly rowCount: number;
}

/** Unpacked; writers aim at one megabyte. */
const maxPageBytes = 256_000_000;
/** The encodings that the Hub's files are made of. Others can blow up a small page beyond any memory. */
const encodings = new Set(["PLAIN", "PLAIN_DICTIONARY", "RLE_DICTIONARY", "RLE"]);

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** As in a text file, bytes that are no UTF-8 become a mark that no text can hold. */
function textOf(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return brokenMark;
  }
}

/**
 * The values of a column, one a row: text, number, bigint or boolean; null or undefined where there is none. Every
 * length that a page claims is checked before hyparquet, which believes them, is let near it.
 *
 * Errors: Error, with what is wrong in words that complete "it cannot be read: …".
 */
export function readColumnBytes(column: FlatColumn, { bytes, codec, rowCount }: ColumnBytes): readonly unknown[] {
  const decoder = decoderOf(column);
  const values: unknown[] = [];
  let dictionary: DecodedArray | undefined;
  let at = 0;
  while (values.length < rowCount) {
    const begin = thriftEnd(bytes, at);
    const header = parquetHeader({ view: new DataView(bytes.buffer, bytes.byteOffset + at, begin - at), offset: 0 });
    const packed = pageBytes(bytes, begin, header.compressed_page_size);
    const page = unpackedPage(packed, header, codec);
    checkPage(header, column, page, packed, rowCount - values.length);
    const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: begin };
    const compressors = { SNAPPY: () => page };
    const { data = [] } = readPage(reader, header, { ...decoder, codec, compressors }, dictionary, undefined, 0);
    if (header.type === "DICTIONARY_PAGE") dictionary = decoder.text ? Array.from(data, decodedText) : data;
    else appendValues(values, data, header, decoder.text);
    at = begin + packed.length;
  }
  return values;
}

function decodedText(value: unknown): string {
  if (!(value instanceof Uint8Array)) throw new Error("a text is not made of bytes");
  return textOf(value);
}

/** What hyparquet is told of a column: its physical type and no more, so that values come as they lie in the file. */
function decoderOf({ name, type, nullable }: FlatColumn) {
  const element: SchemaElement = { name, type, repetition_type: nullable ? "OPTIONAL" : "REQUIRED" };
  const root = { element: { name: "root" }, children: [], count: 2, path: [] };
  const schemaPath = [root, { element, children: [], count: 1, path: [name] }];
  const pathInSchema = [name];
  return {
    pathInSchema,
    type,
    element,
    schemaPath,
    parsers: DEFAULT_PARSERS,
    utf8: false,
    text: type === "BYTE_ARRAY",
  };
}

function pageBytes(bytes: Uint8Array<ArrayBuffer>, begin: number, length: number): Uint8Array<ArrayBuffer> {
  if (!(Number.isInteger(length) && length >= 0 && length <= bytes.length - begin)) {
    throw new Error("a page is longer than its column");
  }
  return bytes.subarray(begin, begin + length);
}

/** The page's values without their packing; of the second page format without the levels before them. */
function unpackedPage(packed: Uint8Array<ArrayBuffer>, header: PageHeader, codec: string): Uint8Array<ArrayBuffer> {
  const levels = levelBytes(header);
  const size = header.uncompressed_page_size - levels;
  if (!(Number.isInteger(size) && size >= 0 && size <= maxPageBytes)) {
    throw new Error(`a page has ${header.uncompressed_page_size} bytes; at most ${maxPageBytes} are read`);
  }
  const body = packed.subarray(levels);
  const plain = codec === "UNCOMPRESSED" || header.data_page_header_v2?.is_compressed === false;
  return plain ? body : unpackSnappy(body, size);
}

function levelBytes({ data_page_header_v2: second }: PageHeader): number {
  if (second === undefined) return 0;
  const { repetition_levels_byte_length: repetition, definition_levels_byte_length: definition } = second;
  if (repetition !== 0 || !(Number.isInteger(definition) && definition >= 0)) {
    throw new Error("a page's levels are those of a list");
  }
  return definition;
}

/** Refuses a page that claims more values than rows are left, another encoding, or runs that lead out of it. */
function checkPage(
  { dictionary_page_header: words, data_page_header: first, data_page_header_v2: second }: PageHeader,
  { type, nullable }: FlatColumn,
  page: Uint8Array,
  packed: Uint8Array,
  rowsLeft: number,
): void {
  const data = words ?? first ?? second;
  if (data === undefined) throw new Error("a page is of an unknown kind");
  const count = data.num_values;
  if (!(Number.isInteger(count) && count >= 0 && count <= rowsLeft)) {
    throw new Error(`a page claims ${count} values where ${rowsLeft} rows are left`);
  }
  if (!encodings.has(data.encoding)) {
    throw new Error(`its encoding ${data.encoding} is not among those read: ${[...encodings].join(", ")}`);
  }
  if (words !== undefined) return;
  let at = 0;
  if (nullable) {
    if (second === undefined) at = checkSizedRuns(page, 0, count);
    else checkRuns(packed, 0, second.definition_levels_byte_length, 1, count);
  }
  if (data.encoding === "PLAIN") return;
  if (type === "BOOLEAN") checkSizedRuns(page, at, count);
  else checkRuns(page, at + 1, page.length, page[at] ?? 33, count);
}

/** Runs of one bit behind their length in bytes; returns where they end. */
function checkSizedRuns(bytes: Uint8Array, at: number, count: number): number {
  if (at + 4 > bytes.length) throw new Error("a page ends inside its levels");
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);
  if (length > bytes.length - at - 4) throw new Error("a page ends inside its levels");
  checkRuns(bytes, at + 4, at + 4 + length, 1, count);
  return at + 4 + length;
}

/** Parquet's mix of repeated and bit-packed values: no run may hold more values than the page. */
function checkRuns(bytes: Uint8Array, start: number, end: number, bitWidth: number, count: number): void {
  if (bitWidth > 32) throw new Error(`a page has numbers of ${bitWidth} bits`);
  let at = start;
  for (let seen = 0; at < end && seen < count;) {
    let head = 0;
    let shift = 0;
    for (let byte = 128; byte >= 128; shift += 7) {
      byte = bytes[at++] ?? 255;
      if (shift > 28) throw new Error("a run has no end");
      head += (byte & 127) * 2 ** shift;
    }
    const half = Math.floor(head / 2);
    const values = head % 2 === 1 ? 8 * half : half;
    // The last of the groups of eight is filled up, and some writers fill up more.
    const most = count - seen + (head % 2 === 1 ? 512 : 0);
    if (values > most) throw new Error("a run is longer than its page");
    seen += values;
    at += head % 2 === 1 ? half * bitWidth : Math.ceil(bitWidth / 8);
  }
}

function appendValues(values: unknown[], data: DecodedArray, header: PageHeader, text: boolean): void {
  const count = (header.data_page_header ?? header.data_page_header_v2)?.num_values;
  if (data.length !== count) throw new Error(`a page holds ${data.length} values where its header says ${count}`);
  for (const value of data) values.push(text && value instanceof Uint8Array ? textOf(value) : value);
}
