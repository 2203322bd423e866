import { describe, expect, test } from "vitest";
import { hasBlownUp, rateCurve, ratesAround, suggestedRate } from "../../../src/analysis/rates/rate-finder.ts";

describe("the rates that are tried", () => {
  test("grow by one factor, around the advice and never outside 1e-7 to 0.1", () => {
    const rates = ratesAround(1e-4, 50);
    expect(rates).toHaveLength(50);
    expect([rates[0], rates.at(-1)]).toEqual([1e-6, expect.closeTo(0.1, 12)]);
    const factors = rates.slice(1).map((rate, index) => rate / (rates[index] ?? 1));
    expect(Math.max(...factors) / Math.min(...factors)).toBeCloseTo(1, 9);
    expect(ratesAround(2e-6, 10)[0]).toBe(1e-7);
  });
});

/** A loss that falls as a logistic curve over the logarithm of the rate, steepest at `middle`, and rises above `bottom`. */
function search(middle: number, bottom: number) {
  return ratesAround(1e-4, 200).map((rate) => {
    const fall = 0.6 / (1 + Math.exp(-3 * Math.log(rate / middle)));
    const rise = Math.max(0, Math.log(rate / bottom)) ** 2;
    return { rate, loss: 0.7 - fall + rise };
  });
}

describe("the suggestion", () => {
  test("is where the loss falls most steeply", () => {
    expect(suggestedRate(search(3e-4, 1e-2))).toBe(3e-4);
    expect(suggestedRate(search(6e-5, 1e-2))).toBe(6e-5);
  });

  test("is at most a tenth of where the loss is lowest", () => {
    const trials = search(1e-3, 2e-3);
    const curve = rateCurve(trials);
    const lowest = curve.reduce((best, point) => (point.smoothed < best.smoothed ? point : best));
    const found = suggestedRate(trials) ?? 1;
    expect(found).toBeLessThanOrEqual((lowest.rate / 10) * 1.5);
    expect(found).toBe(Number((lowest.rate / 10).toPrecision(1)));
  });

  test("is none where the loss fell nowhere, or nothing was tried", () => {
    expect(suggestedRate([])).toBeNull();
    expect(suggestedRate([1, 2, 3].map((loss, index) => ({ rate: 10 ** (index - 5), loss })))).toBeNull();
  });

  test("leaves out what is no number", () => {
    const trials = [...search(3e-4, 1e-2), { rate: 0.2, loss: Number.NaN }];
    expect(suggestedRate(trials)).toBe(suggestedRate(search(3e-4, 1e-2)));
  });
});

describe("a loss has blown up", () => {
  const at = (...losses: readonly number[]) => losses.map((loss, index) => ({ rate: 10 ** (index - 7), loss }));

  test("where it is no number, or its average four times its lowest; a single bad batch is not enough", () => {
    expect(hasBlownUp(at())).toBe(false);
    expect(hasBlownUp(at(0.7, 0.6, 0.7))).toBe(false);
    expect(hasBlownUp(at(0.7, 0.6, 2))).toBe(false);
    expect(hasBlownUp(at(0.7, 0.6, 30))).toBe(true);
    expect(hasBlownUp(at(0.7, Number.NaN))).toBe(true);
  });
});
