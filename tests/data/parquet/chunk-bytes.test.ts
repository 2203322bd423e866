import { expect, test } from "vitest";
import { ChunkBytes } from "../../../src/data/parquet/chunk-bytes.ts";
import { readTable } from "../../../src/data/tables/read-table.ts";
import { parquetFile } from "../parquet-file.ts";

const content = Uint8Array.from({ length: 3_000_000 }, (_, at) => (at * 7919) % 251);
const file = new Blob([content]);

test("bytes come from their place in the chunk, in any order and across what is read at once", async () => {
  const chunk = new ChunkBytes(file, 1000, 2_500_000);
  const places = [
    [0, 10],
    [10, 1_200_000],
    [5, 5],
    [999_990, 20],
    [2_499_999, 1],
    [2_500_000, 0],
    [3, 2_499_997],
  ] as const;
  for (const [at, length] of places) {
    expect(Buffer.compare(await chunk.bytes(at, length), content.subarray(1000 + at, 1000 + at + length))).toBe(0);
  }
  for (const [at, length] of [
    [2_499_999, 2],
    [0, -1],
    [0, 0.5],
    [0, Number.NaN],
  ] as const) {
    await expect(chunk.bytes(at, length)).rejects.toThrow("a page is longer than its column");
  }
  expect(() => new ChunkBytes(file, 1, 3_000_000)).toThrow("it is cut short");
});

test("a header ends where it ends, however long, and one that does not is refused", async () => {
  // A binary field of 100,000 bytes (its length as a varint), then the end of the struct.
  const header = [0x18, 0xa0, 0x8d, 0x06, ...Array.from({ length: 100_000 }, () => 9), 0];
  const chunk = new ChunkBytes(new Blob([Uint8Array.from([1, ...header, 5, 5])]), 1, header.length + 2);
  expect(await chunk.struct(0)).toEqual(Uint8Array.from(header));
  const cut = new ChunkBytes(new Blob([Uint8Array.from(header)]), 0, 50_000);
  await expect(cut.struct(0)).rejects.toThrow("it ends inside a record");
});

test("a row group of many megabytes and pages is read as it was written", async () => {
  const words = (word: string, count: number): string[] =>
    Array.from({ length: 20_000 }, (_, row) => `${word} ${row} `.repeat(count));
  const columns = [words("long", 12), words("short", 1)];
  const bytes = parquetFile(
    columns.map((data, at) => ({ name: `text${at}`, data, type: "STRING" as const, encoding: "PLAIN" as const })),
    { codec: "UNCOMPRESSED", rowGroupSize: 20_000, pageSize: 70_000 },
  );
  expect(bytes.length).toBeGreaterThan(2_500_000);
  const { rows } = await readTable(new Blob([bytes]), "t.parquet");
  expect([rows.map(([text]) => text), rows.map((row) => row[1])]).toEqual(columns);
});
