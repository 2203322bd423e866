import { mean, sampleStandardDeviation } from "simple-statistics";
import type { ComparisonRecord, Verdict } from "../../contract/comparison.ts";
import type { Bootstrap } from "../statistics/bootstrap.ts";
import type { CellScores } from "../scores/cell-scores.ts";
import { sentenceOf } from "./comparison-sentence.ts";
import { holm } from "../statistics/holm.ts";
import { seedsToSettle } from "../statistics/power.ts";
import { fewestSeeds } from "../scores/seeds.ts";
import { studentPValue, studentQuantile } from "../statistics/student.ts";
import { signedRank } from "../statistics/wilcoxon.ts";

/** A difference called real may be luck in at most this share of experiments, all comparisons of it together. */
const level = 0.05;
/** Scores are at most 1: differences that agree to this are equal but for rounding. */
const rounding = 1e-12;

/** What is compared with what. */
interface Pair {
  readonly reference: Scores;
  readonly other: Scores;
}

type Scores = Omit<CellScores, "oneClass">;

/**
 * Holds cells against their references in one score, seed by seed. The pairs are all that an experiment compares in
 * this score: Holm's correction runs over the whole of them, settings of a grid as well as methods, as every one more
 * is a chance more to be lucky.
 *
 * The verdict is a paired t-test after Holm: `better` or `worse` where the adjusted p is at most 0.05 and there are at
 * least five seeds, else `unclear`. Why t: with the five or ten seeds that people can afford, Wilcoxon's test and every
 * other that flips signs cannot reach 0.05 below six seeds whatever is seen, nor, after Holm over seven methods, below
 * nine; and resampled intervals are too narrow, so that they call luck a difference. Student's interval keeps its 95 %
 * at any number of seeds as long as the differences are not far from normal, which means of many rows are not. A run
 * that collapses is such an outlier; it widens the interval, so that t errs to the side of saying nothing. The other
 * two are given beside it, with the least p that Wilcoxon could have reached. Below five seeds the spread of the
 * differences is itself a guess: no verdict.
 */
export function compareScores(score: string, pairs: readonly Pair[], bootstrap: Bootstrap): ComparisonRecord[] {
  const measured = pairs.map((pair) => ({ pair, ...measure(pair, bootstrap) }));
  const adjusted = holm(measured.flatMap(({ pValue }) => pValue ?? []));
  const testedCount = adjusted.length;
  return measured.map(({ pair: { reference, other }, ...measures }) => {
    const adjustedPValue = measures.pValue === null ? null : (adjusted.shift() ?? null);
    const verdict = verdictOf(measures, adjustedPValue);
    const { effectSize } = measures;
    const record = {
      method: other.method,
      setting: other.setting,
      reference: reference.method,
      score,
      ...measures,
      adjustedPValue,
      verdict,
      seedsToSettle:
        verdict === "unclear" && effectSize !== null ? seedsToSettle(effectSize, level / testedCount) : null,
    };
    return { ...record, sentence: sentenceOf(record, other, reference) };
  });
}

type Measures = Pick<
  ComparisonRecord,
  | "seeds"
  | "differences"
  | "difference"
  | "std"
  | "interval"
  | "bootstrapInterval"
  | "pValue"
  | "wilcoxon"
  | "effectSize"
  | "superiority"
>;

function measure({ reference, other }: Pair, bootstrap: Bootstrap): Measures {
  const pairs = [...other.bySeed].flatMap(([seed, score]) => {
    const yardstick = reference.bySeed.get(seed);
    return yardstick === undefined ? [] : [{ seed, difference: settled(score - yardstick) }];
  });
  const seeds = pairs.map(({ seed }) => seed);
  const differences = pairs.map(({ difference }) => difference);
  const count = differences.length;
  const difference = count === 0 ? null : mean(differences);
  const superiority = count === 0 ? null : mean(differences.map((one) => (1 + Math.sign(one)) / 2));
  const none = { std: null, interval: null, bootstrapInterval: null, pValue: null, wilcoxon: null, effectSize: null };
  if (difference === null || count < 2) return { seeds, differences, difference, superiority, ...none };
  const std = deviationOf(differences);
  const wilcoxon = signedRank(differences);
  return {
    seeds,
    differences,
    difference,
    superiority,
    std,
    interval: pairedInterval(differences),
    bootstrapInterval: bootstrap.interval(differences),
    // Equal differences have no spread to go by, and t would be sure of them after two seeds; the signs still count.
    pValue: std === 0 ? (wilcoxon?.pValue ?? 1) : studentPValue((difference / std) * Math.sqrt(count), count - 1),
    wilcoxon,
    effectSize: std === 0 ? null : difference / std,
  };
}

/** Sample deviation (n-1), 0 where all are equal but for rounding. */
function deviationOf(differences: readonly number[]): number {
  const spread = sampleStandardDeviation([...differences]);
  return spread <= rounding ? 0 : spread;
}

/** 95 % interval of the mean difference by Student's t; null below two seeds. */
export function pairedInterval(differences: readonly number[]): readonly [number, number] | null {
  const count = differences.length;
  if (count < 2) return null;
  const middle = mean([...differences]);
  const half = (studentQuantile(level, count - 1) * deviationOf(differences)) / Math.sqrt(count);
  return [middle - half, middle + half];
}

/** Without the last digits, so that differences that are equal on paper tie, and zero is zero. */
export function settled(difference: number): number {
  return Math.round(difference / rounding) * rounding;
}

function verdictOf({ seeds, difference }: Measures, adjustedPValue: number | null): Verdict {
  if (seeds.length < fewestSeeds || difference === null || !(adjustedPValue !== null && adjustedPValue <= level)) {
    return "unclear";
  }
  return difference > 0 ? "better" : "worse";
}
