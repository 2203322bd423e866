import { expect, test } from "vitest";
import { drawBits } from "../../../../src/core/rng.ts";
import { longestPiece } from "../../../../src/data/text/spm/longest-piece.ts";

test("the longest piece that stands there is found, as by looking at all of them", () => {
  const draw = (label: string, at: number, most: number): number => drawBits(1, label, 0, at) % most;
  const pieces = Array.from({ length: 300 }, (_, piece) =>
    Array.from({ length: draw("length", piece, 6) }, (_, index) => draw("piece", piece * 6 + index, 3)),
  );
  const text = Array.from({ length: 500 }, (_, index) => draw("text", index, 3));
  const find = longestPiece(pieces);
  const lengths = text.map((_, at) => find(text, at)?.length ?? 0);
  const slow = text.map((_, at) =>
    Math.max(...pieces.map((piece) => (piece.every((byte, index) => text[at + index] === byte) ? piece.length : 0))),
  );
  expect(lengths).toEqual(slow);
  expect(new Set(lengths).size).toBeGreaterThan(3);
});

test("of a hundred thousand pieces a few dozen bytes are looked at", () => {
  let looks = 0;
  const counted = {
    get(bytes: number[], key: string | symbol): unknown {
      if (typeof key === "string" && /^\d/.test(key)) looks += 1;
      return Reflect.get(bytes, key);
    },
  };
  const pieces = Array.from(
    { length: 1e5 },
    (_, piece) => new Proxy([piece >> 12, (piece >> 6) & 63, piece & 63], counted),
  );
  const find = longestPiece(pieces);
  looks = 0;
  const found = find([9, 8, 7, 6], 0);
  // Two searches a byte among 2¹⁷ at most.
  expect(looks).toBeLessThanOrEqual(3 * 2 * 17);
  expect([...(found ?? [])]).toEqual([9, 8, 7]);
});
