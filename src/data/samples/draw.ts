import { drawBits } from "../../core/rng.ts";

/**
 * Random choices for made sentences, the same for the same seed. While train rows are made, the last fifth of every
 * open list stays unused, so that dev rows hold words and patterns that were never trained on.
 */
export class Draw {
  readonly #seed: number;
  readonly #label: string;
  readonly #all: boolean;
  #count = 0;

  constructor(seed: number, label: string, split: "train" | "dev") {
    this.#seed = seed;
    this.#label = `${label}/${split}`;
    this.#all = split === "dev";
  }

  /** A whole number from 0 below `limit`. */
  below(limit: number): number {
    return Math.floor((drawBits(this.#seed, this.#label, 0, this.#count++) / 2 ** 32) * limit);
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(share: number): boolean {
    return this.below(2 ** 20) < share * 2 ** 20;
  }

  /** One of a short closed list, in train as in dev. */
  any<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0];
  }

  /** One of an open list: of its first four fifths for train, of all for dev. */
  word<T>(list: readonly [T, ...T[]]): T {
    const usable = this.#all ? list.length : Math.ceil(list.length * 0.8);
    return list[this.below(usable)] ?? list[0];
  }

  /** As word(), but not one of those that `used` holds. */
  other<T>(list: readonly [T, ...T[]], ...used: readonly T[]): T {
    for (;;) {
      const found = this.word(list);
      if (!used.includes(found)) return found;
    }
  }
}

/** A finished sentence: "a" before a vowel becomes "an", the first letter a capital. Lists avoid words like "hour". */
export function sentenceOf(text: string): string {
  const spelt = text.replace(/\b([Aa]) (?=[aeiou]|8|11 |18 )/g, "$1n ");
  return spelt.charAt(0).toUpperCase() + spelt.slice(1);
}
