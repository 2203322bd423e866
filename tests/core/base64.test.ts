import fc from "fast-check";
import { expect, test } from "vitest";
import { fromBase64, toBase64 } from "../../src/core/base64.ts";

test("bytes come back, of any number and value", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    }),
  );
  const many = Uint8Array.from({ length: 200_000 }, (_, index) => index % 251);
  expect(fromBase64(toBase64(many))).toEqual(many);
});

test("writes what everybody else writes, and knows what is none", () => {
  expect(toBase64(Uint8Array.of(0, 255, 16))).toBe(Buffer.from([0, 255, 16]).toString("base64"));
  expect(fromBase64("no base64!")).toBeNull();
});
