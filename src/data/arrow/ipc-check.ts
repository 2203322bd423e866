import { maxRows } from "../tables/limits.ts";

/** Fields of a schema with all that lies in them, and vectors of a record: many times what tables have. */
const maxFields = 20_000;
const maxDepth = 16;
/** Digits of a decimal number: those of its widest form. The reader makes ten to the power of those behind the point. */
const maxDigits = 76;

interface Budget {
  fields: number;
}

/** One Arrow message: where its body begins and ends, and how many rows it claims. */
export interface MessageBounds {
  readonly next: number;
  readonly rowCount: number;
  readonly kind: "schema" | "dictionary" | "rows" | "other";
}

/**
 * Walks over the flatbuffer of one message, so that a reader that trusts its input can be let loose on it: every table and
 * vector lies inside the message and is as long as it says, schemas nest but a little, and buffers lie in the body. null at
 * the end of the messages. Errors: Error, where that is not so.
 *
 * Source: Apache Arrow, format/Message.fbs and Schema.fbs; FlatBuffers' internals.
 */
export function checkMessage(bytes: Uint8Array<ArrayBuffer>, start: number): MessageBounds | null {
  const prefix = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (start + 4 > bytes.length) return null;
  const marked = prefix.getUint32(start, true) === 0xffffffff;
  const at = start + (marked ? 4 : 0);
  if (at + 4 > bytes.length) return null;
  const length = prefix.getUint32(at, true);
  if (length === 0) return null;
  if (length > bytes.length - at - 4) throw new Error("it ends inside a message");
  const flat = new Flat(bytes.subarray(at + 4, at + 4 + length));
  const message = flat.root();
  const version = message.number(0, 2);
  const body = message.long(3);
  const bodyStart = at + 4 + length;
  if (body > bytes.length - bodyStart) throw new Error("it ends inside a message");
  const type = message.number(1, 1);
  const header = message.table(2);
  if (header === null) throw new Error("a message has no header");
  const bounds = { next: bodyStart + body, rowCount: 0 };
  if (type === 1) {
    checkSchema(header);
    return { ...bounds, kind: "schema" };
  }
  const data = type === 2 ? header.table(1) : header;
  if (type !== 2 && type !== 3) return { ...bounds, kind: "other" };
  if (data === null || version < 3) throw new Error("it is of a version before 1.0");
  // A dictionary's values are all made, whether a row has them or not.
  const rowCount = checkBatch(data, body, type === 2 ? maxRows : 2 ** 31);
  return { ...bounds, rowCount, kind: type === 2 ? "dictionary" : "rows" };
}

/** Checks the footer of a file, and returns where its messages begin. Errors: Error. */
export function checkFooter(bytes: Uint8Array<ArrayBuffer>): readonly number[] {
  const tail = 10;
  if (bytes.length < tail + 8) throw new Error("its end is missing");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - tail;
  const length = view.getInt32(end, true);
  if (String.fromCharCode(...bytes.subarray(end + 4)) !== "ARROW1") throw new Error("its end is missing");
  if (!(length > 0 && length <= end - 8)) throw new Error("its footer is longer than the file");
  const footer = new Flat(bytes.subarray(end - length, end)).root();
  const schema = footer.table(1);
  if (schema === null) throw new Error("its footer has no schema");
  checkSchema(schema);
  return [2, 3].flatMap((field) => footer.longs(field, 24, 0));
}

function checkSchema(schema: Table): void {
  const budget = { fields: maxFields };
  for (const field of schema.tables(1)) checkField(field, budget, 0);
  checkPairs(schema.tables(2), budget);
}

function checkField(field: Table, budget: Budget, depth: number): void {
  spend(budget, 1);
  if (depth > maxDepth) throw new Error(`its columns nest more than ${maxDepth} deep`);
  field.text(0);
  const type = field.table(3);
  // The type ids of a union; a time stamp's zone.
  if (field.number(2, 1) === 14) spend(budget, type?.vector(1, 4) ?? 0);
  if (field.number(2, 1) === 10) type?.text(1);
  if (field.number(2, 1) === 7 && Math.abs(type?.number(1, 4) ?? 0) > maxDigits) {
    throw new Error(`it has decimal numbers with ${type?.number(1, 4)} digits behind the point`);
  }
  field.table(4)?.table(1);
  for (const child of field.tables(5)) checkField(child, budget, depth + 1);
  checkPairs(field.tables(6), budget);
}

function checkPairs(pairs: readonly Table[], budget: Budget): void {
  spend(budget, pairs.length);
  for (const pair of pairs) {
    pair.text(0);
    pair.text(1);
  }
}

function spend(budget: Budget, count: number): void {
  budget.fields -= count;
  if (budget.fields < 0) throw new Error(`it has more than ${maxFields} columns and remarks`);
}

/** Returns the number of rows. */
function checkBatch(batch: Table, body: number, most: number): number {
  const rows = batch.long(0);
  for (const length of batch.longs(1, 16, 0)) if (length > most) throw new Error(`a column claims ${length} values`);
  const offsets = batch.longs(2, 16, 0);
  const lengths = batch.longs(2, 16, 8);
  if (offsets.some((offset, index) => offset + (lengths[index] ?? 0) > body)) {
    throw new Error("a column lies outside its message");
  }
  batch.table(3);
  for (const count of batch.longs(4, 8, 0)) if (count > offsets.length) throw new Error("a column lacks its buffers");
  return rows;
}

/** Bytes of a flatbuffer, read within their bounds. */
class Flat {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  root(): Table {
    return new Table(this, this.view.getUint32(0, true));
  }
}

/** A flatbuffer's table. Everything that is asked for lies inside the buffer, or a RangeError is thrown. */
class Table {
  readonly #flat: Flat;
  readonly #at: number;
  readonly #fields: number;
  readonly #size: number;

  constructor(flat: Flat, at: number) {
    this.#flat = flat;
    this.#at = at;
    this.#fields = at - flat.view.getInt32(at, true);
    this.#size = flat.view.getUint16(this.#fields, true);
    if (this.#fields < 0 || this.#fields + this.#size > flat.bytes.length) throw new Error("it ends inside a record");
  }

  /** Where a field lies; null where it is not given. */
  #place(field: number): number | null {
    const entry = 4 + 2 * field;
    const offset = entry + 2 > this.#size ? 0 : this.#flat.view.getUint16(this.#fields + entry, true);
    return offset === 0 ? null : this.#at + offset;
  }

  number(field: number, width: 1 | 2 | 4): number {
    const at = this.#place(field);
    if (at === null) return 0;
    const { view } = this.#flat;
    return width === 1 ? view.getUint8(at) : width === 2 ? view.getInt16(at, true) : view.getInt32(at, true);
  }

  /** A number of 64 bits that is a length. */
  long(field: number): number {
    const at = this.#place(field);
    return at === null ? 0 : this.#longAt(at);
  }

  #longAt(at: number): number {
    const value = Number(this.#flat.view.getBigInt64(at, true));
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) throw new Error(`it claims a length of ${value}`);
    return value;
  }

  table(field: number): Table | null {
    const at = this.#place(field);
    return at === null ? null : this.#tableAt(at);
  }

  #tableAt(at: number): Table {
    return new Table(this.#flat, at + this.#flat.view.getUint32(at, true));
  }

  /** How many things of `stride` bytes a vector holds. */
  vector(field: number, stride: number): number {
    return this.#vector(field, stride).count;
  }

  #vector(field: number, stride: number): { readonly count: number; readonly begin: number } {
    const at = this.#place(field);
    if (at === null) return { count: 0, begin: 0 };
    const { bytes, view } = this.#flat;
    const start = at + view.getUint32(at, true);
    const count = view.getUint32(start, true);
    if (count * stride > bytes.length - start - 4) throw new Error("it ends inside a list");
    return { count, begin: start + 4 };
  }

  text(field: number): void {
    this.#vector(field, 1);
  }

  tables(field: number): readonly Table[] {
    const { count, begin } = this.#vector(field, 4);
    if (count > maxFields) throw new Error(`it has more than ${maxFields} columns and remarks`);
    return Array.from({ length: count }, (_, index) => this.#tableAt(begin + 4 * index));
  }

  /** The numbers of 64 bits at this place in every record of a vector. */
  longs(field: number, stride: number, place: number): readonly number[] {
    const { count, begin } = this.#vector(field, stride);
    return Array.from({ length: count }, (_, index) => this.#longAt(begin + stride * index + place));
  }
}
