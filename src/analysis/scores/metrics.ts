import { sampleCorrelation, sampleRankCorrelation } from "simple-statistics";
import { AppError } from "../../core/errors.ts";

/**
 * A score of predictions against labels, both [n]: class indices, or numbers for the correlations; or [n / width, width], 1
 * for each label that a row has, else 0.
 */
type Metric = (predictions: readonly number[], labels: readonly number[], width: number) => number | null;

const metrics: ReadonlyMap<string, Metric> = new Map<string, Metric>([
  ["accuracy", accuracy],
  ["f1", f1],
  ["macro_f1", macroF1],
  ["matthews", matthews],
  ["micro_f1", (predictions, labels) => f1(predictions, labels) ?? 0],
  ["pearson", (predictions, labels) => correlation(sampleCorrelation, predictions, labels)],
  ["spearman", (predictions, labels) => correlation(sampleRankCorrelation, predictions, labels)],
  ["subset_accuracy", subsetAccuracy],
]);

/** Ids of every metric there is. */
export const metricIds: readonly string[] = [...metrics.keys()];

/**
 * Scores predictions: 1 is perfect. null where the score is undefined: no rows, a prediction that is not finite, a
 * correlation of a constant, F1 where neither side has the positive class. Micro and macro F1 and subset accuracy are of
 * rows of `width` labels; an F1 without a label on either side is 0 there, as scikit-learn's with zero_division=0.
 *
 * Errors: bug for an unknown metric; shape-mismatch.
 */
export function scoreOf(
  metric: string,
  predictions: ArrayLike<number>,
  labels: ArrayLike<number>,
  width = 1,
): number | null {
  const score = metrics.get(metric);
  if (score === undefined)
    throw new AppError("bug", `There is no metric "${metric}"; known are ${metricIds.join(", ")}.`);
  if (predictions.length !== labels.length) {
    throw new AppError(
      "shape-mismatch",
      `${predictions.length} predictions cannot be held against ${labels.length} labels.`,
    );
  }
  const [predicted, wanted] = [Array.from(predictions), Array.from(labels)];
  if (predicted.length === 0 || ![...predicted, ...wanted].every(Number.isFinite)) return null;
  return score(predicted, wanted, width);
}

/** Share of equal pairs. */
function accuracy(predictions: readonly number[], labels: readonly number[]): number {
  return predictions.filter((prediction, row) => prediction === labels[row]).length / predictions.length;
}

/** 2 TP / (2 TP + FP + FN) of class 1. */
function f1(predictions: readonly number[], labels: readonly number[]): number | null {
  const positives =
    predictions.filter((prediction) => prediction === 1).length + labels.filter((label) => label === 1).length;
  const hits = predictions.filter((prediction, row) => prediction === 1 && labels[row] === 1).length;
  return positives === 0 ? null : (2 * hits) / positives;
}

/** Mean over the labels of their F1. */
function macroF1(predictions: readonly number[], labels: readonly number[], width: number): number {
  const [hits, positives] = [new Float64Array(width), new Float64Array(width)];
  for (const [index, wanted] of labels.entries()) {
    const [label, said] = [index % width, predictions[index] ?? 0];
    hits[label] = (hits[label] ?? 0) + said * wanted;
    positives[label] = (positives[label] ?? 0) + said + wanted;
  }
  return hits.reduce((sum, count, label) => sum + (2 * count) / Math.max(1, positives[label] ?? 0), 0) / width;
}

/** Share of rows all of whose labels are right. */
function subsetAccuracy(predictions: readonly number[], labels: readonly number[], width: number): number {
  const rowCount = labels.length / width;
  let right = 0;
  for (let row = 0; row < rowCount; row++) {
    let wrong = 0;
    for (let at = row * width; at < (row + 1) * width; at++) wrong += Number(predictions[at] !== labels[at]);
    if (wrong === 0) right += 1;
  }
  return right / rowCount;
}

/**
 * Matthews correlation for any number of classes; 0 where one side is constant, as in scikit-learn: a run that collapsed
 * to one class counts as 0 in published means and is not left out of them.
 *
 * Source: Gorodkin 2004, the R_K statistic; for two classes it is Matthews 1975.
 */
function matthews(predictions: readonly number[], labels: readonly number[]): number {
  const predicted = countsOf(predictions);
  const wanted = countsOf(labels);
  const total = labels.length;
  const hits = accuracy(predictions, labels) * total;
  const product = (left: Map<number, number>, right: Map<number, number>): number =>
    [...left].reduce((sum, [label, count]) => sum + count * (right.get(label) ?? 0), 0);
  const covariance = Math.round(hits) * total - product(predicted, wanted);
  const spread = (total * total - product(predicted, predicted)) * (total * total - product(wanted, wanted));
  return spread === 0 ? 0 : covariance / Math.sqrt(spread);
}

function countsOf(labels: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

function correlation(
  of: (x: number[], y: number[]) => number,
  predictions: readonly number[],
  labels: readonly number[],
): number | null {
  if (new Set(predictions).size < 2 || new Set(labels).size < 2) return null;
  const value = of([...predictions], [...labels]);
  return Number.isFinite(value) ? value : null;
}
