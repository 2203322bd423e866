import fc from "fast-check";
import { expect, test } from "vitest";
import { longestFirst } from "../../../src/data/text/truncation.ts";

test("the table of the Rust library's own test, with room for 7", () => {
  const table = [
    [4, 4, 3, 4],
    [8, 4, 4, 3],
    [4, 8, 3, 4],
    [8, 8, 3, 4],
    [2, 8, 2, 5],
  ] as const;
  for (const [first, second, keptFirst, keptSecond] of table) {
    expect(longestFirst(first, second, 7)).toEqual([keptFirst, keptSecond]);
  }
});

test("nothing is cut in vain, and only the longer one while that is enough", () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), fc.nat(200), (first, second, room) => {
      const [a, b] = longestFirst(first, second, room);
      expect(a + b).toBe(Math.min(first + second, room));
      expect(a >= 0 && b >= 0 && a <= first && b <= second).toBe(true);
      if (a < first && b < second) expect(Math.abs(a - b)).toBeLessThanOrEqual(1);
    }),
  );
});
