import fc from "fast-check";
import { expect, test } from "vitest";
import { unpackHadoopLz4, unpackLz4, unpackLz4Frame } from "../../../src/data/packing/lz4.ts";

const unpackers = [unpackLz4, unpackHadoopLz4, unpackLz4Frame] as const;

test("literals, a match that overlaps what it makes, and a last literal", () => {
  // 3 literals, 3 back for 4 + 5; then "xyzzy".
  const block = Uint8Array.from([0x35, 97, 98, 99, 3, 0, 0x50, 120, 121, 122, 122, 121]);
  const text = "abcabcabcabcxyzzy";
  expect(new TextDecoder().decode(unpackLz4(block, text.length))).toBe(text);
  const hadoop = Uint8Array.from([0, 0, 0, text.length, 0, 0, 0, block.length, ...block]);
  expect(new TextDecoder().decode(unpackHadoopLz4(hadoop, text.length))).toBe(text);
  expect(new TextDecoder().decode(unpackHadoopLz4(block, text.length))).toBe(text);
  const frame = [4, 0x22, 0x4d, 0x18, 0x40, 0x40, 0xc0, block.length, 0, 0, 0, ...block, 0, 0, 0, 0];
  expect(new TextDecoder().decode(unpackLz4Frame(Uint8Array.from(frame), text.length))).toBe(text);
  for (const size of [text.length - 1, text.length + 1]) {
    for (const unpack of unpackers) expect(() => unpack(block, size)).toThrow(/LZ4/);
  }
});

test("any bytes end in a refusal or in as many bytes as were asked for", () => {
  const piece = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 15, 255));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 0, max: 500 }), (values, size) => {
      const frame = [4, 0x22, 0x4d, 0x18, ...values];
      for (const unpack of unpackers) {
        for (const bytes of [Uint8Array.from(values), Uint8Array.from(frame)]) {
          try {
            expect(unpack(bytes, size).length).toBe(size);
          } catch (error) {
            if (!(error instanceof Error && error.message.includes("LZ4"))) throw error;
          }
        }
      }
    }),
    { numRuns: 3000, seed: 8 },
  );
});
