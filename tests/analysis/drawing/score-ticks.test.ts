import { describe, expect, test } from "vitest";
import { differenceTicks, seedTicks } from "../../../src/analysis/drawing/score-ticks.ts";
import { hundredText } from "../../../src/analysis/drawing/ticks.ts";

describe("the axis of every seed", () => {
  test("holds them with some room", () => {
    const { domain } = seedTicks([0.6, 0.7], 5);
    expect(domain[0]).toBeCloseTo(0.594, 12);
    expect(domain[1]).toBeCloseTo(0.706, 12);
  });

  test("is two points wide at least, also for one score", () => {
    for (const scores of [[0.7], [0.7, 0.701]]) {
      const { domain } = seedTicks(scores, 5);
      expect(domain[1] - domain[0]).toBeCloseTo(0.02, 12);
    }
  });
});

describe("the axis of differences", () => {
  test("holds zero, every seed and the intervals, with a mark at both ends", () => {
    const { domain, ticks } = differenceTicks([{ differences: [0.02, 0.03], interval: [0.01, 0.04] }], 6);
    expect(domain[0]).toBeLessThanOrEqual(-0.005);
    expect(domain[1]).toBeGreaterThanOrEqual(0.04);
    expect([ticks[0], ticks.at(-1)]).toEqual(domain);
  });

  test("lets an interval far wider than the seeds run off it", () => {
    const { domain } = differenceTicks([{ differences: [0.01, 0.02], interval: [-0.9, 0.9] }], 6);
    // Two and a half times the farthest seed, with room and up to the next mark.
    expect(domain[1]).toBeGreaterThanOrEqual(0.05);
    expect(domain[1]).toBeLessThan(0.1);
  });

  test("is there for equal scores, and without any comparison", () => {
    for (const records of [[], [{ differences: [0, 0], interval: [0, 0] as const }]]) {
      const { domain } = differenceTicks(records, 6);
      expect(domain[0]).toBeLessThan(0);
      expect(domain[1]).toBeGreaterThan(0);
    }
  });
});

test("marks of scores are written × 100, with the decimals that tell them apart", () => {
  const written = (unit: number) => [0, 1, 2].map((at) => hundredText(0.9 + at * unit, unit));
  expect(written(0.05)).toEqual(["90", "95", "100"]);
  expect(written(0.01)).toEqual(["90", "91", "92"]);
  expect(written(0.002)).toEqual(["90.0", "90.2", "90.4"]);
  expect(written(0.0005)).toEqual(["90.00", "90.05", "90.10"]);
});
