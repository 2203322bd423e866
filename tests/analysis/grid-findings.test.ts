import { describe, expect, test } from "vitest";
import { findingsOf } from "../../src/analysis/scores/summary.ts";
import type { ScoredRun } from "../../src/analysis/scores/cell-scores.ts";
import type { Values } from "../../src/contract/fields.ts";

/** A run per score, by seed from 1. `setting`: axes named "rate" are no field of the method. */
function runs(method: string, setting: Values, scores: readonly number[]): ScoredRun[] {
  const { rate: _, ...values } = setting;
  return scores.map((score, index) => ({
    method,
    label: method.toUpperCase(),
    setting,
    values,
    seed: index + 1,
    status: "completed" as const,
    evaluations: [{ step: 1, epoch: 1, loss: 1, scores: { f1: score } }],
  }));
}

const flat = [0.7, 0.7, 0.7, 0.7, 0.7];
/** Two points above, give or take: better, if it were the only one. */
const near = [0.722, 0.704, 0.716, 0.702, 0.717];
const wide = [0.71, 0.69, 0.71, 0.69, 0.71];

describe("with a grid", () => {
  test("every method is summed up at every setting by itself", () => {
    const { summary } = findingsOf(
      [...runs("vanilla", {}, [0.5, 0.7]), ...runs("dense", { p: 0.1 }, [0.6]), ...runs("dense", { p: 0.3 }, [0.8, 1])],
      ["f1"],
    );
    const last = summary.filter(({ epoch }) => epoch === "last");
    expect(last.map(({ method, setting, mean, seeds }) => [method, setting, mean, seeds])).toEqual([
      ["vanilla", {}, 0.6, [1, 2]],
      ["dense", { p: 0.1 }, 0.6, [1]],
      ["dense", { p: 0.3 }, 0.9, [1, 2]],
    ]);
  });

  test("ranks are among cells of the same values of the axes that all methods have", () => {
    const { summary } = findingsOf(
      [
        ...runs("vanilla", { rate: 1 }, [0.5]),
        ...runs("dense", { p: 0.1, rate: 1 }, [0.6]),
        ...runs("dense", { p: 0.3, rate: 1 }, [0.4]),
        ...runs("vanilla", { rate: 2 }, [0.1]),
        ...runs("dense", { p: 0.1, rate: 2 }, [0.2]),
        ...runs("vanilla", { rate: 3 }, [0.9]),
      ],
      ["f1"],
    );
    expect(summary.filter(({ epoch }) => epoch === "last").map(({ rank }) => rank)).toEqual([2, 1, 3, 2, 1, null]);
  });

  test("each cell is held against the reference at its own place, and the reference against nothing", () => {
    const { comparisons } = findingsOf(
      [
        ...runs("vanilla", { rate: 1 }, [0.5]),
        ...runs("vanilla", { rate: 2 }, [0.1]),
        ...runs("dense", { p: 0.1, rate: 2 }, [0.2]),
        ...runs("dense", { p: 0.1, rate: 1 }, [0.8]),
        ...runs("dense", { p: 0.1, rate: 3 }, [0.8]),
      ],
      ["f1"],
    );
    expect(comparisons.map(({ setting, difference }) => [setting, difference?.toFixed(3)])).toEqual([
      [{ p: 0.1, rate: 2 }, "0.100"],
      [{ p: 0.1, rate: 1 }, "0.300"],
    ]);
    expect(comparisons[0]).toMatchObject({ method: "dense", reference: "vanilla", seeds: [1] });
  });

  test("Holm counts settings as well as methods, also where they stand against different references", () => {
    const first = [...runs("vanilla", { rate: 1 }, flat), ...runs("dense", { p: 0.1, rate: 1 }, near)];
    const alone = findingsOf(first, ["f1"]).comparisons;
    expect(alone[0]).toMatchObject({ verdict: "better" });
    const { comparisons } = findingsOf(
      [
        ...first,
        ...runs("dense", { p: 0.3, rate: 1 }, wide),
        ...runs("vanilla", { rate: 2 }, flat),
        ...runs("dense", { p: 0.1, rate: 2 }, wide),
        ...runs("dense", { p: 0.3, rate: 2 }, wide),
      ],
      ["f1"],
    );
    const [crowded, ...others] = comparisons;
    expect(others).toHaveLength(3);
    expect(crowded?.pValue).toBe(alone[0]?.pValue);
    expect(crowded?.adjustedPValue).toBeCloseTo(4 * (crowded?.pValue ?? Number.NaN), 12);
    expect(crowded?.verdict).toBe("unclear");
    expect(crowded?.sentence).toContain("with several methods and settings compared, one may come out like this");
  });

  test("another score is another question: Holm does not count it", () => {
    const both = runs("vanilla", {}, flat).concat(runs("dense", { p: 0.1 }, near)).map((run) => ({
      ...run,
      evaluations: run.evaluations.map((at) => ({ ...at, scores: { ...at.scores, accuracy: at.scores["f1"] ?? null } })),
    })); // prettier-ignore
    const { comparisons } = findingsOf(both, ["f1", "accuracy"]);
    expect(comparisons.map(({ adjustedPValue, pValue }) => adjustedPValue === pValue)).toEqual([true, true]);
  });

  test("sentences say the setting, once where both have it", () => {
    const sentence = (...all: readonly ScoredRun[][]) => findingsOf(all.flat(), ["f1"]).comparisons[0]?.sentence;
    expect(sentence(runs("vanilla", {}, flat), runs("dense", { frozenShare: 0.3 }, near))).toMatch(
      /^Over 5 seeds DENSE with trained share 0\.7 is 1\.2 points above VANILLA, 95 % interval/,
    );
    expect(sentence(runs("vanilla", { rate: 2e-5 }, flat), runs("dense", { p: 0.3, rate: 2e-5 }, near))).toMatch(
      /^Over 5 seeds at rate 2e-5, DENSE with p 0\.3 is 1\.2 points above VANILLA, 95/,
    );
    expect(sentence(runs("dense", { p: 0.3 }, flat), runs("re-init", {}, near))).toMatch(
      /^Over 5 seeds RE-INIT is 1\.2 points above DENSE with p 0\.3, 95/,
    );
    expect(sentence(runs("vanilla", { rate: 1 }, []), runs("dense", { rate: 1 }, near))).toBeUndefined();
    const failed = runs("vanilla", { rate: 1 }, flat).map((run) => ({ ...run, status: "failed" as const }));
    expect(sentence(failed, runs("dense", { rate: 1 }, near))).toBe(
      "DENSE and VANILLA have no completed seed in common at rate 1: nothing can be said.",
    );
  });
});
