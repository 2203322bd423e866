import { expect, test } from "vitest";
import { decodeBrainFloat, decodeHalf, encodeHalf, floatToHalf, halfToFloat } from "../../src/core/half.ts";

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

test("every half comes back from its own value, and from all that is nearer to it than to its neighbours", () => {
  for (let bits = 0; bits < 0x7c00; bits++) {
    const [value, next] = [halfToFloat(bits), bits + 1 === 0x7c00 ? 65536 : halfToFloat(bits + 1)];
    const middle = (value + next) / 2;
    const even = bits % 2 === 0 ? bits : bits + 1;
    const got = [value, middle * (1 - 2 ** -20), middle, middle * (1 + 2 ** -20)].map(floatToHalf);
    if (got.join() !== [bits, bits, even, bits + 1].join()) throw new Error(`${bits}: ${got.join()}`);
    if (floatToHalf(-value) !== (bits | 0x8000)) throw new Error(`-${bits}`);
  }
  expect([Infinity, -Infinity, 65519, 1e9].map(floatToHalf)).toEqual([0x7c00, 0xfc00, 0x7bff, 0x7c00]);
  expect(halfToFloat(floatToHalf(Number.NaN))).toBeNaN();
});

test("many at once", () => {
  const values = Float32Array.of(0, -0, 1, 0.1, -2.5, 6e-8, 1e-9);
  expect([...encodeHalf(values)]).toEqual([...values].map(floatToHalf));
});
