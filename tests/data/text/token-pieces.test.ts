import { expect, test } from "vitest";
import { TokenPieces } from "../../../src/data/text/token-pieces.ts";

test.each([
  ["few tokens", 100, [3, 1, 60]],
  ["more than were expected", 2, [5, 1, 7]],
  ["none", 0, []],
  ["several pieces, one of them of a single row", 10, [400_000, 700_000, 1, 1_500_000, 600_000, 2]],
])("%s come end to end", async (_, expected, lengths) => {
  const pieces = new TokenPieces(expected);
  let begin = 0;
  for (const length of lengths) {
    const from = begin;
    pieces.add(Uint32Array.from({ length }, (_id, index) => from + index), new Uint8Array(length).fill(length % 2)); // prettier-ignore
    begin += length;
    expect(pieces.count).toBe(begin);
  }
  const { ids, types } = await pieces.joined();
  expect([ids.length, types.length]).toEqual([begin, begin]);
  expect(ids.every((id, index) => id === index)).toBe(true);
  const wanted = lengths.flatMap((length) => Array.from({ length }, () => length % 2));
  expect(types.every((type, index) => type === wanted[index])).toBe(true);
});
