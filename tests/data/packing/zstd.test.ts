import { expect, test } from "vitest";
import { unpackZstd } from "../../../src/data/packing/zstd.ts";

/** A frame of one block of the letter A, so many times. Source: RFC 8878, sections 3.1.1.1 and 3.1.1.2. */
function frameOf(count: number): Uint8Array<ArrayBuffer> {
  const size = [0, 8, 16, 24].map((shift) => (count >> shift) & 255);
  const block = [0, 8, 16].map((shift) => (((count << 3) | 3) >> shift) & 255);
  return Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, ...size, ...block, 65]);
}

test("a block of one letter, and no more than blocks can make of so few bytes", () => {
  expect(unpackZstd(frameOf(131_072), 131_072)).toEqual(new Uint8Array(131_072).fill(65));
  expect(() => unpackZstd(frameOf(131_072), 500_000_000)).toThrow("13 bytes cannot make 500000000");
});
