import { list, tableFromArrays, tableToIPC, utf8, type DataType } from "@uwdata/flechette";
import { expect, test } from "vitest";
import type { AppError } from "../../../src/core/errors.ts";
import { checkMessage } from "../../../src/data/arrow/ipc-check.ts";
import { readTable } from "../../../src/data/tables/read-table.ts";

/** A stream of one column, and the record of its rows. Source: Apache Arrow, format/Message.fbs. */
class Stream {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  /** Where the rows' message begins, and its record. */
  readonly start: number;
  readonly message: number;
  readonly rows: number;

  constructor(column: unknown[], type: DataType) {
    const table = tableFromArrays({ column }, { types: { column: type } });
    this.bytes = Uint8Array.from(tableToIPC(table, { format: "stream" }) ?? []);
    this.view = new DataView(this.bytes.buffer);
    // The schema's message, which has no body, comes first.
    this.start = 8 + this.view.getUint32(4, true);
    this.message = this.#target(this.start + 8);
    this.rows = this.#target(this.field(this.message, 2));
  }

  #target(at: number): number {
    return at + this.view.getUint32(at, true);
  }

  /** Where a field of a flatbuffer's record lies. */
  field(record: number, index: number): number {
    const fields = record - this.view.getInt32(record, true);
    return record + this.view.getUint16(fields + 4 + 2 * index, true);
  }

  /** Where the number of things in a field begins; they follow. */
  vector(index: number): number {
    return this.#target(this.field(this.rows, index));
  }
}

const words = (): Stream => new Stream(["a b", "c d", "e f"], utf8());

test("a message's rows and its end", () => {
  const { bytes, start } = words();
  expect(checkMessage(bytes, 0)).toEqual({ kind: "schema", rowCount: 0, next: start });
  const rows = checkMessage(bytes, start);
  expect(rows).toMatchObject({ kind: "rows", rowCount: 3 });
  expect(checkMessage(bytes, rows?.next ?? 0)).toBeNull();
});

test.each<[string, (stream: Stream) => void, RegExp]>([
  ["of an old version", (one) => one.view.setInt16(one.field(one.message, 0), 2, true), /a version before 1\.0/],
  ["with more columns than fit into it", (one) => one.view.setUint32(one.vector(1), 1000, true), /ends inside a list/],
  [
    "with a buffer of more bytes than follow",
    (one) => one.view.setBigInt64(one.vector(2) + 4 + 8, 100_000n, true),
    /a column lies outside its message/,
  ],
  [
    "with a buffer that begins behind its end",
    (one) => one.view.setBigInt64(one.vector(2) + 4, 100_000n, true),
    /a column lies outside its message/,
  ],
  [
    "with a length below zero",
    (one) => one.view.setBigInt64(one.field(one.rows, 0), -1n, true),
    /claims a length of -1/,
  ],
])("one %s is refused", (_, damage, wanted) => {
  const stream = words();
  damage(stream);
  expect(() => checkMessage(stream.bytes, stream.start)).toThrow(wanted);
});

test("columns nest but a little", () => {
  const nested = (depth: number): Stream => {
    let [type, value]: [DataType, unknown] = [utf8(), "a"];
    for (let level = 0; level < depth; level++) [type, value] = [list(type), [value]];
    return new Stream([value], type);
  };
  expect(checkMessage(nested(16).bytes, 0)?.kind).toBe("schema");
  expect(() => checkMessage(nested(17).bytes, 0)).toThrow(/nest more than 16 deep/);
});

test("a list beyond the values makes its column none, as one of several values", async () => {
  const stream = new Stream([["a"], ["b"], ["c"]], list(utf8()));
  const read = async (): Promise<unknown> =>
    await readTable(new Blob([stream.bytes]), "t.arrow").then(
      ({ rows }) => rows,
      ({ message }: AppError) => message,
    );
  expect(await read()).toEqual([["a"], ["b"], ["c"]]);
  // Its second buffer has where each list begins, and where the last one ends.
  const body = stream.bytes.length - 8 - Number(stream.view.getBigInt64(stream.field(stream.message, 3), true));
  const places = body + Number(stream.view.getBigInt64(stream.vector(2) + 4 + 16, true));
  expect([0, 1, 2, 3].map((place) => stream.view.getInt32(places + 4 * place, true))).toEqual([0, 1, 2, 3]);
  for (let place = 0; place < 4; place++) stream.view.setInt32(places + 4 * place, 1 + place, true);
  expect(await read()).toMatch(/no column holds texts or numbers/);
});
