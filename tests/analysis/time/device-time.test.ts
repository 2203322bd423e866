import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evenSeconds, noteTime, secondsUntil, valuesAtSeconds } from "../../../src/analysis/time/device-time.ts";
import type { TimeMark } from "../../../src/contract/run.ts";

function stepsTo(last: number): { readonly step: number }[] {
  return Array.from({ length: last }, (_, index) => ({ step: index + 1 }));
}

function marksOf(lastSteps: readonly number[], msOf: (step: number) => number): TimeMark[] {
  const times: TimeMark[] = [];
  for (const step of lastSteps) noteTime(times, [{ step }], msOf(step));
  return times;
}

describe("noteTime", () => {
  it("keeps every mark of a short run", () => {
    const times = marksOf([8, 16, 24], (step) => step * 10);
    expect(times).toEqual([
      { step: 8, elapsedMs: 80 },
      { step: 16, elapsedMs: 160 },
      { step: 24, elapsedMs: 240 },
    ]);
  });

  it("always has the latest step, with marks ascending, few, and at most a fiftieth of the steps apart", () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 20_000 }), fc.integer({ min: 1, max: 4 }), (count, stride) => {
        const told = Array.from({ length: count }, (_, index) => (index + 1) * stride);
        const times = marksOf(told, (step) => step);
        expect(times.at(-1)?.step).toBe(count * stride);
        // Marks lie a fiftieth apart when set, so that each fifty make the steps grow e-fold.
        expect(times.length).toBeLessThan(52 * (1 + Math.log(count)));
        for (const [index, { step }] of times.entries()) {
          const before = times[index - 1]?.step ?? 0;
          expect(step).toBeGreaterThan(before);
          expect(step - before).toBeLessThanOrEqual(Math.max(stride, step * 0.02) + stride);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe("secondsUntil", () => {
  const run = { openMs: 500, elapsedMs: 4500, steps: stepsTo(40), times: [] };

  it("leaves the opening out and draws straight lines between marks", () => {
    const until = secondsUntil({
      ...run,
      times: [
        { step: 10, elapsedMs: 1500 },
        { step: 40, elapsedMs: 4500 },
      ],
    });
    expect([0, 5, 10, 25, 40].map(until)).toEqual([0, 0.5, 1, 2.5, 4]);
  });

  it("spreads the time evenly where nobody noted any", () => {
    expect([0, 10, 40].map(secondsUntil(run))).toEqual([0, 1, 4]);
  });

  it("knows no time before the first step", () => {
    expect(secondsUntil({ ...run, steps: [] })(0)).toBe(0);
  });
});

describe("valuesAtSeconds", () => {
  const points = [
    { step: 1, value: 4 },
    { step: 2, value: Number.NaN },
    { step: 3, value: 8 },
  ];
  const until = (step: number): number => step * 2;

  it("interpolates within the curve, over a broken step as well", () => {
    expect(valuesAtSeconds(points, until, [1, 2, 3, 4, 6, 7], false)).toEqual([NaN, 4, 5, 6, 8, NaN]);
  });

  it("keeps the last value of a run that has ended", () => {
    expect(valuesAtSeconds(points, until, [6, 100], true)).toEqual([8, 8]);
    expect(valuesAtSeconds([], until, [1], true)).toEqual([NaN]);
  });
});

it("spreads seconds evenly, ends included", () => {
  expect(evenSeconds(1, 3, 5)).toEqual([1, 1.5, 2, 2.5, 3]);
});
