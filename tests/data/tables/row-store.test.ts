import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { RowStore } from "../../../src/data/tables/row-store.ts";

function storeOf(rows: readonly (readonly string[])[]): RowStore {
  const store = new RowStore();
  for (const row of rows) store.add(row);
  return store;
}

test("rows of any texts and lengths come back, in any order", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 8 }),
    fc.constantFrom("", "\uFEFF", "é", "𐀀", "plain words"),
  );
  const rows = fc.array(fc.array(text, { maxLength: 4 }), { minLength: 200, maxLength: 700 });
  fc.assert(
    fc.property(rows, fc.nat(), (written, start) => {
      const store = storeOf(written);
      expect(store.length).toBe(written.length);
      const places = [...written.keys()];
      for (const place of places) expect(store.row(place)).toEqual(written[place]);
      // From anywhere, backwards and across the blocks.
      for (const step of places.slice(0, 20)) {
        const place = (start + 97 * step) % written.length;
        expect(store.row(place)).toEqual(written[place]);
      }
      expect(store.row(written.length)).toEqual([]);
    }),
    { numRuns: 30, seed: 5 },
  );
});

test("rows of several blocks, asked for in turn", () => {
  const store = storeOf(Array.from({ length: 1000 }, (_, row) => [`text ${row}`, `${row % 3}`]));
  for (const row of [0, 300, 600, 999, 1, 511, 512]) expect(store.row(row)).toEqual([`text ${row}`, `${row % 3}`]);
});

test("a row is cut or filled up to a width; half a pair becomes a mark, also beside its other half", () => {
  const row = ["a\uD83D", "\uDE00b", "\uD83D c", "d"];
  const store = storeOf(Array.from({ length: 300 }, () => row));
  for (const place of [0, 299]) {
    expect(store.row(place, 1)).toEqual(store.row(place).slice(0, 1));
    expect(store.row(place, 6)).toEqual([...store.row(place), "", ""]);
  }
  for (const place of [0, 1, 255]) expect(store.row(place)).toEqual(["a\uFFFD", "\uFFFDb", "\uFFFD c", "d"]);
});

test("texts of more than 65,536 characters in a block, and more cells than that", () => {
  const long = Array.from({ length: 300 }, (_, row) => [`${row}`.repeat(400), "label", `${row % 3}`]);
  const wide = Array.from({ length: 300 }, (_, row) =>
    Array.from({ length: 300 }, (_cell, column) => `${(row * column) % 7}`),
  );
  for (const rows of [long, wide]) {
    const store = storeOf(rows);
    for (const row of rows.keys()) expect(store.row(row)).toEqual(rows[row]);
  }
});

test("rows that are kept do not keep those beside them", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const rowCount = 25_600;
  const store = storeOf(Array.from({ length: rowCount }, (_, row) => [`${row} `.repeat(200), "label"]));
  collect();
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: 100 }, (_, at) => store.row(256 * at + 100));
  collect();
  const bytes = kept.reduce((sum, [text = ""]) => sum + text.length, 0);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(10 * bytes);
});
