import type { SchemaElement } from "hyparquet";
import { parquetHeader, readPage } from "hyparquet/src/column.js";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { deltaBinaryUnpack } from "hyparquet/src/delta.js";
import { readVarInt } from "hyparquet/src/thrift.js";
import type { CompressionCodec, DecodedArray, PageHeader } from "hyparquet/src/types.js";
import type { Room } from "../tables/limits.ts";
import type { Unpack } from "../packing/codecs.ts";
import type { ChunkBytes } from "./chunk-bytes.ts";
import { PageTexts, textOf } from "./page-texts.ts";
import type { FlatColumn } from "./parquet-columns.ts";

/** One column's share of a row group: its bytes, how they are packed, and how many rows and values they hold. */
interface ColumnChunk {
  readonly bytes: ChunkBytes;
  readonly codec: CompressionCodec;
  /** null: they are not packed. */
  readonly unpack: Unpack | null;
  readonly rowCount: number;
  /** As many as rows, but for lists. */
  readonly valueCount: number;
  /** Of all pages of the file, unpacked: a page may be long and hold hardly a value. */
  readonly room: Room;
}

/** Unpacked; writers aim at one megabyte. */
const maxPageBytes = 256_000_000;
const encodings = new Set([
  "PLAIN",
  "PLAIN_DICTIONARY",
  "RLE_DICTIONARY",
  "RLE",
  "DELTA_BINARY_PACKED",
  "DELTA_LENGTH_BYTE_ARRAY",
  "DELTA_BYTE_ARRAY",
  "BYTE_STREAM_SPLIT",
]);
/** Of a value of fixed length. */
const maxTypeLength = 1000;

/**
 * The values of a column, one a row: text, number, bigint or boolean; null or undefined where there is none; of a list
 * what hyparquet nests, see listCellOf(). Every length that a page claims is checked before hyparquet, which believes them,
 * is let near it.
 */
export class ColumnReader {
  readonly #column: FlatColumn;
  readonly #chunk: ColumnChunk;
  readonly #decoder: ReturnType<typeof decoderOf>;
  #dictionary: DecodedArray | undefined;
  /** Of the page that is being read; of lists, of all pages. */
  #values: ArrayLike<unknown> | PageTexts = [];
  #taken = 0;
  #valuesLeft: number;
  /** Where the next page begins. */
  #at = 0;

  /** Errors: Error. */
  constructor(column: FlatColumn, chunk: ColumnChunk) {
    if ((column.typeLength ?? 0) > maxTypeLength) throw new Error(`its values have ${column.typeLength} bytes each`);
    this.#column = column;
    this.#chunk = chunk;
    this.#decoder = decoderOf(column);
    this.#valuesLeft = chunk.valueCount;
  }

  /** Whether a page is to be turned before the next value. */
  get isAtEnd(): boolean {
    return this.#taken >= this.#values.length;
  }

  /**
   * Goes to the next page with a value. Errors: Error, with what is wrong in words that complete "it cannot be read: …";
   * too-large, of the room.
   */
  async turn(): Promise<void> {
    [this.#values, this.#taken] = [[], 0];
    while (this.isAtEnd) this.#values = this.#column.list ? await this.#allLists() : await this.#nextPage();
  }

  /** The next row's. */
  take(): unknown {
    const index = this.#taken++;
    if (this.#values instanceof PageTexts) return this.#values.at(index);
    const value = this.#values[index];
    const { text } = this.#decoder;
    if (this.#column.list) return text ? decodedList(value) : value;
    const one = singleOf(value);
    return text && one instanceof Uint8Array ? textOf(one) : one;
  }

  /** The rest of a list may come in the next page. */
  async #allLists(): Promise<readonly unknown[]> {
    const { rowCount } = this.#chunk;
    const lists: unknown[] = [];
    while (this.#valuesLeft > 0) await this.#nextPage(lists);
    if (lists.length === rowCount) return lists;
    throw new Error(`a column holds ${lists.length} rows where its group has ${rowCount}`);
  }

  /** Values of the next page; [] of one that has none, is the dictionary, or holds lists, which `lists` is given. */
  async #nextPage(lists?: unknown[]): Promise<ArrayLike<unknown> | PageTexts> {
    const { bytes, codec, unpack, room } = this.#chunk;
    const head = await bytes.struct(this.#at);
    const header = parquetHeader({ view: viewOf(head), offset: 0 });
    const begin = this.#at + head.length;
    const packed = await bytes.bytes(begin, header.compressed_page_size);
    const page = unpackedPage(packed, header, unpack, room);
    const count = checkPage(header, this.#column, page, packed, this.#valuesLeft);
    this.#at = begin + packed.length;
    const isDictionary = header.type === "DICTIONARY_PAGE";
    if (count === 0 && !isDictionary) return [];
    const reader = { view: viewOf(packed), offset: 0 };
    const given = { ...this.#decoder, codec, compressors: { [codec]: () => page } };
    const { data = [] } = readPage(reader, header, given, this.#dictionary, lists, 0);
    if (isDictionary) {
      this.#dictionary = this.#decoder.text ? Array.from(data, decodedText) : data;
      return [];
    }
    this.#valuesLeft -= count;
    if (lists !== undefined) return [];
    if (data.length !== count) throw new Error(`a page holds ${data.length} values where its header says ${count}`);
    return (this.#decoder.text ? PageTexts.of(data, page.buffer) : null) ?? data;
  }
}

function viewOf(bytes: Uint8Array<ArrayBuffer>): DataView<ArrayBuffer> {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function decodedList(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodedList);
  return value instanceof Uint8Array ? textOf(value) : value;
}

function decodedText(value: unknown): string {
  if (!(value instanceof Uint8Array)) throw new Error("a text is not made of bytes");
  return textOf(value);
}

/** What hyparquet is told of a column: its physical type and no more, so that values come as they lie in the file. */
function decoderOf({ name, type, typeLength, repetitions, meaning }: FlatColumn) {
  const plain = { name, type, ...(typeLength === undefined ? {} : { type_length: typeLength }) };
  const elements = repetitions.map((repetition): SchemaElement => ({ ...plain, repetition_type: repetition }));
  const root = { element: { name: "root" }, children: [], count: 1, path: [] };
  const schemaPath = [root, ...elements.map((element) => ({ element, children: [], count: 1, path: [name] }))];
  const pathInSchema = [name];
  return {
    pathInSchema,
    type,
    element: elements.at(-1) ?? plain,
    schemaPath,
    parsers: DEFAULT_PARSERS,
    utf8: false,
    text: type === "BYTE_ARRAY" && meaning === "plain",
  };
}

/** The page's values without their packing; of the second page format without the levels before them. */
function unpackedPage(
  packed: Uint8Array<ArrayBuffer>,
  header: PageHeader,
  unpack: Unpack | null,
  room: Room,
): Uint8Array<ArrayBuffer> {
  const levels = levelBytes(header);
  const size = header.uncompressed_page_size - levels;
  if (!(Number.isInteger(size) && size >= 0 && size <= maxPageBytes)) {
    throw new Error(`a page has ${header.uncompressed_page_size} bytes; at most ${maxPageBytes} are read`);
  }
  room.take(size);
  const body = packed.subarray(levels);
  return unpack === null || header.data_page_header_v2?.is_compressed === false ? body : unpack(body, size);
}

function levelBytes({ data_page_header_v2: second }: PageHeader): number {
  if (second === undefined) return 0;
  const { repetition_levels_byte_length: repetition, definition_levels_byte_length: definition } = second;
  if (![repetition, definition].every((length) => Number.isInteger(length) && length >= 0)) {
    throw new Error("a page's levels have no length");
  }
  return repetition + definition;
}

/**
 * Refuses a page that claims more values than rows are left, another encoding, or runs that lead out of it; returns how
 * many values it claims.
 */
function checkPage(
  { dictionary_page_header: words, data_page_header: first, data_page_header_v2: second }: PageHeader,
  { type, repetitions }: FlatColumn,
  page: Uint8Array,
  packed: Uint8Array,
  rowsLeft: number,
): number {
  const data = words ?? first ?? second;
  if (data === undefined) throw new Error("a page is of an unknown kind");
  const count = data.num_values;
  if (!(Number.isInteger(count) && count >= 0 && count <= rowsLeft)) {
    throw new Error(`a page claims ${count} values where ${rowsLeft} rows are left`);
  }
  if (!encodings.has(data.encoding)) {
    throw new Error(`its encoding ${data.encoding} is not among those read: ${[...encodings].join(", ")}`);
  }
  if (words !== undefined) return count;
  const missing = second?.num_nulls ?? 0;
  if (!(Number.isInteger(missing) && missing >= 0 && missing <= count)) {
    throw new Error(`a page claims ${missing} missing values of ${count}`);
  }
  const at = checkLevels(page, packed, { repetitions, second, count });
  if ((type === "BOOLEAN") !== (data.encoding === "RLE") && /RLE$|DICTIONARY$/.test(data.encoding)) {
    throw new Error(`a page of the type ${type} has the encoding ${data.encoding}`);
  }
  if (data.encoding === "RLE") checkSizedRuns(page, at, 1, { count, least: 0 });
  else if (data.encoding.endsWith("DICTIONARY")) checkRuns(page, at + 1, page[at] ?? 33, { count, least: 0 });
  else if (data.encoding.startsWith("DELTA")) checkDelta(page, at, data.encoding, count);
  return count;
}

interface Levels {
  readonly repetitions: FlatColumn["repetitions"];
  readonly second: PageHeader["data_page_header_v2"];
  readonly count: number;
}

/** Runs of the levels that say which values are missing; returns where the values begin. */
function checkLevels(page: Uint8Array, packed: Uint8Array, { repetitions, second, count }: Levels): number {
  const width = (levels: number): number => 32 - Math.clz32(levels);
  const repeated = width(repetitions.filter((one) => one === "REPEATED").length);
  const defined = width(repetitions.filter((one) => one !== "REQUIRED").length);
  if (second !== undefined) {
    const begin = second.repetition_levels_byte_length;
    if (repeated > 0) checkRuns(packed, 0, repeated, { count, least: count });
    if (defined > 0) checkRuns(packed, begin, defined, { count, least: count });
    return 0;
  }
  const at = repeated > 0 ? checkSizedRuns(page, 0, repeated, { count, least: count }) : 0;
  return defined > 0 ? checkSizedRuns(page, at, defined, { count, least: count }) : at;
}

/**
 * Refuses a header of delta encoding that asks for more than the page has, and texts that repeat the beginning of those
 * before them until they are too long together.
 */
function checkDelta(page: Uint8Array, at: number, encoding: string, count: number): void {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  const reader = { view, offset: at };
  // No value, no header.
  if (count === 0 || at >= page.length) return;
  checkDeltaHeader(reader, page.length);
  if (encoding !== "DELTA_BYTE_ARRAY") return;
  const prefixes = new Int32Array(count);
  deltaBinaryUnpack(reader, announced(reader, count), prefixes);
  const characters = prefixes.reduce((sum, length) => sum + Math.max(0, length), 0);
  if (characters > maxPageBytes) throw new Error(`a page's texts have more than ${maxPageBytes} bytes`);
}

interface Reader {
  readonly view: DataView;
  offset: number;
}

function checkDeltaHeader({ view, offset }: Reader, bytes: number): void {
  const reader = { view, offset };
  const [blockSize, miniblocks] = [readVarInt(reader), readVarInt(reader)];
  if (!(miniblocks > 0 && miniblocks <= bytes && blockSize > 0 && blockSize % miniblocks === 0)) {
    throw new Error(`a page has blocks of ${blockSize} values in ${miniblocks} parts`);
  }
}

/** How many values a delta header announces, missing ones not among them; at most `count`. */
function announced({ view, offset }: Reader, count: number): number {
  const reader = { view, offset };
  readVarInt(reader);
  readVarInt(reader);
  const found = readVarInt(reader);
  if (!(found >= 0 && found <= count)) throw new Error(`a page announces ${found} values of ${count}`);
  return found;
}

/** How many values runs may hold, and how many they must: of levels all, of values those that are not missing. */
interface WantedRuns {
  readonly count: number;
  readonly least: number;
}

/** Runs behind their length in bytes; returns where they end. */
function checkSizedRuns(bytes: Uint8Array, at: number, bitWidth: number, wanted: WantedRuns): number {
  if (at + 4 > bytes.length) throw new Error("a page ends inside its levels");
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);
  if (length > bytes.length - at - 4) throw new Error("a page ends inside its levels");
  checkRuns(bytes, at + 4, bitWidth, wanted);
  return at + 4 + length;
}

/**
 * Parquet's mix of repeated and bit-packed values: no run may hold more values than the page. Where runs are said to end is
 * no matter: hyparquet goes on until it has as many values as it wants.
 */
function checkRuns(bytes: Uint8Array, start: number, bitWidth: number, { count, least }: WantedRuns): void {
  if (bitWidth > 32) throw new Error(`a page has numbers of ${bitWidth} bits`);
  let [at, seen] = [start, 0];
  while (at < bytes.length && seen < count) {
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
  if (seen < least) throw new Error("a page ends inside its levels");
}

/** The value in lists of one, as hyparquet nests what lies in structs and lists; undefined where one is empty. */
function singleOf(value: unknown): unknown {
  let one = value;
  while (Array.isArray(one)) {
    if (one.length > 1) throw new Error("a row holds several values");
    one = one[0] as unknown;
  }
  return one;
}
