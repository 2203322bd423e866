import type { Probabilities } from "./probabilities.ts";

/** What a threshold comes to: rows at or above it are taken for the class, the others for the other one. */
export interface ThresholdPoint {
  readonly threshold: number;
  /** 0 where no row lies above. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly accuracy: number;
}

/** Thresholds 0, 0.01 … 1. */
const stepCount = 100;

/**
 * Scores of a class of two over the thresholds on its probability, mean over runs.
 *
 * targets: class indices [rows]; probabilities: of each run, of two classes.
 */
export function thresholdCurve(
  targets: ArrayLike<number>,
  runs: readonly Probabilities[],
  positive: number,
): readonly ThresholdPoint[] {
  const curves = runs.map((run) => curveOf(targets, run, positive));
  return Array.from({ length: stepCount + 1 }, (_, step) => {
    const mean = (key: keyof ThresholdPoint): number =>
      curves.reduce((sum, curve) => sum + (curve[step]?.[key] ?? 0), 0) / Math.max(1, curves.length);
    return {
      threshold: step / stepCount,
      precision: mean("precision"),
      recall: mean("recall"),
      f1: mean("f1"),
      accuracy: mean("accuracy"),
    };
  });
}

function curveOf(targets: ArrayLike<number>, run: Probabilities, positive: number): readonly ThresholdPoint[] {
  const rows = Array.from({ length: targets.length }, (_, row) => ({
    score: run.of(row, positive),
    right: targets[row] === positive,
  }));
  rows.sort((left, right) => left.score - right.score);
  const positives = rows.filter(({ right }) => right).length;
  let [below, missed] = [0, 0];
  return Array.from({ length: stepCount + 1 }, (_, step) => {
    const threshold = step / stepCount;
    for (let next = rows[below]; next !== undefined && next.score < threshold; next = rows[below]) {
      below += 1;
      if (next.right) missed += 1;
    }
    const taken = rows.length - below;
    const hits = positives - missed;
    return {
      threshold,
      precision: ratio(hits, taken),
      recall: ratio(hits, positives),
      f1: ratio(2 * hits, taken + positives),
      accuracy: ratio(hits + below - missed, rows.length),
    };
  });
}

/** The threshold with the highest score; of several the one nearest to a half. */
export function bestThreshold(curve: readonly ThresholdPoint[], score: "f1" | "accuracy"): ThresholdPoint | null {
  const off = ({ threshold }: ThresholdPoint): number => Math.abs(threshold - 0.5);
  const [best = null] = [...curve].sort((left, right) => right[score] - left[score] || off(left) - off(right));
  return best;
}

/** The point of the threshold that a run decides by. */
export function atHalf(curve: readonly ThresholdPoint[]): ThresholdPoint | null {
  return curve.find(({ threshold }) => threshold === 0.5) ?? null;
}

function ratio(part: number, of: number): number {
  return of === 0 ? 0 : part / of;
}
