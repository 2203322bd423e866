import fc from "fast-check";
import { expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { halfNumberText } from "../../../src/data/parquet/parquet-cells.ts";
import { readTable } from "../../../src/data/tables/read-table.ts";
import type { Table } from "../../../src/data/tables/table.ts";
import { columnsFile, wantedColumns } from "../columns/columns.ts";

const read = (bytes: Uint8Array<ArrayBuffer>): Promise<Table> => readTable(new Blob([bytes]), "t.parquet");
const packings = ["gzip", "brotli", "zstd", "lz4", "snappy", "none"];
const encodings = ["delta-1", "delta-2", "lengths-1", "lengths-2"];

test.each([...packings, ...encodings])("%s: every type that makes a cell, as pyarrow writes it", async (name) => {
  const table = await read(columnsFile(`${name}.parquet`));
  expect(table.header).toEqual(wantedColumns.header);
  expect(table.rows).toEqual(wantedColumns.rows);
  expect(table.reading).toEqual([
    { stage: "container", found: "Parquet", assumed: null },
    { stage: "columns", found: "structs opened", assumed: expect.stringMatching(/fields of translation/) },
    {
      stage: "columns",
      found: "columns left out",
      assumed: expect.stringMatching(/: many \(lists of several values\), day \(date\)\.$/),
    },
  ]);
});

test("half floats read with the fewest digits that mean them", () => {
  for (const [bits, text] of [
    [0, "0"],
    [0x8000, "0"],
    [0x3c00, "1"],
    [0x439a, "3.8"],
    [0xc39a, "-3.8"],
    [0x2e66, "0.1"],
    [1, "6e-8"],
    [0x7bff, "65500"],
    [0x7c00, "Infinity"],
    [0x7e00, "NaN"],
  ] as const) {
    expect(halfNumberText(bits)).toBe(text);
  }
});

test.each([...packings, ...encodings])("%s, damaged anywhere, ends in a table or an AppError", async (name) => {
  const good = columnsFile(`${name}.parquet`);
  let refused = 0;
  const flip = fc.tuple(fc.integer({ min: 4, max: good.length - 1 }), fc.integer({ min: 1, max: 255 }));
  await fc.assert(
    fc.asyncProperty(fc.array(flip, { minLength: 1, maxLength: 4 }), async (flips) => {
      const bytes = good.slice();
      for (const [at, mask] of flips) bytes[at] = (bytes[at] ?? 0) ^ mask;
      await read(bytes).catch((error: unknown) => {
        if (!(error instanceof AppError) || !["bad-table", "too-large"].includes(error.code)) throw error;
        refused += 1;
      });
    }),
    { numRuns: 150, seed: 12 },
  );
  expect(refused).toBeGreaterThan(20);
});
