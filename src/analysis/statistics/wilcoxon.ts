import { ranksOf } from "./ranks.ts";

/** Two-sided p-value, and the least that this many differences could have given, all of one sign. */
interface SignedRank {
  readonly pValue: number;
  readonly smallestPValue: number;
}

/**
 * Wilcoxon's signed-rank test of paired differences, exact at any number of seeds, ties included: every one of the 2ⁿ
 * ways to give signs to the ranks is counted. Differences of zero are left out, as Wilcoxon did; null where none is left.
 *
 * With n differences nothing below 2 / 2ⁿ can come out: 0.25 at three seeds, 0.0625 at five. Under six seeds the test
 * cannot reach 0.05, however clear the case.
 *
 * Source: Wilcoxon 1945; Pratt & Gibbons 1981 for ties.
 */
export function signedRank(differences: readonly number[]): SignedRank | null {
  const real = differences.filter((difference) => difference !== 0);
  if (real.length === 0) return null;
  // Ranks with ties end in .5; doubled they are whole, and sums of them index an array.
  const doubled = ranksOf(real.map((difference) => Math.abs(difference))).map((rank) => Math.round(2 * rank));
  const positive = doubled.reduce((sum, rank, index) => sum + ((real[index] ?? 0) > 0 ? rank : 0), 0);
  const total = doubled.reduce((sum, rank) => sum + rank, 0);
  const lesser = Math.min(positive, total - positive);
  const chances = signChances(doubled, total);
  const tail = chances.slice(0, lesser + 1).reduce((sum, chance) => sum + chance, 0);
  return { pValue: Math.min(1, 2 * tail), smallestPValue: 2 ** (1 - real.length) };
}

/** Chance of each sum of the ranks that got a plus, every rank getting one with chance ½; [total + 1]. */
function signChances(ranks: readonly number[], total: number): Float64Array {
  const chances = new Float64Array(total + 1);
  chances[0] = 1;
  for (const rank of ranks) {
    for (let sum = total; sum >= 0; sum--) {
      chances[sum] = ((chances[sum] ?? 0) + (sum >= rank ? (chances[sum - rank] ?? 0) : 0)) / 2;
    }
  }
  return chances;
}
