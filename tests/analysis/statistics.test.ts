import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Bootstrap, expandedTail } from "../../src/analysis/statistics/bootstrap.ts";
import { compareScores } from "../../src/analysis/comparison/comparison.ts";
import { holm } from "../../src/analysis/statistics/holm.ts";
import { seedsToSettle } from "../../src/analysis/statistics/power.ts";
import { averageRanks, ranksOf } from "../../src/analysis/statistics/ranks.ts";
import { studentPValue, studentQuantile } from "../../src/analysis/statistics/student.ts";
import { signedRank } from "../../src/analysis/statistics/wilcoxon.ts";
import { drawNormal } from "../../src/core/rng.ts";

interface Difference {
  readonly name: string;
  readonly values: readonly number[];
  readonly pValue: number;
  readonly interval: readonly [number, number];
  readonly std: number;
  readonly standardError: number;
  readonly wilcoxon: number;
  readonly tail: number;
  readonly bootstrapLow: readonly [number, number];
  readonly bootstrapHigh: readonly [number, number];
}

const golden: {
  readonly differences: readonly Difference[];
  readonly quantiles: readonly { level: number; df: number; t: number }[];
  readonly pValues: readonly { t: number; df: number; pValue: number }[];
  readonly holm: readonly { values: number[]; adjusted: number[] }[];
  readonly powers: readonly { effect: number; level: number; seeds: number | null }[];
  readonly ranks: readonly { table: number[][]; averages: number[] }[];
} = JSON.parse(readFileSync(new URL("../golden/statistics.json", import.meta.url), "utf8"));

const unit = 2 ** -53;
/** Roundings of the series: some eight a term, and it has about df / 2. */
const seriesBound = (df: number): number => 8 * (df + 2) * unit;

function expectWithin(got: number | undefined | null, wanted: number, bound: number): void {
  if (got === null || got === undefined || !(Math.abs(got - wanted) <= bound)) {
    throw new Error(`${got} where ${wanted} ± ${bound} was wanted`);
  }
}

describe("Student's t equals SciPy's", () => {
  test.each(golden.pValues)("p of $t with $df degrees of freedom", ({ t, df, pValue }) => {
    expectWithin(studentPValue(t, df), pValue, seriesBound(df));
  });

  test.each(golden.quantiles)("quantile at $level with $df", ({ level, df, t }) => {
    // dp/dt is twice the density, which is at least p / (2t) out there: an error in p becomes 2t/p times as large in t.
    expectWithin(studentQuantile(level, df), t, ((4 * (t + 1)) / level) * seriesBound(df));
  });
});

describe.each(golden.differences)("$name", (one) => {
  const { values } = one;
  const count = values.length;
  const scores = (all: readonly number[]) => new Map(all.map((value, index) => [index + 1, value]));
  const reference = { method: "a", label: "A", setting: {}, bySeed: scores(values.map(() => 0)) };
  const [record] = compareScores(
    "f1",
    [{ reference, other: { method: "b", label: "B", setting: {}, bySeed: scores(values) } }],
    new Bootstrap(),
  );
  const largest = Math.max(...values.map(Math.abs));
  /** Differences are kept to 1e-12, which is far above their own roundings. */
  const kept = 1e-12;

  test("mean, deviation and interval as scipy.stats.ttest_1samp", () => {
    const quantile = studentQuantile(0.05, count - 1);
    expectWithin(record?.std, one.std, kept + 8 * count * unit * largest);
    for (const side of [0, 1] as const) {
      expectWithin(record?.interval?.[side], one.interval[side], kept * (1 + quantile));
    }
    // p moves by at most half of t's relative error.
    const error = kept / one.std + kept / Math.max(kept, Math.abs(record?.difference ?? 0));
    expectWithin(record?.pValue, one.pValue, error + seriesBound(count));
  });

  test("Wilcoxon as scipy.stats.wilcoxon over all signs", () => {
    expectWithin(record?.wilcoxon?.pValue, one.wilcoxon, 2 ** -40);
    expect(record?.wilcoxon?.pValue).toBeGreaterThanOrEqual(record?.wilcoxon?.smallestPValue ?? Number.NaN);
  });

  test("the bootstrap interval lies where SciPy's resamples put it", () => {
    // simple-statistics' error function is good to 1.2e-7.
    expectWithin(expandedTail(count), one.tail, 1.2e-7);
    const [low = Number.NaN, high = Number.NaN] = record?.bootstrapInterval ?? [];
    expect(low >= one.bootstrapLow[0] - kept && low <= one.bootstrapLow[1] + kept).toBe(true);
    expect(high >= one.bootstrapHigh[0] - kept && high <= one.bootstrapHigh[1] + kept).toBe(true);
  });
});

test.each(golden.holm)("Holm of $values", ({ values, adjusted }) => {
  for (const [index, got] of holm(values).entries()) expectWithin(got, adjusted[index] ?? Number.NaN, 8 * unit);
});

test.each(golden.powers)("seeds for an effect of $effect at $level, within one", ({ effect, level, seeds }) => {
  const got = seedsToSettle(effect, level);
  if (seeds === null || got === null) expect(got).toBe(seeds);
  else expectWithin(got, seeds, 1);
});

test.each(golden.ranks)("average ranks as scipy.stats.rankdata", ({ table, averages }) => {
  const got = averageRanks(table) ?? [];
  expect(got).toHaveLength(averages.length);
  for (const [index, rank] of got.entries())
    expectWithin(rank, averages[index] ?? Number.NaN, 16 * table.length * unit);
});

describe("what cannot be had", () => {
  test("Wilcoxon at three and five seeds stays above 0.05, however clear the case", () => {
    expect(signedRank([1, 2, 3])).toEqual({ pValue: 0.25, smallestPValue: 0.25 });
    expect(signedRank([1, 2, 3, 4, 5])).toEqual({ pValue: 0.0625, smallestPValue: 0.0625 });
    expect(signedRank([1, 2, 3, 4, 5, 6])?.pValue).toBe(0.03125);
    expect(signedRank([0, 0])).toBeNull();
  });

  test("an interval of one value, ranks of nothing", () => {
    expect(new Bootstrap().interval([0.5])).toBeNull();
    expect(averageRanks([])).toBeNull();
    expect(averageRanks([[0.5, null]])).toBeNull();
    expect(ranksOf([])).toEqual([]);
  });
});

test("intervals cover the mean of five normal values as often as their docstrings say", () => {
  const trials = 1000;
  const quantile = studentQuantile(0.05, 4);
  const bootstrap = new Bootstrap();
  let [byT, byBootstrap] = [0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const values = Array.from({ length: 5 }, (_, index) => drawNormal(1, "coverage", trial, index));
    const mean = values.reduce((sum, value) => sum + value, 0) / 5;
    const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4);
    if (Math.abs(mean) <= (quantile * std) / Math.sqrt(5)) byT++;
    const [low = 1, high = -1] = bootstrap.interval(values) ?? [];
    if (low <= 0 && high >= 0) byBootstrap++;
  }
  const fiveSigma = 5 * Math.sqrt((0.95 * 0.05) / trials);
  expectWithin(byT / trials, 0.95, fiveSigma);
  expectWithin(byBootstrap / trials, 0.92, fiveSigma);
});

test("the same values give the same interval, whatever was asked before", () => {
  const bootstrap = new Bootstrap();
  bootstrap.interval([3, 1, 2]);
  expect(bootstrap.interval([0.1, 0.4, 0.2, 0.9])).toEqual(new Bootstrap().interval([0.1, 0.4, 0.2, 0.9]));
});
