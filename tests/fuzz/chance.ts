import { labelHash, threefry } from "../../src/core/rng.ts";

/** Draws of one case: the same seed, name and case give the same ones. Source: Mulberry32, T. Ettinger 2017. */
export class Chance {
  #state: number;

  constructor(seed: number, name: string, index: number) {
    [this.#state] = threefry(seed, labelHash(name), index, 0);
  }

  /** u32. */
  word(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** A whole number from 0, below `end`; 0 for an end below 1. */
  below(end: number): number {
    return end < 1 ? 0 : this.word() % Math.floor(end);
  }

  hit(share: number): boolean {
    return this.word() < share * 2 ** 32;
  }

  /** Errors: Error for an empty list. */
  pick<T>(list: readonly T[]): T {
    const found = list[this.below(list.length)];
    if (found === undefined) throw new Error("nothing to pick from");
    return found;
  }

  bytes(count: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length: count }, () => this.word() & 255);
  }
}
