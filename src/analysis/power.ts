import { fewestSeeds } from "./seeds.ts";
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
  for (let count = fewestSeeds; count <= mostSeeds; count++) {
    const needed = studentQuantile(level, count - 1) + eightyPercent;
    if (Math.sqrt(count) * Math.abs(effectSize) >= needed) return count;
  }
  return null;
}
