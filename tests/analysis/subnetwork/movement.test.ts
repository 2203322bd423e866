import { describe, expect, it } from "vitest";
import { binomial, coreOf } from "../../../src/analysis/subnetwork/core.ts";
import {
  keptShare,
  movementOf,
  movementOfSelections,
  selectionsIn,
  swappedShare,
} from "../../../src/analysis/subnetwork/movement.ts";
import { chanceJaccard, jaccardBetween } from "../../../src/analysis/subnetwork/overlap.ts";
import { driftByLayer, driftByMatrix, nearestTo } from "../../../src/analysis/subnetwork/drift.ts";
import { matricesOf, overlapsOf, randomMasks, recordOf, settlingMasks, snapshotOf, type Masks } from "./masks.ts";

const model = { layers: 2, heads: 2, hidden: 32, intermediate: 64 };
const matrices = matricesOf(model);
const share = 0.7;
const masks = settlingMasks(matrices, 5, share, 2);
const record = recordOf(model, masks, { unit: "weight", share }, []);

/** Weights of `now` that `before` lacks, over the matrices of a layer, as a share of the selection. */
function swappedIn(masks: Masks, cycle: number, layer: number | null): number {
  let fresh = 0;
  let kept = 0;
  for (const [index, matrix] of matrices.entries()) {
    if (matrix.layer !== layer) continue;
    for (const [i, now] of (masks[cycle]?.[index] ?? new Uint8Array()).entries()) {
      kept += now;
      fresh += now === 1 && masks[cycle - 1]?.[index]?.[i] === 0 ? 1 : 0;
    }
  }
  return fresh / kept;
}

describe("movement", () => {
  it("is the share of the selection that is new", () => {
    const moved = movementOf(record.snapshots);
    expect(moved.map(({ cycle }) => cycle)).toEqual([1, 2, 3, 4]);
    for (const { cycle, layers } of moved) {
      expect(layers.map(({ layer }) => layer)).toEqual([0, 1, null]);
      for (const { layer, swapped } of layers) expect(swapped).toBeCloseTo(swappedIn(masks, cycle, layer), 10);
    }
  });

  it("follows as well from what earlier versions kept of a selection", () => {
    const selections = record.snapshots.map(({ step, cycle }) => ({
      step,
      cycle,
      matrices: matrices.map(({ name, layer }, index) => {
        const now = masks[cycle]?.[index] ?? new Uint8Array();
        const before = masks[cycle - 1]?.[index];
        const both = now.reduce((sum, one, i) => sum + (one & (before?.[i] ?? 0)), 0);
        const either = now.reduce((sum, one, i) => sum + (one | (before?.[i] ?? 0)), 0);
        const kept = now.reduce((sum, one) => sum + one, 0);
        return {
          name,
          layer,
          size: now.length,
          kept,
          threshold: 0,
          overlap: before === undefined ? null : both / either,
        };
      }),
    }));
    const [plain, watched] = [movementOfSelections(selections), movementOf(record.snapshots)];
    expect(plain.map(({ swapped }) => swapped)).toHaveLength(watched.length);
    for (const [at, { swapped, layers }] of plain.entries()) {
      expect(swapped).toBeCloseTo(watched[at]?.swapped ?? Number.NaN, 10);
      expect(layers.map(({ layer }) => layer)).toEqual([0, 1, null]);
    }
    expect(keptShare(selections)).toBeCloseTo(share, 2);
    expect(keptShare([])).toBe(null);
  });

  it("of a fresh random mask is the share left out", () => {
    const random = randomMasks(matrices, 8, { unit: "weight", share }, 4);
    const moved = movementOf(matricesSnapshots(random));
    // 30,000 weights, a deviation of some 0.3 points each.
    for (const { swapped } of moved) expect(Math.abs(swapped - (1 - share))).toBeLessThan(0.012);
  });

  it("leaves out a snapshot after the last step, which shows a selection again", () => {
    const last = record.snapshots.at(-1);
    const twice = last === undefined ? [] : [...record.snapshots, { ...last, step: 999 }];
    expect(selectionsIn(twice)).toEqual(record.snapshots);
    expect(movementOf(twice)).toEqual(movementOf(record.snapshots));
  });

  it("is undefined between two empty selections", () => {
    expect(swappedShare(0, 0, 0)).toBe(null);
    expect(swappedShare(10, 10, 10)).toBe(0);
    expect(swappedShare(10, 30, 10)).toBe(0.5);
  });
});

function matricesSnapshots(random: Masks) {
  return random.map((_, cycle) => snapshotOf(model, matrices, random, cycle, cycle));
}

describe("the core", () => {
  it("counts weights by the selections that they were in", () => {
    const last = record.snapshots.at(-1);
    const core = last === undefined ? null : coreOf(last, share);
    const always = matrices.reduce(
      (sum, _, index) =>
        sum +
        (masks[0]?.[index] ?? new Uint8Array()).filter((_, i) => masks.every((one) => one[index]?.[i] === 1)).length,
      0,
    );
    const total = matrices.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
    expect(core?.size).toBe(total);
    expect(core?.shares.at(-1)).toBeCloseTo(always / total, 12);
    expect(core?.shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12);
  });

  it("of random masks lies on the binomial ticks", () => {
    const random = randomMasks(matrices, 4, { unit: "weight", share }, 9);
    const last = matricesSnapshots(random).at(-1);
    const core = last === undefined ? null : coreOf(last, share);
    expect(core?.shares).toHaveLength(5);
    for (const [times, one] of (core?.shares ?? []).entries()) {
      expect(Math.abs(one - (core?.chance[times] ?? 0))).toBeLessThan(0.012);
    }
  });

  it("has binomial shares that add up to one, also of many selections and at the ends", () => {
    expect(binomial(3, 0.5).map((one) => Math.round(one * 1e12) / 1e12)).toEqual([0.125, 0.375, 0.375, 0.125]);
    expect(binomial(10, 0.7).at(-1)).toBeCloseTo(0.7 ** 10, 12);
    for (const count of [1, 10, 5000]) {
      expect(binomial(count, 0.3).reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
    }
    expect(binomial(2, 1)).toEqual([0, 0, 1]);
    expect(binomial(2, 0)).toEqual([1, 0, 0]);
  });

  it("of one layer counts that layer", () => {
    const [first] = record.snapshots;
    const of = (layer?: number | null) => (first === undefined ? null : coreOf(first, share, layer));
    expect(of(0)?.size).toBe(4 * 32 * 32 + 2 * 32 * 64);
    expect(of(null)?.size).toBe(32 * 32 + 2 * 32);
    expect(of(7)).toBe(null);
  });
});

describe("overlap of runs", () => {
  it("of random masks is ab/(a+b−ab)", () => {
    const [a, b] = [0.7, 0.3];
    const one = randomMasks(matrices, 1, { unit: "weight", share: a }, 1);
    const other = randomMasks(matrices, 1, { unit: "weight", share: b }, 2);
    const overlaps = overlapsOf([
      ["one", one],
      ["other", other],
    ]);
    expect(Math.abs((jaccardBetween(overlaps, "one", "other") ?? 0) - chanceJaccard(a, b))).toBeLessThan(0.01);
    expect(jaccardBetween(overlaps, "one", "one")).toBe(1);
    expect(jaccardBetween(overlaps, "one", "missing")).toBe(null);
    expect(chanceJaccard(0.7, 0.7)).toBeCloseTo(0.49 / 0.91, 12);
    expect(chanceJaccard(0, 0)).toBe(0);
  });
});

describe("drift", () => {
  const snapshot = record.snapshots[2];
  const looked = snapshot === undefined ? null : { matrices, snapshot };
  const plain =
    snapshot === undefined
      ? null
      : { matrices, snapshot: { ...snapshot, drift: matrices.map(() => ({ selected: 0.5, leftOut: null })) } };

  it("stands matrix by matrix, beside that of a run that selects nothing", () => {
    if (looked === null) throw new Error("no snapshot");
    const rows = driftByMatrix(looked, plain, 1);
    expect(rows.map(({ matrix }) => matrix?.part)).toEqual(["query", "key", "value", "context", "expand", "contract"]);
    expect(rows[0]?.selected).toBe(snapshot?.drift[6]?.selected);
    expect(rows.every(({ reference }) => reference === 0.5)).toBe(true);
    expect(driftByMatrix(looked, null, 1)[0]?.reference).toBe(null);
  });

  it("of a layer is the mean over its weights", () => {
    if (looked === null) throw new Error("no snapshot");
    const [first] = driftByLayer(looked, plain);
    const own = looked.snapshot.drift.slice(0, 6).map(({ selected }) => selected ?? 0);
    const sizes = [1, 1, 1, 1, 2, 2];
    const mean = own.reduce((sum, one, at) => sum + one * (sizes[at] ?? 0), 0) / 8;
    expect(first?.selected).toBeCloseTo(mean, 12);
    expect(first?.reference).toBeCloseTo(0.5, 12);
  });

  it("is looked up at the nearest step", () => {
    expect(nearestTo(record.snapshots, 44)?.step).toBe(50);
    expect(nearestTo([], 44)).toBe(null);
  });
});
