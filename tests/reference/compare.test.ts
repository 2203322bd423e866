import { describe, expect, test } from "vitest";
import { exactReference, type Reference } from "./array.ts";
import { difference, expectClose, roundingShare } from "./compare.ts";

const want: Reference = { value: Float64Array.of(1, 2, 3, 4, 5), magnitude: Float64Array.of(1, 1, 1, 1, 1) };

describe("what passes", () => {
  test("equal numbers", () => expect(difference([1, 2, 3, 4, 5], want)).toBeNull());
  test("an error of the bound itself", () => {
    expect(difference([1, 2, 3 + roundingShare, 4, 5], want)).toBeNull();
  });
  test("an error inside the allowance, one number or one per element", () => {
    expect(difference([1, 2, 3.1, 4, 5], want, 0.11)).toBeNull();
    expect(difference([1, 2, 3.1, 4, 5], want, [0, 0, 0.11, 0, 0])).toBeNull();
  });
});

describe("what fails", () => {
  test.each([
    ["an error above the bound", [1, 2, 3 + 1.01 * roundingShare, 4, 5]],
    ["a NaN", [1, 2, Number.NaN, 4, 5]],
    ["an infinity", [1, 2, Infinity, 4, 5]],
    ["too few", [1, 2, 3, 4]],
    ["too many", [1, 2, 3, 4, 5, 6]],
    ["none", []],
  ])("%s", (_, got) => expect(difference(got, want)).not.toBeNull());

  test("nothing to compare", () => expect(difference([], exactReference([]))).toMatch(/empty/));
  test("an infinity that equals the reference", () => {
    expect(difference([Infinity], exactReference([Infinity]))).not.toBeNull();
  });
  test("a NaN that meets a NaN", () => expect(difference([Number.NaN], exactReference([Number.NaN]))).not.toBeNull());
  test("a bound that nothing could break", () => {
    expect(difference([1], { value: Float64Array.of(1), magnitude: Float64Array.of(Infinity) })).not.toBeNull();
    expect(difference([1], exactReference([1]), Infinity)).not.toBeNull();
    expect(difference([1], exactReference([1]), Number.NaN)).not.toBeNull();
  });
  test("a magnitude or an allowance of another length", () => {
    expect(difference([1, 2], { value: Float64Array.of(1, 2), magnitude: Float64Array.of(1) })).toMatch(/magnitude/);
    expect(difference([1, 2], exactReference([1, 2]), [0])).toMatch(/allowance/);
  });
  test("an allowance on the wrong element", () => {
    expect(difference([1, 2, 3.1, 4, 5], want, [0, 0.11, 0, 0, 0])).not.toBeNull();
  });
});

describe("what is printed", () => {
  test("the first bad region with a neighbour on each side", () => {
    const lines = (difference([1, 9, 9, 4, 9], want) ?? "").split("\n");
    expect(lines[0]).toBe("3 of 5 elements differ; first:");
    expect(lines.slice(1).map((line) => line.slice(0, 5))).toEqual(["  [0]", "! [1]", "! [2]", "  [3]"]);
  });
  test("a long region is cut", () => {
    const text = difference(new Float64Array(100).fill(1), exactReference(new Float64Array(100))) ?? "";
    expect(text.split("\n").length).toBeLessThan(15);
    expect(text).toContain("ends before [100]");
  });
  test("expectClose throws it", () => {
    expect(() => expectClose([1, 2, 9, 4, 5], want)).toThrow("[2] got 9, wanted 3");
    expect(() => expectClose([1, 2, 3, 4, 5], want)).not.toThrow();
  });
});
