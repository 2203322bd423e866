import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { thriftEnd } from "../../../src/data/parquet/thrift.ts";

const end = (...bytes: number[]): number => thriftEnd(Uint8Array.from(bytes), 0);

describe("a struct in compact protocol", () => {
  test("of every type ends where it ends", () => {
    expect(end(0)).toBe(1);
    expect(end(0x11, 0x12, 0x13, 7, 0)).toBe(5);
    expect(end(0x15, 0x80, 0x01, 0)).toBe(4);
    expect(end(0x17, 1, 2, 3, 4, 5, 6, 7, 8, 0)).toBe(10);
    expect(end(0x18, 2, 65, 66, 0)).toBe(5);
    expect(end(0x19, 0x35, 1, 2, 3, 0)).toBe(6);
    expect(end(0x19, 0x21, 1, 2, 0)).toBe(5);
    expect(end(0x1c, 0x15, 1, 0, 0)).toBe(5);
    // A field number of its own, behind the head.
    expect(end(0x05, 0x20, 9, 0)).toBe(4);
  });

  test.each<readonly [what: string, bytes: readonly number[], message: RegExp]>([
    ["no end", [0x15, 1], /ends inside a record/],
    ["a text longer than the rest", [0x18, 200, 1, 65, 0], /ends inside a record/],
    ["a list of four thousand million", [0x19, 0xf5, 255, 255, 255, 255, 15, 1, 0], /ends inside a record/],
    ["a number without an end", [0x15, ...Array.from({ length: 11 }, () => 128), 0], /number without an end/],
    ["structs in structs", Array.from({ length: 60 }, () => 0x1c), /nest more than 24 deep/],
    ["lists in lists", [0x19, ...Array.from({ length: 60 }, () => 0x19)], /nest more than 24 deep/],
    ["a map", [0x1b, 0], /unknown type 11/],
  ])("with %s is refused", (_what, bytes, message) => {
    expect(() => end(...bytes)).toThrow(message);
  });

  test("any bytes end inside them or in an error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          return thriftEnd(bytes, 0) <= bytes.length;
        } catch (error) {
          return error instanceof Error;
        }
      }),
      { numRuns: 3000, seed: 8 },
    );
  });
});
