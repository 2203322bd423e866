import type { Probabilities } from "./probabilities.ts";

/** Rows whose answer was about as sure. */
export interface CalibrationBin {
  /** Confidence above `from`, up to `to`. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean probability of the class that was said; 0 without rows. */
  readonly confidence: number;
  /** Share of right answers; 0 without rows. */
  readonly accuracy: number;
}

/** How sure answers are against how often they are right. */
export interface Calibration {
  /** All runs' rows together. */
  readonly bins: readonly CalibrationBin[];
  /** Mean over runs of Σ count / rows · |accuracy − confidence|. */
  readonly expectedError: number;
}

const binCount = 10;

/**
 * Calibration of runs on the same rows: ten bins of equal width over the probability of the class that was said.
 *
 * Source: Guo et al. 2017, On Calibration of Modern Neural Networks, equation 3.
 */
export function calibrationOf(
  targets: ArrayLike<number>,
  runs: readonly { readonly said: ArrayLike<number>; readonly probabilities: Probabilities }[],
): Calibration {
  const all = runs.map((run) => binsOf(targets, run));
  const bins = Array.from({ length: binCount }, (_, index) => joined(all.flatMap((one) => one[index] ?? [])));
  const errors = all.map((one) => errorOf(one, targets.length));
  return { bins, expectedError: errors.reduce((sum, error) => sum + error, 0) / Math.max(1, errors.length) };
}

function binsOf(
  targets: ArrayLike<number>,
  { said, probabilities }: { readonly said: ArrayLike<number>; readonly probabilities: Probabilities },
): readonly CalibrationBin[] {
  const sums = Array.from({ length: binCount }, () => ({ count: 0, confidence: 0, right: 0 }));
  for (let row = 0; row < targets.length; row++) {
    const answer = said[row] ?? 0;
    const confidence = probabilities.of(row, answer);
    const bin = sums[Math.min(binCount - 1, Math.max(0, Math.ceil(confidence * binCount) - 1))];
    if (bin === undefined) continue;
    bin.count += 1;
    bin.confidence += confidence;
    if (answer === targets[row]) bin.right += 1;
  }
  return sums.map(({ count, confidence, right }, index) => ({
    from: index / binCount,
    to: (index + 1) / binCount,
    count,
    confidence: count === 0 ? 0 : confidence / count,
    accuracy: count === 0 ? 0 : right / count,
  }));
}

function joined(bins: readonly CalibrationBin[]): CalibrationBin {
  const [{ from, to } = { from: 0, to: 0 }] = bins;
  const count = bins.reduce((sum, bin) => sum + bin.count, 0);
  const mean = (key: "confidence" | "accuracy"): number =>
    count === 0 ? 0 : bins.reduce((sum, bin) => sum + bin.count * bin[key], 0) / count;
  return { from, to, count, confidence: mean("confidence"), accuracy: mean("accuracy") };
}

function errorOf(bins: readonly CalibrationBin[], rowCount: number): number {
  return (
    bins.reduce((sum, bin) => sum + bin.count * Math.abs(bin.accuracy - bin.confidence), 0) / Math.max(1, rowCount)
  );
}
