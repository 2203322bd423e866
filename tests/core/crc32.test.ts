import fc from "fast-check";
import { expect, it } from "vitest";
import { crc32 } from "../../src/core/crc32.ts";

/** Bit by bit, as the polynomial says. */
function slowly(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const odd = ((crc ^ (byte >>> bit)) & 1) === 1;
      crc >>>= 1;
      if (odd) crc ^= 0xedb88320;
    }
  }
  return (crc ^ 0xffffffff) >>> 0;
}

it("is what the standard's check value is", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array())).toBe(0);
});

it("is the same of bytes in pieces, of any length", () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 });
  fc.assert(
    fc.property(pieces, (list) => {
      const whole = Uint8Array.from(list.flatMap((piece) => [...piece]));
      expect(list.reduce((crc, piece) => crc32(piece, crc), 0)).toBe(slowly(whole));
    }),
  );
});
