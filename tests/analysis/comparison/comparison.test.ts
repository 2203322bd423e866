import { describe, expect, test } from "vitest";
import { Bootstrap } from "../../../src/analysis/statistics/bootstrap.ts";
import { compareScores } from "../../../src/analysis/comparison/comparison.ts";
import type { ComparisonRecord } from "../../../src/contract/comparison.ts";

const bootstrap = new Bootstrap();

/** Compares methods given as differences in points to the reference, whose score is 0.7 at every seed. */
function compare(...differences: readonly (readonly number[])[]): ComparisonRecord[] {
  const scores = (values: readonly number[]) => new Map(values.map((value, index) => [index + 1, 0.7 + value / 100]));
  const longest = Math.max(...differences.map((values) => values.length));
  const zeros = Array.from({ length: longest }, () => 0);
  const reference = { method: "ref", label: "Vanilla", setting: {}, bySeed: scores(zeros) };
  const others = differences.map((values, index) => ({
    method: `m${index}`,
    label: `Method ${index}`,
    setting: {},
    bySeed: scores(values),
  }));
  return compareScores(
    "accuracy",
    others.map((other) => ({ reference, other })),
    bootstrap,
  );
}

describe("the verdict", () => {
  test("better, worse, and not enough to tell", () => {
    const [better, worse, unclear] = compare([2, 2.5, 1.8, 2.2, 2.1], [-2, -2.5, -1.8, -2.2, -2.1], [3, -1, 2, 0, -2]);
    expect(better).toMatchObject({ verdict: "better", superiority: 1, seedsToSettle: null });
    expect(worse).toMatchObject({ verdict: "worse", superiority: 0 });
    expect(unclear).toMatchObject({ verdict: "unclear", superiority: 0.5 });
    expect(better?.sentence).toMatch(
      /^Over 5 seeds Method 0 is 2\.1 points above Vanilla, 95 % interval 1\.8 to 2\.4: more than luck explains \(p < 0\.001\)\.$/,
    );
    expect(worse?.sentence).toContain("2.1 points below Vanilla, 95 % interval −2.4 to −1.8");
    expect(unclear?.sentence).toMatch(
      /^Over 5 seeds Method 2 is 0\.4 points above Vanilla, 95 % interval −2\.2 to 3\.0: not enough to tell\. If .* about \d+ seeds would settle it\.$/,
    );
  });

  test("is withheld below five seeds, however clear they look", () => {
    const [record] = compare([2, 2.01, 1.99, 2]);
    expect(record?.adjustedPValue).toBeLessThan(0.001);
    expect(record?.verdict).toBe("unclear");
    expect(record?.sentence).toContain("not enough to tell. If the true difference is this one, about 5 seeds");
  });

  test("counts how many methods were tried", () => {
    const near = [2.2, 0.4, 1.6, 0.2, 1.7];
    expect(compare(near)[0]).toMatchObject({ verdict: "better" });
    const records = compare(near, [1, -1, 1, -1, 1], [0, 2, -2, 1, 0]);
    expect(records[0]).toMatchObject({ verdict: "unclear" });
    expect(records[0]?.adjustedPValue).toBeCloseTo(3 * (records[0]?.pValue ?? 0), 12);
    expect(records[0]?.sentence).toContain("with several methods compared, one may come out like this by luck");
  });

  test("does not trust equal differences for having no spread", () => {
    const [five] = compare([1, 1, 1, 1, 1]);
    expect(five).toMatchObject({ std: 0, effectSize: null, pValue: 0.0625, verdict: "unclear" });
    const [six] = compare([1, 1, 1, 1, 1, 1]);
    expect(six).toMatchObject({ pValue: 0.03125, verdict: "better" });
    const [none] = compare([0, 0, 0, 0, 0]);
    expect(none).toMatchObject({ difference: 0, pValue: 1, wilcoxon: null, superiority: 0.5 });
    expect(none?.sentence).toBe("Scores of Method 0 and Vanilla are equal in all 5 seeds.");
    expect(compare([0, 0])[0]?.sentence).toBe("Scores of Method 0 and Vanilla are equal in both seeds.");
    expect(compare([0])[0]?.sentence).toBe("Scores of Method 0 and Vanilla are equal in the only seed.");
  });

  test("goes by the seeds that both completed", () => {
    const reference = { method: "ref", label: "Vanilla", setting: {}, bySeed: new Map([[1, 0.5], [3, 0.6]]) }; // prettier-ignore
    const other = { method: "m", label: "M", setting: {}, bySeed: new Map([[3, 0.65], [4, 0.9]]) }; // prettier-ignore
    const [record] = compareScores("f1", [{ reference, other }], bootstrap);
    expect(record).toMatchObject({ seeds: [3], std: null, interval: null, pValue: null, verdict: "unclear" });
    expect(record?.difference).toBeCloseTo(0.05, 12);
    expect(record?.sentence).toBe("With 1 seed M is 5.0 points above Vanilla: not enough to tell.");
    const [apart] = compareScores("f1", [{ reference, other: { ...other, bySeed: new Map([[4, 0.9]]) } }], bootstrap);
    expect(apart).toMatchObject({ difference: null, superiority: null });
    expect(apart?.sentence).toBe("M and Vanilla have no completed seed in common: nothing can be said.");
  });
});
