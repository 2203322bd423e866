import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { calibrationOf } from "../../../src/analysis/answers/calibration.ts";
import {
  confusionOf,
  majorityOf,
  meanConfusion,
  meanReport,
  reportOf,
} from "../../../src/analysis/answers/confusion.ts";
import { packProbabilities, softmax, unpackProbabilities } from "../../../src/analysis/answers/probabilities.ts";
import { meanResidualReport, residualBands, residualReport } from "../../../src/analysis/answers/residuals.ts";
import { atHalf, bestThreshold, thresholdCurve } from "../../../src/analysis/answers/thresholds.ts";

type Point = Readonly<Record<"precision" | "recall" | "f1" | "accuracy", number>>;
interface ClassCase extends Readonly<Record<"precision" | "recall" | "f1" | "support" | "binCounts", number[]>> {
  readonly name: string;
  readonly targets: number[];
  readonly logits: number[];
  readonly classCount: number;
  readonly confusion: number[][];
  readonly accuracy: number;
  readonly macroF1: number;
  readonly calibrationError: number;
  readonly thresholds: readonly { readonly threshold: number; readonly 0: Point; readonly 1: Point }[];
}
interface ScoreCase extends Readonly<Record<"meanAbsoluteError" | "meanResidual" | "pearson" | "spearman", number>> {
  readonly name: string;
  readonly targets: number[];
  readonly said: number[];
  readonly bands: readonly { readonly count: number; readonly meanResidual: number }[];
}

const golden: { readonly classes: readonly ClassCase[]; readonly scores: readonly ScoreCase[] } = JSON.parse(
  readFileSync(new URL("../../golden/answers.json", import.meta.url), "utf8"),
);

const rowsOf = ({ logits, classCount }: ClassCase): readonly number[][] =>
  Array.from({ length: logits.length / classCount }, (_, row) =>
    logits.slice(row * classCount, (row + 1) * classCount),
  );
const saidOf = (one: ClassCase): readonly number[] => rowsOf(one).map((row) => row.indexOf(Math.max(...row)));

/** The probabilities as they are, in the form in which kept ones come. */
const exactly = (one: ClassCase) => {
  const rows = rowsOf(one).map(softmax);
  const of = (row: number, index: number): number => rows[row]?.[index] ?? Number.NaN;
  return { rowCount: rows.length, classCount: one.classCount, of };
};

/** Sums of n terms in float64. */
const expectNear = (got: number | null | undefined, wanted: number, rows: number): void => {
  if (!(Math.abs((got ?? Number.NaN) - wanted) <= 64 * rows * 2 ** -53)) throw new Error(`${got} for ${wanted}`);
};

describe("what scikit-learn says of classes", () => {
  test.each(golden.classes)("$name", (one) => {
    const { targets, classCount } = one;
    const confusion = confusionOf(targets, saidOf(one), classCount);
    expect(confusion).toEqual(one.confusion);
    const report = reportOf(confusion);
    expectNear(report.accuracy, one.accuracy, targets.length);
    expectNear(report.macroF1, one.macroF1, targets.length);
    expect(report.classes.map(({ support }) => support)).toEqual(one.support);
    report.classes.forEach((scores, index) => {
      for (const key of ["precision", "recall", "f1"] as const) expectNear(scores[key], one[key][index] ?? 0, 1);
    });
    const calibration = calibrationOf(targets, [{ said: saidOf(one), probabilities: exactly(one) }]);
    expect(calibration.bins.map(({ count }) => count)).toEqual(one.binCounts);
    expectNear(calibration.expectedError, one.calibrationError, targets.length);
  });

  test("over thresholds, for either class", () => {
    const compared = golden.classes.flatMap((one) =>
      one.thresholds.flatMap((wanted) =>
        [0, 1].map((positive) => {
          const curve = thresholdCurve(one.targets, [exactly(one)], positive);
          const got = curve.find(({ threshold }) => threshold === wanted.threshold);
          const point = positive === 0 ? wanted[0] : wanted[1];
          for (const key of ["precision", "recall", "f1", "accuracy"] as const) {
            expectNear(got?.[key], point[key], one.targets.length);
          }
          return key(one.name, positive);
        }),
      ),
    );
    expect(compared).toHaveLength(16);
  });

  test.each(golden.scores)("$name", (one) => {
    const report = residualReport(one.targets, one.said);
    const rows = one.targets.length;
    for (const key of ["meanAbsoluteError", "meanResidual", "pearson", "spearman"] as const) {
      expectNear(report[key], one[key], rows);
    }
    const bands = residualBands(one.targets, [one.said, one.said]);
    expect(bands.map(({ count }) => count)).toEqual(one.bands.map(({ count }) => 2 * count));
    bands.forEach(({ meanResidual }, index) => expectNear(meanResidual, one.bands[index]?.meanResidual ?? 0, rows));
  });
});

const key = (name: string, positive: number): string => `${name} ${positive}`;

describe("over several runs", () => {
  test("matrix and scores are means; the commonest class is what doing nothing comes to", () => {
    const targets = [0, 0, 0, 1];
    const confusions = [
      [0, 0, 1, 1],
      [0, 0, 0, 0],
    ].map((said) => confusionOf(targets, said, 2));
    expect(meanConfusion(confusions)).toEqual([
      [2.5, 0.5],
      [0.5, 0.5],
    ]);
    const report = meanReport(confusions.map(reportOf));
    expect(report.accuracy).toBe(0.75);
    expect(report.classes[0]).toMatchObject({ precision: (1 + 3 / 4) / 2, recall: (2 / 3 + 1) / 2, support: 3 });
    const majority = majorityOf(targets, 2);
    expect(majority.index).toBe(0);
    expect(majority.report).toMatchObject({ accuracy: 0.75, macroF1: 6 / 7 / 2 });
  });

  test("calibration: a mean of errors, over bins of all rows", () => {
    const probabilities = { rowCount: 2, classCount: 2, of: (_: number, index: number) => (index === 0 ? 0.75 : 0.25) };
    const runs = [
      { said: [0, 0], probabilities },
      { said: [0, 0], probabilities },
    ];
    const { bins, expectedError } = calibrationOf([0, 1], runs);
    expect(bins[7]).toEqual({ from: 0.7, to: 0.8, count: 4, confidence: 0.75, accuracy: 0.5 });
    expect(expectedError).toBe(0.25);
  });

  test("the best threshold is the one nearest to a half of those that are", () => {
    const of = (low: number) => (row: number, index: number) => {
      const p = [low, 0.3, 0.8][row] ?? 0;
      return index === 1 ? p : 1 - p;
    };
    const curve = thresholdCurve([0, 1, 1], [{ rowCount: 3, classCount: 2, of: of(0.1) }], 1);
    expect(atHalf(curve)).toMatchObject({ precision: 1, recall: 0.5, accuracy: 2 / 3 });
    expect(bestThreshold(curve, "f1")).toMatchObject({ threshold: 0.3, f1: 1 });
    expect(curve[100]).toMatchObject({ precision: 0, recall: 0, f1: 0 });
    expect(curve[0]).toMatchObject({ precision: 2 / 3, recall: 1 });
  });

  test("a correlation that is not there is left out of its mean", () => {
    const report = meanResidualReport([residualReport([1, 2, 3], [1, 2, 3]), residualReport([1, 2, 3], [2, 2, 2])]);
    expect(report.pearson).toBeCloseTo(1, 12);
    expect(report.meanAbsoluteError).toBeCloseTo(1 / 3, 12);
  });
});

describe("probabilities in a result", () => {
  test.each(golden.classes)("come back within half a step: $name", (one) => {
    const text = packProbabilities(one.logits, one.classCount);
    const read = unpackProbabilities(text, one.targets.length, one.classCount);
    const exact = exactly(one);
    let most = 0;
    for (let row = 0; row < one.targets.length; row++) {
      for (let index = 0; index < one.classCount; index++) {
        most = Math.max(most, Math.abs((read?.of(row, index) ?? Number.NaN) - exact.of(row, index)));
      }
    }
    // Half a step each, which add up for the class that has the rest.
    expect(most).toBeLessThanOrEqual(((one.classCount - 1) * 0.5001) / 65_535);
  });

  test("the class above a half stays above it, however near", () => {
    for (const gap of [1e-7, -1e-7, 2e-6, -2e-6, 1e-4, -1e-4]) {
      const read = unpackProbabilities(packProbabilities([0, gap], 2), 1, 2);
      expect(Math.sign((read?.of(0, 1) ?? 0) - 0.5)).toBe(Math.sign(gap));
    }
  });

  test("what does not fit is none", () => {
    const text = packProbabilities([0, 1, 1, 0], 2);
    expect(unpackProbabilities(text, 3, 2)).toBeNull();
    expect(unpackProbabilities("?", 2, 2)).toBeNull();
    expect(unpackProbabilities(text, 2, 1)).toBeNull();
  });
});
