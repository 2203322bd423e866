import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bandOver,
  evenSteps,
  meanAndStd,
  smooth,
  stageSpans,
  thin,
  unionOfSteps,
  valuesAt,
} from "../../../src/analysis/time/curves.ts";
import type { Point } from "../../../src/analysis/time/curves.ts";

function curveOf(values: readonly number[]): Point[] {
  return values.map((value, index) => ({ step: index + 1, value }));
}

describe("smooth", () => {
  it("follows the debiased average by hand: 4, then (0.5·4·0.5 + 0.5·8) / 0.75", () => {
    const [first, second] = smooth([4, 8], 0.5);
    expect(first).toBe(4);
    expect(second).toBeCloseTo((0.5 * 2 + 0.5 * 8) / 0.75, 12);
  });

  it("leaves a constant where it is and factor 0 changes nothing", () => {
    for (const value of smooth([3, 3, 3, 3], 0.9)) expect(value).toBeCloseTo(3, 12);
    expect(smooth([5, -1, 2], 0)).toEqual([5, -1, 2]);
  });

  it("passes a broken value on and goes on after it", () => {
    const smoothed = smooth([1, Number.NaN, 1], 0.9);
    expect(smoothed[1]).toBeNaN();
    expect(smoothed[2]).toBeCloseTo(1, 12);
  });
});

describe("thin", () => {
  it("keeps every point when there are few, and drops what is not finite", () => {
    expect(thin(curveOf([1, Number.NaN, 3]))).toEqual([
      { step: 1, value: 1 },
      { step: 3, value: 3 },
    ]);
  });

  it("never exceeds the limit, keeps order, ends and extremes", () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 3000 });
    fc.assert(
      fc.property(values, fc.integer({ min: 4, max: 600 }), (numbers, limit) => {
        const curve = curveOf(numbers);
        const kept = thin(curve, limit);
        expect(kept.length).toBeLessThanOrEqual(limit);
        expect(kept.at(0)).toEqual(curve.at(0));
        expect(kept.at(-1)).toEqual(curve.at(-1));
        for (let index = 1; index < kept.length; index++) {
          expect((kept[index]?.step ?? 0) > (kept[index - 1]?.step ?? 0)).toBe(true);
        }
        expect(Math.max(...kept.map((point) => point.value))).toBe(Math.max(...numbers));
        expect(Math.min(...kept.map((point) => point.value))).toBe(Math.min(...numbers));
      }),
      { numRuns: 60 },
    );
  });
});

describe("steps", () => {
  it("spreads evenly with both ends", () => {
    const steps = Array.from({ length: 1001 }, (_, index) => index + 1);
    const even = evenSteps(steps, 101);
    expect(even).toHaveLength(101);
    expect(even.slice(0, 3)).toEqual([1, 11, 21]);
    expect(even.at(-1)).toBe(1001);
  });

  it("unites the steps of curves that differ", () => {
    const odd = [{ step: 1, value: 0 }, { step: 4, value: 0 }]; // prettier-ignore
    const late = [{ step: 2, value: 0 }, { step: 7, value: 0 }]; // prettier-ignore
    expect(unionOfSteps([odd, late, curveOf([5, 5, 5])])).toEqual([1, 2, 3, 4, 7]);
    expect(unionOfSteps([])).toEqual([]);
  });

  it("finds the value at each step, and NaN where there is none", () => {
    const odd = [{ step: 2, value: 20 }, { step: 5, value: 50 }]; // prettier-ignore
    expect(valuesAt(odd, [1, 2, 3, 5, 6])).toEqual([Number.NaN, 20, Number.NaN, 50, Number.NaN]);
  });
});

describe("meanAndStd and bandOver", () => {
  it("divides by n-1", () => {
    expect(meanAndStd([2, 4, 9])).toEqual({ mean: 5, std: Math.sqrt((9 + 1 + 16) / 2), count: 3 });
  });

  it("says null where there is nothing to say", () => {
    expect(meanAndStd([])).toBeNull();
    expect(meanAndStd([Number.NaN])).toBeNull();
    expect(meanAndStd([7])).toEqual({ mean: 7, std: null, count: 1 });
  });

  it("aligns by step, not by position, and leaves out broken values", () => {
    const late = [{ step: 2, value: 10 }, { step: 3, value: Number.NaN }]; // prettier-ignore
    expect(bandOver([curveOf([1, 2, 3]), late], [1, 2, 3, 4])).toEqual([
      { step: 1, mean: 1, std: null, count: 1 },
      { step: 2, mean: 6, std: Math.sqrt(32), count: 2 },
      { step: 3, mean: 3, std: null, count: 1 },
    ]);
  });
});

describe("stageSpans", () => {
  it("finds every stretch, the open last one too", () => {
    const stages = [1, 1, 2, 2, 1, 2, 0, 2];
    const records = stages.map((stage, index) => ({ step: index + 1, stage }));
    expect(stageSpans(records, 2)).toEqual([
      { from: 3, to: 4 },
      { from: 6, to: 6 },
      { from: 8, to: 8 },
    ]);
    expect(stageSpans(records, 3)).toEqual([]);
  });
});
