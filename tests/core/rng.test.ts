import { describe, expect, test } from "vitest";
import { drawBits, drawNormal, drawUniform, labelHash, shuffledOrder, threefry } from "../../src/core/rng.ts";

describe("threefry", () => {
  // Known answers published with the Random123 library for threefry2x32 with 20 rounds.
  test.each([
    { counter: [0, 0], key: [0, 0], words: [0x6b200159, 0x99ba4efe] },
    { counter: [0xffffffff, 0xffffffff], key: [0xffffffff, 0xffffffff], words: [0x1cb996fc, 0xbb002be7] },
    { counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], words: [0xc4923a9c, 0x483df7a0] },
  ] as const)("gives the published words for counter $counter", ({ counter, key, words }) => {
    expect(threefry(key[0], key[1], counter[0], counter[1])).toEqual(words);
  });
});

describe("draws", () => {
  test("differ by seed, label, step and element, and repeat", () => {
    const bits = [
      drawBits(1, "a", 1, 1),
      drawBits(2, "a", 1, 1),
      drawBits(1, "b", 1, 1),
      drawBits(1, "a", 2, 1),
      drawBits(1, "a", 1, 2),
    ];
    expect(new Set(bits).size).toBe(bits.length);
    expect(drawBits(1, "a", 1, 1)).toBe(bits[0]);
  });

  test("are uniform and normal within five standard errors", () => {
    const count = 20_000;
    const mean = (draw: (index: number) => number): number =>
      Array.from({ length: count }, (_, index) => draw(index)).reduce((sum, value) => sum + value, 0) / count;
    const bound = 5 / Math.sqrt(count);
    expect(Math.abs(mean((index) => drawUniform(3, "u", 0, index)) - 0.5)).toBeLessThan(bound * Math.sqrt(1 / 12));
    expect(Math.abs(mean((index) => drawNormal(3, "n", 0, index)))).toBeLessThan(bound);
    // The square of a standard normal has mean 1 and variance 2.
    expect(Math.abs(mean((index) => drawNormal(3, "n", 0, index) ** 2) - 1)).toBeLessThan(bound * Math.SQRT2);
  });

  test("shuffle every index once, each seed its own way", () => {
    const order = shuffledOrder(1, "order", 0, 1000);
    expect([...order].sort((left, right) => left - right)).toEqual(Array.from({ length: 1000 }, (_, index) => index));
    expect([...shuffledOrder(2, "order", 0, 1000)]).not.toEqual([...order]);
  });

  test("a label's hash is FNV-1a", () => {
    expect(labelHash("")).toBe(0x811c9dc5);
    expect(labelHash("foobar")).toBe(0xbf9cf968);
  });
});
