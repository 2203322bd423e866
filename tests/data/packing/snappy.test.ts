import { snappyCompress } from "hyparquet-writer/src/snappy.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { unpackSnappy } from "../../../src/data/packing/snappy.ts";

test("what another program packed is unpacked", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 1, 2, 97, 200), { maxLength: 3000 }), (values) => {
      const bytes = Uint8Array.from(values);
      expect(unpackSnappy(snappyCompress(bytes), bytes.length)).toEqual(bytes);
    }),
    { numRuns: 100, seed: 5 },
  );
});

test("literals and copies of every kind", () => {
  // The format's own words: a literal of 4, a copy of 5 from 4 back (1 byte), 3 from 2 back (2 bytes), 2 from 7 back (4).
  const packed = Uint8Array.of(14, 3 << 2, 1, 2, 3, 4, 1 | (1 << 2), 4, 2 | (2 << 2), 2, 0, 3 | (1 << 2), 7, 0, 0, 0);
  expect([...unpackSnappy(packed, 14)]).toEqual([1, 2, 3, 4, 1, 2, 3, 4, 1, 4, 1, 4, 2, 3]);
});

test.each([
  ["nothing at all", [], 0],
  ["a literal that leads out", [4, 3 << 2, 1, 2], 4],
  ["a literal of a negative length, were it read as signed", [4, 63 << 2, 255, 255, 255, 255, 1], 4],
  ["more than was promised", [1, 1 << 2, 1, 2], 1],
  ["less than was promised", [4, 0, 1], 4],
  ["a copy from before the start", [4, 0, 1, 1, 2], 4],
  ["a copy from nowhere", [4, 0, 1, 1, 0], 4],
  ["a length without an end", [255, 255], 4],
])("%s is refused", (_what, packed, size) => {
  expect(() => unpackSnappy(Uint8Array.from(packed), size)).toThrow(/Snappy/);
});

test("any bytes end in the wanted size or an error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(500), (bytes, size) => {
      try {
        return unpackSnappy(bytes, size).length === size;
      } catch (error) {
        return error instanceof Error && error.message.includes("Snappy");
      }
    }),
    { numRuns: 2000, seed: 6 },
  );
});
