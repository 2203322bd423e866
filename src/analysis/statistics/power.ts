import { fewestSeeds } from "../scores/seeds.ts";
import { studentQuantile } from "./student.ts";

/** Normal quantile of 80 %: how often the experiment shall find what is there. */
const eightyPercent = 0.8416212335729143;

/** Beyond this nobody will go. */
const mostSeeds = 1000;

/**
 * Seeds with which a paired t-test at `level` finds a true difference of this effect size (mean over deviation) in four
 * of five experiments; null where not even 1,000 would do. The effect seen with few seeds is itself mostly luck, so the
 * answer is an order of magnitude and is given as one.
 *
 * The smallest n with √n·|effect| ≥ t(level, n-1) + z(80 %): the normal approximation to the noncentral t, within one
 * seed of the exact number.
 */
export function seedsToSettle(effectSize: number, level: number): number | null {
  const settles = (count: number): boolean =>
    Math.sqrt(count) * Math.abs(effectSize) >= studentQuantile(level, count - 1) + eightyPercent;
  if (!settles(mostSeeds)) return null;
  // The left side grows with the count and the right one falls: what settles it once does so for good.
  let [few, enough] = [fewestSeeds - 1, mostSeeds];
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (settles(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}
