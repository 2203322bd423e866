import { expect, test } from "vitest";
import { decodeBrainFloat, decodeHalf, halfToFloat } from "../../src/models/half.ts";

/** binary16 by its definition in text: sign, exponent and fraction taken from the binary digits. */
function byDefinition(bits: number): number {
  const digits = bits.toString(2).padStart(16, "0");
  const exponent = Number.parseInt(digits.slice(1, 6), 2);
  const fraction = Number.parseInt(digits.slice(6), 2);
  const sign = digits.startsWith("1") ? -1 : 1;
  if (exponent === 31) return fraction > 0 ? NaN : sign * Infinity;
  return exponent === 0 ? sign * (fraction / 1024) * 2 ** -14 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

test("all 65,536 half patterns, also through the table", () => {
  const every = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
  const decoded = decodeHalf(every);
  const wrong = [...every].filter(
    (bits) => !Object.is(halfToFloat(bits), byDefinition(bits)) || !Object.is(decoded[bits], byDefinition(bits)),
  );
  expect(wrong).toEqual([]);
});

test("every bfloat16 is the upper half of a float32", () => {
  const every = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
  const back = new Uint32Array(decodeBrainFloat(every).buffer);
  expect([...back].filter((word, bits) => word !== bits * 65536)).toEqual([]);
});
