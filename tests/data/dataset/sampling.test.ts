import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { firstRows, makeBatch, type EncodedSplit } from "../../../src/data/dataset/batch.ts";
import { sampleRows } from "../../../src/data/dataset/sampling.ts";
import { stratifiedChoice } from "../../../src/data/dataset/split.ts";

/** A split whose row r has tokens r, r, … of type r mod 2; lengths run from 1 to 4. */
function splitOf(labels: readonly number[]): EncodedSplit {
  const offsets = new Uint32Array(labels.length + 1);
  for (const row of labels.keys()) offsets[row + 1] = (offsets[row] ?? 0) + 1 + (row % 4);
  const rows = labels.flatMap((_, row) => Array.from({ length: 1 + (row % 4) }, () => row));
  return {
    count: labels.length,
    ids: Uint32Array.from(rows),
    types: Uint8Array.from(rows, (row) => row % 2),
    offsets,
    labels: Float32Array.from(labels),
    truncatedCount: 3,
  };
}

const rowsOf = (split: EncodedSplit): readonly (readonly number[])[] =>
  Array.from({ length: split.count }, (_, row) => [...makeBatch(split, [row]).ids]);

function refusalOf(call: () => unknown): AppError {
  try {
    call();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

describe("a sample of tokenized rows", () => {
  const thirds = splitOf(Array.from({ length: 90 }, (_, row) => Number(row % 3 === 0)));

  test("holds the rows that the draw gives, whole and in the file's order", () => {
    const sizes = fc.record({
      count: fc.integer({ min: 50, max: 90 }),
      seed: fc.nat(),
      kind: fc.constantFrom("classification" as const, "multi-label" as const, "regression" as const),
    });
    fc.assert(
      fc.property(sizes, ({ count, seed, kind }) => {
        const sample = sampleRows(thirds, count, seed, kind);
        const classes = kind === "classification" ? [...thirds.labels] : Array.from({ length: 90 }, () => 0);
        const drawn = stratifiedChoice(classes, count, seed);
        const all = makeBatch(thirds, drawn);
        expect(sample.count).toBe(count);
        expect(rowsOf(sample)).toEqual(drawn.map((row) => [...makeBatch(thirds, [row]).ids]));
        expect([...sample.ids]).toEqual([...all.ids]);
        expect([...sample.types]).toEqual([...all.types]);
        expect([...sample.labels]).toEqual([...all.labels]);
        expect(drawn).toEqual(drawn.toSorted((left, right) => left - right));
      }),
    );
  });

  test("keeps the labels' shares, by seed; all rows are the split itself", () => {
    const share = (split: EncodedSplit): number => split.labels.reduce((sum, label) => sum + label, 0);
    expect(share(sampleRows(thirds, 30, 1, "classification"))).toBe(10);
    expect(sampleRows(thirds, 30, 1, "classification")).toEqual(sampleRows(thirds, 30, 1, "classification"));
    expect(sampleRows(thirds, 30, 2, "classification")).not.toEqual(sampleRows(thirds, 30, 1, "classification"));
    expect(sampleRows(thirds, 90, 1, "classification")).toEqual(thirds);
  });

  test("is drawn from the rows that a limit left, and from no other", () => {
    const sample = sampleRows(firstRows(thirds, 12), 12, 1, "classification");
    expect(rowsOf(sample)).toEqual(rowsOf(thirds).slice(0, 12));
  });

  test.each([
    ["more rows than there are", 91, 0, /A sample of 91 rows .* has 90 to draw from\. Take at most 90/],
    ["no rows", 0, 0, /A sample of 0 rows .* whole number from 1/],
    ["half a row", 1.5, 0, /whole number from 1/],
    ["a seed below 0", 5, -1, /Seed -1 of the sample/],
    ["one label", 1, 0, /A sample of 1 of 90 rows leaves one label only/],
  ])("refuses %s", (_, count, seed, message) => {
    const refusal = refusalOf(() => sampleRows(thirds, count, seed, "classification"));
    expect(refusal.message).toMatch(message);
    expect(refusal.code).toBe("bad-settings");
  });
});
