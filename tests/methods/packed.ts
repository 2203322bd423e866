import { at } from "../reference/array.ts";

/** 0 and 1 as the words of a mask: bit i of word i/32. */
export function packed(mask: ArrayLike<number>): Uint32Array {
  const words = new Uint32Array(Math.ceil(mask.length / 32));
  for (let index = 0; index < mask.length; index++) {
    if (at(mask, index) === 1) words[index >> 5] = (words[index >> 5] ?? 0) | (1 << (index & 31));
  }
  return words;
}

/** Whether bit `index` of a mask is 1. */
export function isKept(mask: Uint32Array, index: number): boolean {
  return ((at(mask, index >> 5) >>> (index & 31)) & 1) === 1;
}
