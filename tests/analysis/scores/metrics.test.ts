import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { metricIds, scoreOf } from "../../../src/analysis/scores/metrics.ts";

interface GoldenCase {
  readonly name: string;
  /** Labels a row, where there are several. */
  readonly width?: number;
  readonly predictions: readonly number[];
  readonly labels: readonly number[];
  readonly scores: Readonly<Record<string, number | null>>;
}

const golden: { readonly cases: readonly GoldenCase[] } = JSON.parse(
  readFileSync(new URL("../../golden/metrics.json", import.meta.url), "utf8"),
);

/** n rows, each score a few sums of n terms in float64: n roundings, with a factor for the conditioning of a mean. */
const bound = (rows: number, conditioning = 1): number => 8 * rows * conditioning * 2 ** -53;

describe("scores equal scikit-learn's and SciPy's", () => {
  test.each(golden.cases)("$name", ({ name, width, predictions, labels, scores }) => {
    expect(Object.keys(scores).length).toBeGreaterThan(1);
    // A mean of 1e6 over a spread of 1.4 costs digits on both sides.
    const conditioning = name.includes("large mean") ? 1e6 : 1;
    for (const [metric, wanted] of Object.entries(scores)) {
      const got = scoreOf(metric, Float64Array.from(predictions), labels, width);
      if (wanted === null || got === null) expect([metric, got]).toEqual([metric, wanted]);
      else if (!(Math.abs(got - wanted) <= bound(labels.length, conditioning))) {
        throw new Error(`${metric}: ${got} where ${wanted} was wanted`);
      }
    }
  });

  test("the fixture covers every metric", () => {
    const covered = new Set(golden.cases.flatMap(({ scores }) => Object.keys(scores)));
    expect([...covered].sort()).toEqual([...metricIds].sort());
  });
});

describe("what has no score", () => {
  test.each(metricIds)("%s of nothing, and of a prediction that is not finite", (metric) => {
    expect(scoreOf(metric, [], [])).toBeNull();
    expect(scoreOf(metric, [0, Number.NaN, 1], [0, 1, 1])).toBeNull();
    expect(scoreOf(metric, [0, Infinity, 1], [0, 1, 1])).toBeNull();
  });

  test("F1 without a positive on either side", () => {
    expect(scoreOf("f1", [0, 0], [0, 0])).toBeNull();
    expect(scoreOf("f1", [0, 0], [0, 1])).toBe(0);
  });

  test("another number of predictions, an unknown metric", () => {
    expect(() => scoreOf("accuracy", [1], [1, 0])).toThrow(/1 predictions .* 2 labels/);
    expect(() => scoreOf("bleu", [1], [1])).toThrow(/no metric "bleu"/);
  });
});
