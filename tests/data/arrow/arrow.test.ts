import { decimal, tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { describe, expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { readTable } from "../../../src/data/tables/read-table.ts";
import type { Table } from "../../../src/data/tables/table.ts";
import { columnsFile, refusedOfDamaged, wantedColumns } from "../columns/columns.ts";

const read = (bytes: Uint8Array<ArrayBuffer>, name = "t.arrow"): Promise<Table> => readTable(new Blob([bytes]), name);
const files = ["uncompressed.feather", "lz4.feather", "zstd.feather", "stream.arrow"];

test.each(files)("%s: every type that makes a cell, as pyarrow writes it", async (name) => {
  const table = await read(columnsFile(name), name);
  expect(table.header).toEqual(wantedColumns.header);
  expect(table.rows).toEqual(wantedColumns.rows);
  expect(table.lineNumbers[1]).toBe(2);
  expect(table.reading).toEqual([
    { stage: "container", found: "Arrow", assumed: null },
    { stage: "columns", found: "structs opened", assumed: expect.stringMatching(/fields of translation/) },
    {
      stage: "columns",
      found: "columns left out",
      assumed: expect.stringMatching(/: many \(lists of several values\), day \(date\)\.$/),
    },
  ]);
});

test("a column without a name has an empty one", async () => {
  const bytes = tableToIPC(tableFromArrays({ text: ["a b", "c d"], label: ["1", "0"] }), { format: "stream" }) ?? [];
  const copy = Uint8Array.from(bytes);
  // The entry of a field's table that says where its name is: 0 for none. Source: FlatBuffers' internals.
  const view = new DataView(copy.buffer);
  const at = copy.findIndex((_, place) => String.fromCharCode(...copy.slice(place, place + 5)) === "label") - 4;
  const field = Array.from({ length: at }, (_, place) => place).find((place) => {
    if (place % 4 !== 0) return false;
    const table = place - view.getInt32(place, true);
    if (table < 0 || table + 6 > copy.length) return false;
    const name = place + view.getUint16(table + 4, true);
    return name > place && name + 4 <= at && name + view.getUint32(name, true) === at;
  });
  if (field === undefined) throw new Error("the field was not found");
  view.setUint16(field - view.getInt32(field, true) + 4, 0, true);
  expect((await read(copy)).header?.filter((name) => name === "").length).toBeGreaterThan(0);
});

describe("refusals", () => {
  const message = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
    await read(bytes).then(
      () => "read",
      (error: unknown) => (error instanceof AppError ? `${error.code}: ${error.message}` : "not an AppError"),
    );
  const written = (columns: Readonly<Record<string, readonly unknown[]>>): Uint8Array<ArrayBuffer> =>
    new Uint8Array(tableToIPC(tableFromArrays(columns as Record<string, unknown[]>), { format: "file" }) ?? []);

  test("a file cut short at any place", async () => {
    const good = columnsFile("uncompressed.feather");
    for (let length = 8; length < good.length; length += 397) {
      expect(await message(good.slice(0, length))).toMatch(/^bad-table: t\.arrow is an Arrow file that cannot be read/);
    }
  });

  test("a stream cut inside a message", async () => {
    const good = columnsFile("stream.arrow");
    expect(await message(good.slice(0, good.length - 500))).toMatch(/it ends inside a message/);
  });

  test("a dictionary that claims more values than a table has rows", async () => {
    const bytes = columnsFile("stream.arrow");
    const view = new DataView(bytes.buffer);
    // The three words' number, as the field of their column has it: a length, and no missing ones.
    const places = Array.from({ length: bytes.length - 16 }, (_, at) => at).filter(
      (at) => at % 8 === 0 && view.getBigInt64(at, true) === 3n && view.getBigInt64(at + 8, true) === 0n,
    );
    for (const at of places) view.setBigInt64(at, 2_000_001n, true);
    expect(places.length).toBeGreaterThan(0);
    expect(await message(bytes)).toMatch(/a column claims 2000001 values/);
  });

  test("decimal numbers with more digits behind the point than there are", async () => {
    const types = { score: decimal(70, 61, 256) };
    const table = tableFromArrays({ text: ["a b", "c d"], score: [1, 2] }, { types });
    const bytes = Uint8Array.from(tableToIPC(table, { format: "stream" }) ?? []);
    const view = new DataView(bytes.buffer);
    const places = Array.from({ length: bytes.length / 4 - 1 }, (_, at) => 4 * at).filter(
      (at) => view.getInt32(at, true) === 61,
    );
    expect(places).toHaveLength(1);
    for (const digits of [2 ** 28, -(2 ** 28)]) {
      view.setInt32(places[0] ?? 0, digits, true);
      expect(await message(bytes)).toContain(`it has decimal numbers with ${digits} digits behind the point`);
    }
  });

  test("one without a column of texts or numbers", async () => {
    expect(await message(written({ when: [new Date(0), new Date(1)] }))).toMatch(
      /no column holds texts or numbers \(found: when\)/,
    );
  });

  test("too many columns", async () => {
    const wide = Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`c${at}`, ["a"]]));
    expect(await message(written(wide))).toMatch(/^too-large: .*501 columns/);
  });
});

test.each(files)("%s, damaged anywhere, ends in a table or an AppError", async (name) => {
  const refused = await refusedOfDamaged(name, read, { first: 6, numRuns: 600, seed: 13 });
  expect(refused).toBeGreaterThan(50);
});
