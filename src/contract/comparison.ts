import type { Values } from "./fields.ts";

/** What can be said of a difference: `unclear` is "not enough to tell", never "the same". */
export type Verdict = "better" | "worse" | "unclear";

/** A score of one method held against that of the reference method, seed by seed, after the last epoch. */
export interface ComparisonRecord {
  readonly method: string;
  /** Where in the grid, as in RunRecord.setting; the reference is taken at the same place of the axes that it has. */
  readonly setting: Values;
  readonly reference: string;
  /** Metric id. */
  readonly score: string;
  /** Seeds that both methods completed with a defined score: they share batches and starting head. */
  readonly seeds: readonly number[];
  /** Method minus reference of each of these seeds, in units of the score. */
  readonly differences: readonly number[];
  /** Their mean; null without a common seed. */
  readonly difference: number | null;
  /** Sample deviation (n-1) of the differences; null below two seeds, as all that follows but superiority. */
  readonly std: number | null;
  /** 95 % interval of the mean difference by Student's t, the one the verdict is read off. */
  readonly interval: readonly [number, number] | null;
  /** 95 % interval of the mean difference by resampling seeds, widened for few of them. */
  readonly bootstrapInterval: readonly [number, number] | null;
  /** Two-sided, paired t; where all differences are equal, Wilcoxon's. */
  readonly pValue: number | null;
  /** The same after Holm, over everything that the experiment compares in this score: methods, and settings of a grid. */
  readonly adjustedPValue: number | null;
  /** Wilcoxon signed-rank, exact, two-sided; `smallestPValue` is the least that these seeds could have given. */
  readonly wilcoxon: { readonly pValue: number; readonly smallestPValue: number } | null;
  /** Mean of the differences over their deviation (Cohen's d_z); null where they are all equal. */
  readonly effectSize: number | null;
  /** Share of the seeds in which the method scored higher, a tie counting half. */
  readonly superiority: number | null;
  readonly verdict: Verdict;
  /** Seeds with which a difference like this one would be told from chance in 4 of 5 experiments; null where unknown. */
  readonly seedsToSettle: number | null;
  /** All of it for a reader, in points (score × 100). */
  readonly sentence: string;
}
