import { describe, expect, it } from "vitest";
import { parseSeeds } from "../../src/store/seeds.ts";

describe("parseSeeds", () => {
  it("reads lists, ranges and both", () => {
    expect(parseSeeds("1, 2 3;4").seeds).toEqual([1, 2, 3, 4]);
    expect(parseSeeds("7-9, 0").seeds).toEqual([7, 8, 9, 0]);
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
  ])("refuses %j", (text, reason) => {
    const reading = parseSeeds(text);
    expect(reading.problem).toContain(reason);
    expect(reading.seeds).toEqual([]);
  });
});
