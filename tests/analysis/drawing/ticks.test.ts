import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { innerTicks, logFormat, logTicks, outerTicks, tickFormat } from "../../../src/analysis/drawing/ticks.ts";

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

  it("of a constant 0, and of nothing, are those from 0 to 1", () => {
    for (const values of [[], [0, 0], [-0], [1e-20]]) expect(outerTicks(values, 4).domain).toEqual([0, 1]);
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

describe("marks of a logarithm", () => {
  it("are powers of ten around the values, with others between where these are few", () => {
    expect(logTicks([0.3, 0.9])).toEqual({ domain: [0.2, 1], ticks: [0.2, 0.5, 1] });
    expect(logTicks([2e-5, 4e-4])).toEqual({ domain: [1e-5, 1e-3], ticks: [1e-5, 3e-5, 1e-4, 3e-4, 1e-3] });
    expect(logTicks([1e-6, 1]).ticks).toEqual([1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1]);
  });

  it("hold every positive value", () => {
    const number = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 20 }), (values) => {
        const { domain, ticks } = logTicks([...values, -1, 0, Number.NaN]);
        const [from, to] = domain;
        expect(from).toBeLessThan(to);
        for (const value of values) expect(value >= from * (1 - 1e-8) && value <= to * (1 + 1e-8)).toBe(true);
        expect(ticks.length).toBeLessThan(20);
      }),
    );
  });

  it("are written alike", () => {
    expect([0.2, 1, 5].map(logFormat({ ticks: [0.2, 1, 5] }))).toEqual(["0.2", "1", "5"]);
    expect([1e-5, 3e-5, 1e-3].map(logFormat({ ticks: [1e-5, 3e-5, 1e-3] }))).toEqual(["1e-5", "3e-5", "1e-3"]);
  });
});

describe("tickFormat", () => {
  it.each([
    [[0.6, 0.65, 0.7], 0.05, ["0.60", "0.65", "0.70"]],
    [[0, 1, 2], 1, ["0", "1", "2"]],
    [[-20, 0, 20], 20, ["−20", "0", "20"]],
    [[0, 5e-5, 1e-4, 1.5e-4], 5e-5, ["0", "0.5e-4", "1.0e-4", "1.5e-4"]],
    [[0, 1e-4, 2e-4, 3e-4], 1e-4, ["0", "1e-4", "2e-4", "3e-4"]],
    [[2e7, 4e7], 2e7, ["2e7", "4e7"]],
  ])("writes %j alike", (ticks, unit, texts) => {
    expect(ticks.map(tickFormat({ ticks, unit }))).toEqual(texts);
  });

  it("never writes two marks the same", () => {
    const end = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(end, end, (low, high) => {
        fc.pre(Math.abs(high - low) > 1e-6 * Math.max(Math.abs(low), Math.abs(high), 1e-6));
        const axis = outerTicks([low, high], 5);
        expect(new Set(axis.ticks.map(tickFormat(axis))).size).toBe(axis.ticks.length);
      }),
    );
  });
});
