/**
 * 16-bit floats without Float16Array, which Node 20 lacks. Source: IEEE 754-2008 binary16; bfloat16 is the
 * upper half of a binary32.
 */

/** Value of one binary16 bit pattern (u16): every one of them is exact in f32. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** binary16 bit pattern of the number nearest to a value, the even one of two: what f32 arithmetic would round to. */
export function floatToHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  // From half way between the largest half and the next power of two on, the nearest is infinity.
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.max(size, 2 ** -14))));
  const steps = roundToEven(size / 2 ** (exponent - 10));
  // Up to 1,023 steps are subnormal; 2,048 carry into the exponent by themselves.
  return sign | ((exponent + 14) * 1024 + steps);
}

function roundToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

/** f32 [n] to F16 [n]. */
export function encodeHalf(values: Float32Array): Uint16Array<ArrayBuffer> {
  return Uint16Array.from(values, floatToHalf);
}

/** F16 [n] to f32 [n]. */
export function decodeHalf(bits: Uint16Array): Float32Array {
  if (bits.length < 65536) return Float32Array.from(bits, halfToFloat);
  const values = new Float32Array(bits.length);
  // One table look-up a value: a checkpoint holds 10^8 of them, and only 65,536 patterns.
  const table = Float32Array.from({ length: 65536 }, (_, pattern) => halfToFloat(pattern));
  for (let index = 0; index < bits.length; index++) values[index] = table[bits[index] ?? 0] ?? 0;
  return values;
}

/** BF16 [n] to f32 [n]. */
export function decodeBrainFloat(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length);
  for (let index = 0; index < bits.length; index++) words[index] = (bits[index] ?? 0) << 16;
  return new Float32Array(words.buffer);
}
