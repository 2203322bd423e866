/** Odd, with its bits well spread: the golden ratio as a 32-bit fraction. */
const factor = 0x9e3779b1;

/**
 * A 32-bit sum of words that tells whether one of them, or their order, has changed: against accidents, not against intent.
 * `start`: the sum of what came before.
 */
export function wordSum(words: ArrayLike<number>, start = 0): number {
  let sum = start ^ words.length;
  for (let at = 0; at < words.length; at++) {
    sum = Math.imul(sum ^ (words[at] ?? 0), factor);
    // Without this the highest bits would never reach the others.
    sum ^= sum >>> 15;
  }
  return sum >>> 0;
}

/** The words that numbers are made of. */
export function wordsOf({ buffer, byteOffset, length }: Float32Array | Uint32Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length);
}
