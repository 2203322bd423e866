import fc from "fast-check";
import { expect, test } from "vitest";
import { permutedIndex } from "../../../src/data/dataset/permutation.ts";

const order = (count: number, seed: number, epoch = 0): number[] =>
  Array.from({ length: count }, (_, index) => permutedIndex(index, count, { seed, label: "test", epoch }));

test("every place is given once, for any count", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(0xffffffff), (count, seed) => {
      const found = order(count, seed);
      expect([...found].sort((left, right) => left - right)).toEqual([...found.keys()]);
    }),
  );
});

test("seed, epoch and label change the order, and neighbours do not stay together", () => {
  const first = order(1000, 1);
  expect(order(1000, 1)).toEqual(first);
  expect(order(1000, 2)).not.toEqual(first);
  expect(order(1000, 1, 1)).not.toEqual(first);
  expect(permutedIndex(5, 1000, { seed: 1, label: "other", epoch: 0 })).not.toBe(first[5]);
  const following = first.filter((value, index) => value === (first[index - 1] ?? -2) + 1).length;
  // A random order has one such neighbour on average; ten have a chance of 1e-7.
  expect(following).toBeLessThan(10);
});
