import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { unpackZstd } from "../../../src/data/packing/zstd.ts";

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const hex = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
/** A frame of one segment with these blocks. */
const frame = (size: number, ...blocks: readonly (readonly number[])[]): Uint8Array =>
  Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, ...word(size, 4), ...blocks.flat()]);
const block = (kind: number, length: number, last: boolean, bytes: readonly number[]): readonly number[] => [
  ...word(Number(last) + 2 * kind + 8 * length, 3),
  ...bytes,
];
const packed = (bytes: readonly number[], last = true): readonly number[] => block(2, bytes.length, last, bytes);
const word = (value: number, width: number): readonly number[] =>
  Array.from({ length: width }, (_, index) => Math.floor(value / 256 ** index) % 256);

/** 150 kB of words, drawn as words.zst has them, the work of zstd -9: two blocks, four streams, tables used again. */
function drawnWords(): string {
  const words =
    "film story actor scene plot music ending critic camera humour drama role voice script stage light".split(" ");
  let state = 1n;
  const draw = (): number => {
    state = (state * 1_103_515_245n + 12_345n) % 2n ** 31n;
    return Number(state >> 27n);
  };
  let text = "";
  while (text.length < 150_000) text += `${words[Math.min(draw(), draw())] ?? ""} `;
  return text;
}
const wordsFile = new Uint8Array(readFileSync(new URL("./words.zst", import.meta.url)));

test("what zstd packed is unpacked", () => {
  const words = drawnWords();
  expect(textOf(unpackZstd(wordsFile, words.length))).toBe(words);
  // zstd -1 --no-check: its usual tables, one stream of codes.
  const verse = "the film was a film of films, and the story was the story of a story; ";
  const text = `${verse}${verse}a critic saw it twice and saw the light on stage. `.repeat(3);
  const small = hex(
    "28b52ffd0048050300c2c612149025ea0b4a4369f0e6376e7477fd0bda33b93d078131b0374ab70c661ea52fde02e243d8eab5176f613525e682814abd3949c7f540a5dea3740171c01d6364923ec6c8fcb83ec6c8a3340500eda0a1600005417ba0709280d2239e65",
  );
  expect(textOf(unpackZstd(small, text.length))).toBe(text);
});

test("blocks as they are, of one byte, and of codes whose weights are written out; frames one after another", () => {
  const plain = frame(5, block(0, 2, false, [97, 98]), block(1, 3, true, [99]));
  expect(textOf(unpackZstd(plain, 5))).toBe("abccc");
  // Four literals of two symbols with codes of one bit, no sequence.
  const codes = frame(4, packed([0x42, 0xc0, 0, 0x80, 0x10, 0x16, 0]));
  expect([...unpackZstd(codes, 4)]).toEqual([0, 1, 1, 0]);
  const ofDictionary = (id: number): Uint8Array =>
    Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xa1, id, ...word(3, 4), ...block(1, 3, true, [99]));
  expect(textOf(unpackZstd(ofDictionary(0), 3))).toBe("ccc");
  expect(() => unpackZstd(ofDictionary(7), 3)).toThrow(/Zstandard/);
  const passedOver = [0x5f, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2];
  expect([...unpackZstd(Uint8Array.of(...codes, ...passedOver, ...plain), 9)]).toEqual([
    0, 1, 1, 0, 97, 98, 99, 99, 99,
  ]);
});

/** A literal "a", and the sequence of these codes (literals, distance, match), all from tables of one symbol. */
const sequence = (count: readonly number[], length: number, offset: number, match: number): readonly number[] =>
  packed([0x08, 97, ...count, 0x54, length, offset, match, 1]);

test("a match from what it is making itself", () => {
  // Distance code 0 behind a literal: the last distance, 1.
  expect(textOf(unpackZstd(frame(7, sequence([1], 1, 0, 3)), 7))).toBe("aaaaaaa");
});

const tenLetters = block(0, 10, false, [...new TextEncoder().encode("abcdefghij")]);

test("distances by their short names, behind literals and without; heads of literals of every length", () => {
  // Behind a literal each: third, third, second, second; without: first - 1, second, first - 1, second. As libzstd reads it.
  const named = packed([0x20, ...new TextEncoder().encode("wxyz"), 4, 0x54, 1, 1, 0, 0b11100], false);
  const bare = packed([0, 4, 0x54, 0, 1, 0, 0b11010]);
  expect(textOf(unpackZstd(frame(38, tenLetters, named, bare), 38))).toBe("abcdefghijwdefxdefydefzdefdeffzdfdefde");
  const abc = [97, 98, 99, 0];
  for (const literals of [
    [0x18, ...abc],
    [...word(4 + 16 * 3, 2), ...abc],
    [...word(12 + 16 * 3, 3), ...abc],
  ]) {
    expect(textOf(unpackZstd(frame(13, tenLetters, packed(literals)), 13))).toBe("abcdefghijabc");
  }
  const same = packed([...word(13 + 16 * 5000, 3), 97, 0]);
  expect(textOf(unpackZstd(frame(5010, tenLetters, same), 5010))).toBe(`abcdefghij${"a".repeat(5000)}`);
});

test.each([
  ["bits that are left of sequences", frame(14, tenLetters, packed([0x08, 97, 1, 0x54, 1, 1, 0, 0b111])), 14],
  ["bits that are left of codes", frame(14, tenLetters, packed([0x42, 0xc0, 0, 0x80, 0x10, 0x36, 0])), 14],
  [
    // All states are one symbol's, and take no bits.
    "a table of codes without end",
    frame(14, tenLetters, packed([...word(2 + 16 * 4 + 2 ** 14 * 6, 3), 4, 0xf0, 3, 0, 4, 0x16, 0])),
    14,
  ],
  ["codes of twelve bits", frame(14, tenLetters, packed([0x42, 0xc0, 0, 0x80, 0xc0, 0x16, 0])), 14],
  ["a length of an unknown code", frame(14, tenLetters, packed([0x08, 97, 1, 0x54, 36, 1, 0, 0b10])), 14],
  ["nothing at all", hex(""), 1],
  ["more than was promised", frame(3, block(1, 3, true, [99])), 2],
  ["less than was promised", frame(3, block(1, 3, true, [99])), 4],
  ["a block of an unknown kind", frame(3, block(3, 3, true, [99, 99, 99])), 3],
  ["a block that is cut off", frame(3, block(0, 3, true, [99])), 3],
  ["a match from before the start", frame(7, sequence([1], 1, 2, 3)), 7],
  [
    "a frame that copies from the one before",
    // The second of the usual distances, 4.
    Uint8Array.of(...frame(4, block(1, 4, true, [97])), ...frame(3, packed([0, 1, 0x54, 0, 0, 0, 1]))),
    7,
  ],
  ["a dictionary's magic", hex("37a430ec00000000"), 4],
])("%s is refused", (_, bytes, size) => {
  expect(() => unpackZstd(bytes, size)).toThrow(/Zstandard/);
});

test("a few bytes that claim matches without end, or literals beyond the room, are refused before they are made", () => {
  // 98,046 matches of 65,539 bytes each, for which there are no bits.
  expect(() => unpackZstd(frame(10, sequence([255, 254, 255], 1, 0, 52)), 10)).toThrow(/Zstandard/);
  // 100,000 blocks of a million literals, eight bytes each.
  const blocks = Array.from({ length: 100_000 }, () => packed([0xfd, 0xff, 0xff, 97, 0], false));
  expect(() => unpackZstd(frame(10, ...blocks), 10)).toThrow(/Zstandard/);
});

test("more than blocks can make of so few bytes is refused before there is room for it", () => {
  expect(() => unpackZstd(frame(500_000_000, block(1, 131_072, true, [65])), 500_000_000)).toThrow(/Zstandard/);
  expect(unpackZstd(frame(131_072, block(1, 131_072, true, [65])), 131_072)).toEqual(new Uint8Array(131_072).fill(65));
});

test("any bytes, and any damage, end in a refusal or in as many bytes as were asked for", () => {
  const piece = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 0x54, 255));
  const flips = fc.array(fc.tuple(fc.nat(wordsFile.length - 1), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 4,
  });
  const read = (bytes: Uint8Array, size: number): void => {
    try {
      expect(unpackZstd(bytes, size).length).toBe(size);
    } catch (error) {
      if (!(error instanceof Error && error.message.includes("Zstandard"))) throw error;
    }
  };
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 0, max: 500 }), (values, size) => {
      read(Uint8Array.from(values), size);
      read(frame(size, packed(values)), size);
    }),
    { numRuns: 3000, seed: 9 },
  );
  fc.assert(
    fc.property(flips, (changes) => {
      const bytes = wordsFile.slice();
      for (const [at, mask] of changes) bytes[at] = (bytes[at] ?? 0) ^ mask;
      read(bytes, 150_003);
    }),
    { numRuns: 100, seed: 9 },
  );
});
