import { expect, test } from "vitest";
import { halfNumberText } from "../../../src/data/parquet/parquet-cells.ts";
import { readTable } from "../../../src/data/tables/read-table.ts";
import type { Table } from "../../../src/data/tables/table.ts";
import { columnsFile, refusedOfDamaged, wantedColumns } from "../columns/columns.ts";

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
  const refused = await refusedOfDamaged(`${name}.parquet`, read, { first: 4, numRuns: 150, seed: 12 });
  expect(refused).toBeGreaterThan(20);
});
