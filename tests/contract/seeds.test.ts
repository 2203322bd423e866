import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSeeds, problemWithSeeds, writeSeeds } from "../../src/contract/seeds.ts";

describe("seeds", () => {
  it("are lists, ranges and both, in the order given", () => {
    expect(parseSeeds("1, 2 3;4").seeds).toEqual([1, 2, 3, 4]);
    expect(parseSeeds("7-9, 0").seeds).toEqual([7, 8, 9, 0]);
    expect(parseSeeds("3, 1,5-7").seeds).toEqual([3, 1, 5, 6, 7]);
    expect(parseSeeds("4294967295").seeds).toEqual([4294967295]);
  });

  it.each([
    ["", "at least one"],
    ["1.5", '"1.5" is not a seed'],
    ["-1", "is not a seed"],
    ["one", "is not a seed"],
    ["4294967296", "too large"],
    ["5-1", "backwards"],
    ["1-101", "more than 100"],
    ["1-99999999", "more than 100"],
    ["1, 2, 1", "Seed 1 is given twice"],
    ["99999999999", "is not a seed"],
  ])("refuse %j", (text, reason) => {
    const reading = parseSeeds(text);
    expect(reading.problem).toContain(reason);
    expect(reading.seeds).toEqual([]);
  });

  it.each([
    [[], "at least one"],
    [[-1], "-1 is not a seed"],
    [[0.5], "0.5 is not a seed"],
    [[Number.NaN], "NaN is not a seed"],
    [[2 ** 32], "too large"],
    [[3, 3], "Seed 3 is given twice"],
    [Array.from({ length: 101 }, (_, seed) => seed), "more than 100"],
  ])("refuse numbers that are none: %j", (seeds, reason) => {
    expect(problemWithSeeds(seeds)).toContain(reason);
  });

  it("are written as a person would type them, and read back the same", () => {
    expect(writeSeeds([1, 2, 3, 7, 9, 10, 12, 11])).toBe("1-3, 7, 9, 10, 12, 11");
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 100 }), (seeds) => {
        expect(parseSeeds(writeSeeds(seeds))).toEqual({ seeds, problem: null });
      }),
    );
  });
});
