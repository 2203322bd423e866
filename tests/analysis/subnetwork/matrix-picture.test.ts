import { describe, expect, it } from "vitest";
import { keptView } from "../../../src/analysis/subnetwork/kept-masks.ts";
import { linearScale, logScale, pictureOf } from "../../../src/analysis/subnetwork/matrix-picture.ts";
import { drawUniform } from "../../../src/core/rng.ts";
import { matricesOf, recordOf, settlingMasks } from "./masks.ts";

const mask = Uint8Array.from([1, 1, 0, 0, 1, 0]);
const before = Uint8Array.from([1, 0, 1, 0, 1, 0]);
const view = {
  mask,
  before,
  times: Uint8Array.from([2, 1, 1, 0, 2, 0]),
  scores: null,
  drift: Float32Array.from([1, 2, 3, 4, 5, 6]),
};

describe("a picture of a matrix", () => {
  it("has a pixel a weight, and says what became of it", () => {
    const picture = pictureOf(view, 2, 3, "mask");
    expect([picture.rows, picture.cols, picture.down, picture.across]).toEqual([2, 3, 1, 1]);
    // out, stays, entered, left
    expect(picture.counts).toEqual([2, 2, 1, 1]);
    expect([...picture.fates]).toEqual([0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0]);
    expect([...picture.byRow]).toEqual([2, 1].map((kept) => Math.fround(kept / 3)));
    expect([...picture.byColumn]).toEqual([0.5, 1, 0]);
  });

  it("shows in a first selection nothing that entered", () => {
    expect(pictureOf({ ...view, before: null }, 2, 3, "mask").counts).toEqual([3, 3, 0, 0]);
  });

  it("shows other measures, and null for what is not kept", () => {
    expect([...(pictureOf(view, 2, 3, "drift").values ?? [])]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...pictureOf(view, 2, 3, "times").byColumn]).toEqual([1, 1.5, 0.5]);
    expect(pictureOf(view, 2, 3, "scores").values).toBe(null);
  });

  it("averages above 256 a side, and counts every weight once", () => {
    const [rows, cols] = [600, 300];
    const large = Uint8Array.from({ length: rows * cols }, (_, i) => (drawUniform(1, "large", 0, i) < 0.4 ? 1 : 0));
    const picture = pictureOf(
      { mask: large, before: null, times: null, scores: null, drift: null },
      rows,
      cols,
      "mask",
    );
    expect([picture.rows, picture.cols, picture.down, picture.across]).toEqual([200, 150, 3, 2]);
    const kept = large.reduce((sum, one) => sum + one, 0);
    expect(picture.counts).toEqual([rows * cols - kept, kept, 0, 0]);
    const first = [0, 1, 300, 301, 600, 601].reduce((sum, i) => sum + (large[i] ?? 0), 0);
    expect(picture.values?.[0]).toBeCloseTo(first / 6, 6);
    const mean = picture.byRow.reduce((sum, one) => sum + one, 0) / picture.rows;
    expect(mean).toBeCloseTo(kept / (rows * cols), 5);
  });
});

describe("scales", () => {
  it("run from 0 to the largest, or by decades", () => {
    expect(linearScale([1, 4]).position(2)).toBe(0.5);
    expect(linearScale([1, 4], 8).position(2)).toBe(0.25);
    expect(linearScale([0, 0]).position(0)).toBe(0);
    const log = logScale([1e-4, 1e-2, 0, Number.NaN]);
    expect(log.position(1e-3)).toBeCloseTo(0.5, 12);
    expect([log.position(0), log.position(1e-9), log.position(1)]).toEqual([0, 0, 1]);
    expect(logScale([1, 1e-30]).low).toBeCloseTo(1e-6, 12);
  });
});

describe("masks in a result", () => {
  const model = { layers: 1, heads: 2, hidden: 10, intermediate: 12 };
  const matrices = matricesOf(model);
  const masks = settlingMasks(matrices, 3, 0.7, 1);
  const record = recordOf(model, masks, { unit: "weight", share: 0.7 }, [2]);
  const name = matrices[2]?.name ?? "";
  const region = { matrix: name, cycle: 2, top: 3, bottom: 7, left: 1, right: 10 };
  const at = (cycle: number, row: number, col: number): number => masks[cycle]?.[2]?.[row * 10 + col] ?? 0;

  it("show what was in them, and how often", () => {
    const seen = keptView(record, region);
    for (let row = 3; row < 7; row++) {
      for (let col = 1; col < 10; col++) {
        const i = (row - 3) * 9 + col - 1;
        expect(seen?.mask[i]).toBe(at(2, row, col));
        expect(seen?.before?.[i]).toBe(at(1, row, col));
        expect(seen?.times?.[i]).toBe(at(0, row, col) + at(1, row, col) + at(2, row, col));
      }
    }
    expect(seen?.scores).toBe(null);
    expect(keptView(record, { ...region, cycle: 0 })?.before).toBe(null);
  });

  it("are there of some matrices only", () => {
    expect(keptView(record, { ...region, matrix: matrices[0]?.name ?? "" })).toBe(null);
    const broken = { ...record, masks: [{ matrix: name, masks: ["?", "?", "?"] }] };
    expect(keptView(broken, region)).toBe(null);
  });

  it("are not shown where a file has fewer than its matrix has weights, or a matrix of any size", () => {
    const sized = (rows: number) => ({
      ...record,
      matrices: record.matrices.map((one) => (one.name === name ? { ...one, rows } : one)),
    });
    expect(keptView(sized(10), region)).toEqual(keptView(record, region));
    expect(keptView(sized(11), region)).toBe(null);
    expect(keptView(record, { ...region, bottom: 2 ** 40 })).toBe(null);
  });
});
