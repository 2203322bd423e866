import { labelHash, threefry } from "../../core/rng.ts";

const rounds = 4;

/** Which order: drawn by seed and label, a new one for each epoch. */
interface PermutationKey {
  readonly seed: number;
  readonly label: string;
  readonly epoch: number;
}

/**
 * The element at place `index` of a random order of 0 … count-1, without making the whole order.
 *
 * Source: a balanced Feistel network with cycle walking (Black and Rogaway 2002); its round function is Threefry.
 */
export function permutedIndex(index: number, count: number, { seed, label, epoch }: PermutationKey): number {
  const halfBits = Math.max(1, Math.ceil(Math.log2(Math.max(2, count)) / 2));
  const mask = 2 ** halfBits - 1;
  const key = labelHash(label);
  let walked = index;
  do {
    let [left, right] = [walked >>> halfBits, walked & mask];
    for (let round = 0; round < rounds; round++) {
      const mixed = left ^ (threefry(seed, key, right * rounds + round, epoch)[0] & mask);
      left = right;
      right = mixed;
    }
    walked = left * (mask + 1) + right;
  } while (walked >= count);
  return walked;
}
