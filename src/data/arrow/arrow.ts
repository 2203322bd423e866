import {
  Column,
  CompressionType,
  setCompressionCodec,
  tableFromIPC,
  Type,
  type DataType,
  type FixedSizeListType,
  type LargeListType,
  type ListType,
} from "@uwdata/flechette";
import { forEachIndex } from "../../core/breath.ts";
import { AppError, messageOf } from "../../core/errors.ts";
import { classNamesOf } from "../dataset/class-names.ts";
import { unpackZstd } from "../packing/zstd.ts";
import { unpackLz4Frame } from "../packing/lz4.ts";
import { shortest, halfDigits, withDecimals } from "../parquet/parquet-cells.ts";
import type { ParquetColumns } from "../parquet/parquet.ts";
import { listCell } from "../tables/labels/list-cells.ts";
import { maxArrowBytes, maxColumns, maxRows, Room, tooLarge } from "../tables/limits.ts";
import type { RowSink } from "../tables/rows.ts";
import { checkFooter, checkMessage } from "./ipc-check.ts";

const maxBytes = 512_000_000;
/** Of one buffer, unpacked. */
const maxBufferBytes = 256_000_000;
/** Of the file that is being read: the library unpacks it in one go, and calls back without saying which it is. */
let room = new Room("", 0, "bytes");
/** Values of one row. */
const mostInList = 10_000;

for (const [type, unpack] of [
  [CompressionType.LZ4_FRAME, unpackLz4Frame],
  [CompressionType.ZSTD, unpackZstd],
] as const) {
  setCompressionCodec(type, {
    decode(packed, size = -1) {
      if (!(size >= 0 && size <= maxBufferBytes)) throw new Error(`a column has ${size} bytes in one batch`);
      room.take(size);
      return unpack(new Uint8Array(packed), size);
    },
    // Nothing is written.
    encode: (bytes) => bytes,
  });
}

/**
 * Reads an Arrow file (Feather, version 2) or stream, as the datasets library caches it, packed with LZ4, Zstandard or
 * not at all; a row's "line" is its number from 1. Columns become cells as a Parquet file's do: see readParquetRows.
 *
 * Errors: bad-table for a damaged file, or one without a column of texts or numbers; too-large above 512 MB, or a gigabyte
 * unpacked, 2,000,000 rows or 500 columns, and as the sink.
 */
export async function readArrowRows(
  blob: Blob,
  name: string,
  sink: RowSink,
  lists: (column: string) => boolean = () => false,
): Promise<ParquetColumns> {
  if (blob.size > maxBytes) throw tooLarge(name, `${blob.size} bytes; up to ${maxBytes} are read`);
  try {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const rowCount = checkMessages(bytes);
    if (rowCount > maxRows) throw tooLarge(name, `${rowCount} rows; at most ${maxRows} are read`);
    room = new Room(name, maxArrowBytes, "bytes in its columns, unpacked");
    const table = tableFromIPC(bytes, { useBigInt: true, useDecimalInt: true });
    const names = classNamesOf(table.schema.metadata?.get("huggingface") ?? "");
    const { columns, leftOut, structs } = cellColumns(table, lists);
    if (columns.length > maxColumns) throw tooLarge(name, `${columns.length} columns; at most ${maxColumns} are read`);
    if (table.schema.fields.some((_, index) => table.getChildAt(index).length !== rowCount)) {
      throw new Error(`its columns do not have ${rowCount} rows each, as its batches say`);
    }
    await forEachIndex(rowCount, (row) => {
      sink.row(
        columns.map((column) => column.cell(row, names.get(column.name) ?? null)),
        row + 1,
      );
    });
    const header = columns.map((column) => column.name);
    return { header, classNames: header.map((column) => names.get(column) ?? null), leftOut, structs };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const found = `${name} is an Arrow file that cannot be read: ${messageOf(cause)}`;
    throw new AppError("bad-table", `${found}. Save it again, or as Parquet or CSV (pandas: to_parquet).`, { cause });
  }
}

/** Checks all messages before any is read; returns the number of rows. Errors: Error. */
function checkMessages(bytes: Uint8Array<ArrayBuffer>): number {
  const isFile = String.fromCharCode(...bytes.subarray(0, 6)) === "ARROW1";
  let rows = 0;
  const add = (start: number): number | null => {
    const message = checkMessage(bytes, start);
    if (message?.kind === "rows") rows += message.rowCount;
    return message?.next ?? null;
  };
  if (isFile) {
    for (const start of checkFooter(bytes)) if (add(start) === null) throw new Error("its footer names no message");
    return rows;
  }
  for (let at: number | null = 0; at !== null;) at = add(at);
  return rows;
}

interface CellColumn {
  readonly name: string;
  readonly cell: Cell;
}

interface CellColumns {
  readonly columns: readonly CellColumn[];
  readonly leftOut: readonly string[];
  readonly structs: readonly string[];
}

function cellColumns(table: ReturnType<typeof tableFromIPC>, lists: (column: string) => boolean): CellColumns {
  const leftOut: string[] = [];
  const structs: string[] = [];
  const columns = table.schema.fields.flatMap(({ name: given, type }, index): readonly CellColumn[] => {
    const name = nameOf(given);
    const values: Column<unknown> = table.getChildAt(index);
    const cell = cellsOf(values, type, lists(name));
    if (cell !== null) return [{ name, cell }];
    const fields = type.typeId === Type.Struct ? type.children : [];
    const inner = fields.flatMap((field, at): readonly CellColumn[] => {
      const batches = values.data.flatMap(({ children }) => children?.[at] ?? []);
      const one = cellsOf(new Column(batches, field.type), field.type, lists(`${name}.${nameOf(field.name)}`));
      const isGiven = givenIn(values);
      const fieldCell: Cell = (row, names) => (isGiven(row) ? (one?.(row, names) ?? "") : "");
      return one === null ? [] : [{ name: `${name}.${nameOf(field.name)}`, cell: fieldCell }];
    });
    if (inner.length > 0) structs.push(name);
    else leftOut.push(`${name} (${isList(type) ? "lists of several values" : kindName(type)})`);
    return inner;
  });
  if (columns.length > 0) return { columns, leftOut, structs };
  const found = table.schema.fields.map(({ name }) => name).join(", ");
  throw new Error(`no column holds texts or numbers (found: ${found === "" ? "none" : found})`);
}

/** A column need not have a name, whatever the library's types say. */
function nameOf(given: unknown): string {
  return typeof given === "string" ? given : "";
}

/** Tells for rows, asked for in their order, whether a struct is there: what lies under a missing one is anything. */
function givenIn({ data, offsets }: Column<unknown>): (row: number) => boolean {
  let at = 0;
  return (row) => {
    while (row >= (offsets[at + 1] ?? Infinity)) at += 1;
    const batch = data[at];
    return (
      batch?.nullCount === 0 ||
      (batch?.validity?.length ?? 0) === 0 ||
      batch?.isValid(row - (offsets[at] ?? 0)) === true
    );
  };
}

function isList(type: DataType): type is ListType | LargeListType | FixedSizeListType {
  return type.typeId === Type.List || type.typeId === Type.LargeList || type.typeId === Type.FixedSizeList;
}

/**
 * Whether no list has more than `limit` values, and each lies among the values: by the offsets, before any list is made.
 */
function holdsAtMost(limit: number, { data }: Column<unknown>, type: DataType): boolean {
  if (type.typeId === Type.FixedSizeList) return type.stride <= limit;
  return data.every(({ offsets, children, length }) => {
    if (offsets === undefined || offsets.length <= length) return length === 0;
    const most = children?.[0]?.length ?? 0;
    for (let row = 0; row < length; row++) {
      const [begin, end] = [Number(offsets[row]), Number(offsets[row + 1])];
      if (!(begin >= 0 && begin <= end && end <= begin + limit && end <= most)) return false;
    }
    return true;
  });
}

function kindName({ typeId }: DataType): string {
  const [name = "values"] = Object.entries(Type).find(([, id]) => id === typeId) ?? [];
  return typeId === Type.Struct ? "nested values: a list or a struct" : name.toLowerCase();
}

/** A row's cell; `names`: of classes by number. */
type Cell = (row: number, names: readonly string[] | null) => string;

/**
 * How a column's values become cells; null for types that make none, as dates, and lists of several values unless `lists`.
 */
function cellsOf(values: Column<unknown>, type: DataType, lists: boolean): Cell | null {
  if (!isList(type)) {
    const text = textOf(type);
    return text === null ? null : (row, names) => text(values.at(row), names);
  }
  const inner = type.children[0].type;
  const text = isList(inner) ? null : textOf(inner);
  if (text === null) return null;
  if (holdsAtMost(1, values, type)) return (row, names) => text(firstOf(values.at(row)), names);
  if (!lists || !holdsAtMost(mostInList, values, type)) return null;
  return (row, names) => {
    const list: unknown = values.at(row);
    if (!isIterable(list)) return "";
    return listCell(Array.from(list).flatMap((value) => (value === null ? [] : [text(value, names)])));
  };
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

type Text = (value: unknown, names: readonly string[] | null) => string;

/** null for types that make no cell. */
function textOf(type: DataType): Text | null {
  switch (type.typeId) {
    case Type.Dictionary:
      return textOf(type.dictionary);
    case Type.Float:
      return (value) => floatText(value, type.precision);
    case Type.Decimal: {
      const { scale } = type;
      if (!(scale >= 0 && scale <= 76)) return null;
      return (value) =>
        typeof value === "bigint" || typeof value === "number" ? withDecimals(BigInt(value), scale) : "";
    }
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
    case Type.Int:
    case Type.Bool:
      return plainText;
    default:
      return null;
  }
}

function firstOf(list: unknown): unknown {
  return typeof list === "object" && list !== null ? Reflect.get(list, 0) : null;
}

function plainText(value: unknown, names: readonly string[] | null): string {
  if (typeof value === "bigint" || typeof value === "number") return names?.[Number(value)] ?? String(value);
  return typeof value === "string" || typeof value === "boolean" ? String(value) : "";
}

/** In as few digits as a float of this precision (16, 32 or 64 bits) needs. */
function floatText(value: unknown, precision: 0 | 1 | 2): string {
  if (typeof value !== "number") return "";
  if (precision === 0) return String(halfDigits(value));
  return String(precision === 1 ? shortest(value, Math.fround, 6, 9) : value);
}
