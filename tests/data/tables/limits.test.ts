import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { afterAll, expect, test, vi } from "vitest";
import type { AppError } from "../../../src/core/errors.ts";
import { columnsFile } from "../columns/columns.ts";
import { parquetFile } from "../parquet-file.ts";

// What is read in earnest is too much for a test. Other files have loaded the true bounds already.
vi.resetModules();
vi.doMock("../../../src/data/tables/limits.ts", async (original) => ({
  ...(await original<object>()),
  maxRows: 60,
  maxColumns: 5,
  maxCells: 150,
  maxCharacters: 300,
  maxParquetBytes: 500_000,
  maxArrowBytes: 100,
}));
const { readTable } = await import("../../../src/data/tables/read-table.ts");
afterAll(() => {
  vi.doUnmock("../../../src/data/tables/limits.ts");
  vi.resetModules();
});

type Rows = readonly (readonly string[])[];
const rowsOf = (rowCount: number, columnCount: number, cell = "a"): Rows =>
  Array.from({ length: rowCount }, () => Array.from({ length: columnCount }, () => cell));
const namesOf = (rows: Rows): readonly string[] => rows[0]?.map((_, column) => `column${column}`) ?? [];

/** The same rows under the names column0, column1, … in a file of each kind. */
const writers = {
  csv: (rows: Rows): Blob => new Blob([[namesOf(rows), ...rows].map((row) => row.join(",")).join("\n")]),
  jsonl: (rows: Rows): Blob => {
    const object = (row: readonly string[]) => Object.fromEntries(row.map((cell, at) => [`column${at}`, cell]));
    return new Blob([rows.map((row) => JSON.stringify(object(row))).join("\n")]);
  },
  parquet: (rows: Rows): Blob => {
    const columns = namesOf(rows).map((name, at) => ({ name, data: rows.map((row) => row[at] ?? "") }));
    return new Blob([parquetFile(columns.map((column) => ({ ...column, type: "STRING" as const })))]);
  },
  arrow: (rows: Rows): Blob => {
    const columns = namesOf(rows).map((name, at) => [name, rows.map((row) => row[at] ?? "")] as const);
    return new Blob([
      new Uint8Array(tableToIPC(tableFromArrays(Object.fromEntries(columns)), { format: "file" }) ?? []),
    ]);
  },
};
type Kind = keyof typeof writers;
const kinds: readonly Kind[] = ["csv", "jsonl", "parquet", "arrow"];

const outcome = async (blob: Blob, kind: Kind): Promise<string> =>
  await readTable(blob, `t.${kind}`, {
    encoding: null,
    separator: null,
    quoted: null,
    header: kind === "csv" ? true : null,
    multiLabel: null,
  }).then(
    (table) => `${table.rows.length} rows of ${table.columnCount} cells`,
    ({ code, message }: AppError) => `${code}: ${message}`,
  );

test.each(kinds)("%s: what is just within the bounds is read", async (kind) => {
  expect(await outcome(writers[kind](rowsOf(60, 2)), kind)).toBe("60 rows of 2 cells");
  expect(await outcome(writers[kind](rowsOf(29, 5)), kind)).toBe("29 rows of 5 cells");
  expect(await outcome(writers[kind](rowsOf(10, 1, "0123456789 123456789 12345")), kind)).toBe("10 rows of 1 cells");
});

test.each<[string, Rows, Record<Kind, RegExp>]>([
  [
    "rows",
    rowsOf(62, 2),
    {
      csv: /more than 60 rows/,
      jsonl: /more than 60 rows/,
      parquet: /62 rows; at most 60/,
      arrow: /62 rows; at most 60/,
    },
  ],
  [
    "columns",
    rowsOf(4, 6),
    {
      csv: /no row that can be read: line 1 has 6 cells; at most 5 are read/,
      jsonl: /6 different keys; at most 5/,
      parquet: /6 columns; at most 5/,
      arrow: /6 columns; at most 5/,
    },
  ],
  [
    "cells",
    rowsOf(38, 4),
    {
      csv: /more than 150 cells/,
      jsonl: /more than 150 cells/,
      parquet: /152 cells; at most 150/,
      arrow: /more than 150 cells/,
    },
  ],
  [
    "characters",
    rowsOf(11, 1, "0123456789 123456789 1234567"),
    {
      csv: /more than 300 characters/,
      jsonl: /more than 300 characters/,
      parquet: /more than 300 characters/,
      arrow: /more than 300 characters/,
    },
  ],
])("too many %s are refused, whatever they come in", async (what, rows, wanted) => {
  for (const kind of kinds) {
    const refusal = await outcome(writers[kind](rows), kind);
    expect(refusal).toMatch(wanted[kind]);
    expect(refusal).toMatch(what === "columns" && kind === "csv" ? /^bad-table/ : /^too-large: t\..*Cut it/);
  }
});

test("what keeps no cell counts by the bytes it unpacks to", async () => {
  // Cells that are too long to be kept, in a file of a hundredth of their length.
  const pages = writers.parquet(Array.from({ length: 6 }, (_, row) => [String(row).repeat(100_001)]));
  expect(pages.size).toBeLessThan(50_000);
  expect(await outcome(pages, "parquet")).toMatch(/^too-large: .*more than 500000 bytes in its pages, unpacked/);
  for (const name of ["lz4.feather", "zstd.feather"]) {
    const refusal = await outcome(new Blob([columnsFile(name)]), "arrow");
    expect(refusal).toMatch(/^too-large: .*more than 100 bytes in its columns, unpacked/);
  }
});
