import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { innerTicks, outerTicks } from "../../../src/analysis/drawing/ticks.ts";

describe("ticks", () => {
  it("are round and inside", () => {
    expect(innerTicks(0, 400, 6).ticks).toEqual([0, 100, 200, 300, 400]);
    expect(innerTicks(0.583, 0.747, 4).ticks).toEqual([0.6, 0.65, 0.7]);
  });

  it("reach around the values", () => {
    const { domain, ticks } = outerTicks([0.49, 0.71, Number.NaN], 5);
    expect(domain).toEqual([0.45, 0.75]);
    expect(ticks).toEqual([0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75]);
    expect(outerTicks([0, 2e-5], 4).domain).toEqual([0, 2e-5]);
  });

  it("hold every value, whatever it is", () => {
    const number = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 20 }), (values) => {
        const { domain, ticks, unit } = outerTicks(values, 5);
        // A billionth of the distance of two marks cannot be seen; ends are rounded to twelve digits.
        const slack = 2e-9 * unit + 1e-11 * Math.max(Math.abs(domain[0]), Math.abs(domain[1]));
        for (const value of values) {
          expect(value >= domain[0] - slack && value <= domain[1] + slack).toBe(true);
        }
        expect(ticks.length).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThan(20);
      }),
    );
  });
});
