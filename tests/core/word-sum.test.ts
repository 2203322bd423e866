import { expect, test } from "vitest";
import { wordSum, wordsOf } from "../../src/core/word-sum.ts";

const words = Uint32Array.of(1, 2, 3, 0, 0xffff_ffff);

test("any bit, any two of the highest bits, the order and the length of words show in their sum", () => {
  const sums = [wordSum(words.toReversed()), wordSum(words.slice(0, 4)), wordSum([...words, 0])];
  for (let at = 0; at < words.length; at++) {
    for (let bit = 0; bit < 32; bit++) sums.push(wordSum(words.with(at, (words[at] ?? 0) ^ (1 << bit))));
    for (let other = 0; other < at; other++) {
      sums.push(wordSum(words.map((word, index) => (index === at || index === other ? word ^ 0x8000_0000 : word))));
    }
  }
  expect(sums).not.toContain(wordSum(words));
});

test("one sum goes on from another, and numbers are summed by their bits", () => {
  expect(wordSum(words, wordSum(words))).not.toBe(wordSum(words));
  expect(wordSum(wordsOf(Float32Array.of(0)))).not.toBe(wordSum(wordsOf(Float32Array.of(-0))));
  // A part of a longer buffer.
  expect([...wordsOf(Float32Array.of(9, 1).subarray(1))]).toEqual([0x3f80_0000]);
});
