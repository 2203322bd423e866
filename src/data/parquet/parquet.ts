import type { FileMetaData } from "hyparquet";
import { parquetMetadata } from "hyparquet/src/metadata.js";
import type { ColumnMetaData, CompressionCodec, RowGroup } from "hyparquet/src/types.js";
import { breathe } from "../../core/breath.ts";
import { AppError, messageOf } from "../../core/errors.ts";
import { classNamesOf } from "../dataset/class-names.ts";
import { ChunkBytes } from "./chunk-bytes.ts";
import { cellOf, listCellOf } from "./parquet-cells.ts";
import { flatColumns, type FlatColumn } from "./parquet-columns.ts";
import { ColumnReader } from "./parquet-pages.ts";
import type { Unpack } from "../packing/codecs.ts";
import { unpackSnappy } from "../packing/snappy.ts";
import { maxCells, maxColumns, maxParquetBytes, maxRows, Room, tooLarge } from "../tables/limits.ts";
import type { RowSink } from "../tables/rows.ts";
import { thriftEnd } from "./thrift.ts";

/** What a Parquet file says of its columns. */
export interface ParquetColumns {
  readonly header: readonly string[];
  /** Per column the names of its classes by number; null where it holds no classes. */
  readonly classNames: readonly (readonly string[] | null)[];
  /** Columns that make no cells, each with what it holds. */
  readonly leftOut: readonly string[];
  /** Structs whose fields are columns, as "translation.en". */
  readonly structs: readonly string[];
}

const magic = "PAR1";
/** The length of the footer, and the last four bytes. */
const tailBytes = 8;
const maxFooterBytes = 16_000_000;
/** Rows between two breaths. */
const breathRows = 10_000;
/** All of one column in one row group, packed. */
const maxChunkBytes = 256_000_000;
/** Of a column of lists in one row group. */
const maxValues = 32_000_000;

/**
 * Reads a Parquet file a page of each column at a time; a row's "line" is its number from 1. Columns of texts, numbers and truth
 * values become cells, also where they are fields of a struct or lists of one; columns of anything else are left out.
 * Numbers of classes become their names where the file gives them, as the Hub's files do; missing values become empty
 * cells. lists: columns whose lists of several values are cells of their own.
 *
 * Errors: bad-table for a file that is cut short, damaged, encrypted, or packed with LZO; too-large above 2,000,000 rows,
 * 500 columns, 100 million cells or two gigabytes unpacked, and as the sink.
 */
export async function readParquetRows(
  blob: Blob,
  name: string,
  sink: RowSink,
  lists: (column: string) => boolean = () => false,
): Promise<ParquetColumns> {
  try {
    const footer = await readFooter(blob);
    const { columns, leftOut, structs } = flatColumns(footer, lists);
    checkSize(footer, columns, name);
    const names = classNamesOf(footer.key_value_metadata?.find(({ key }) => key === "huggingface")?.value ?? "");
    const classNames = columns.map((column) => names.get(column.name) ?? null);
    const room = new Room(name, maxParquetBytes, "bytes in its pages, unpacked");
    let line = 1;
    for (const group of footer.row_groups) {
      const readers = await groupReaders(blob, group, columns, room);
      for (let row = 0; row < Number(group.num_rows); row++) {
        if (line % breathRows === 0) await breathe();
        for (const reader of readers) if (reader.isAtEnd) await reader.turn();
        const cells = columns.map((column, index) =>
          (column.list ? listCellOf : cellOf)(readers[index]?.take(), column, classNames[index] ?? null),
        );
        sink.row(cells, line++);
      }
    }
    return { header: columns.map((column) => column.name), classNames, leftOut, structs };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError(
      "bad-table",
      `${name} is a Parquet file that cannot be read: ${messageOf(cause)}. Download it again, or save it anew with Snappy packing.`,
      { cause },
    );
  }
}

/** Errors: Error. */
async function readFooter(blob: Blob): Promise<FileMetaData> {
  const tail = await bytesOf(blob, blob.size - tailBytes, tailBytes);
  const end = String.fromCharCode(...tail.subarray(4));
  if (end === "PARE") throw new Error("it is encrypted");
  if (end !== magic) throw new Error("its end is missing");
  const length = new DataView(tail.buffer).getUint32(0, true);
  if (length > blob.size - tailBytes - magic.length) throw new Error("its footer is longer than the file");
  if (length > maxFooterBytes) throw new Error(`its footer has ${length} bytes; at most ${maxFooterBytes} are read`);
  const bytes = await bytesOf(blob, blob.size - tailBytes - length, length + tailBytes);
  thriftEnd(bytes.subarray(0, length), 0);
  return parquetMetadata(bytes, { geoparquet: false });
}

async function bytesOf(blob: Blob, begin: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const end = begin + length;
  if (!(begin >= magic.length && length >= 0 && end <= blob.size)) throw new Error("it is cut short");
  return new Uint8Array(await blob.slice(begin, end).arrayBuffer());
}

function checkSize(footer: FileMetaData, columns: readonly FlatColumn[], name: string): void {
  if (columns.length > maxColumns) throw tooLarge(name, `${columns.length} columns; at most ${maxColumns} are read`);
  const rows = Number(footer.num_rows);
  if (rows > maxRows) throw tooLarge(name, `${rows} rows; at most ${maxRows} are read`);
  const cells = rows * columns.length;
  if (cells > maxCells) throw tooLarge(name, `${cells} cells; at most ${maxCells} are read`);
  const counts = footer.row_groups.map((group) => Number(group.num_rows));
  if (counts.some((count) => !(count >= 0))) throw new Error("a row group has no number of rows");
  const sum = counts.reduce((total, count) => total + count, 0);
  if (sum !== rows) throw new Error(`its row groups hold ${sum} rows where its footer says ${rows}`);
}

/** Per column what reads its values. Errors: Error, naming the column. */
async function groupReaders(
  blob: Blob,
  group: RowGroup,
  columns: readonly FlatColumn[],
  room: Room,
): Promise<readonly ColumnReader[]> {
  const readers: ColumnReader[] = [];
  for (const column of columns) {
    const chunk = group.columns.find((one) => one.meta_data?.path_in_schema.join("\0") === column.path.join("\0"));
    if (chunk?.meta_data === undefined) throw new Error(`a row group lacks the column ${column.name}`);
    if (chunk.file_path !== undefined && chunk.file_path !== "") throw new Error("its values lie in another file");
    const { codec } = chunk.meta_data;
    const unpack = await unpackOf(codec, column.name);
    const bytes = new ChunkBytes(blob, ...rangeOf(chunk.meta_data));
    const rowCount = Number(group.num_rows);
    const valueCount = column.list ? Number(chunk.meta_data.num_values) : rowCount;
    if (!(valueCount <= maxValues)) {
      throw new Error(`its column ${column.name} has ${valueCount} values in one row group`);
    }
    readers.push(new ColumnReader(column, { bytes, codec, unpack, rowCount, valueCount, room }));
  }
  return readers;
}

/** null: not packed. What is seldom is fetched at the first such file. Errors: Error, naming the column. */
async function unpackOf(codec: CompressionCodec, name: string): Promise<Unpack | null> {
  if (codec === "UNCOMPRESSED") return null;
  if (codec === "SNAPPY") return unpackSnappy;
  const { codecs } = await import("../packing/codecs.ts");
  const found = codecs[codec];
  if (found !== undefined) return found;
  throw new Error(`its column ${name} is packed with ${codec}; read are SNAPPY, ${Object.keys(codecs).join(", ")}`);
}

/** Begin and length in bytes. */
function rangeOf(column: ColumnMetaData): readonly [begin: number, length: number] {
  const { data_page_offset: data, dictionary_page_offset: words, total_compressed_size: size } = column;
  // Some writers give 0 where there is no dictionary.
  const begin = words !== undefined && words > 0n && words < data ? words : data;
  if (size > maxChunkBytes)
    throw new Error(`a column has ${size} bytes in one row group; at most ${maxChunkBytes} are read`);
  return [Number(begin), Number(size)];
}
