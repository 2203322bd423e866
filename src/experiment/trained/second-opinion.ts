import { softmax } from "../../analysis/answers/probabilities.ts";
import type { Answer, SecondOpinion } from "../../contract/exports.ts";
import { predictionsOf } from "../../train/finetuning/evaluate.ts";

/** Two f32 implementations of one model differ by rounding alone, far below this. */
const limit = 1e-3;

/** Holds logits [rows, outputs] against the first rows of the engine's, [devCount, outputs]. NaN agrees with nothing. */
export function compareLogits(
  logits: readonly number[],
  engineLogits: Float32Array,
  outputCount: number,
  devCount: number,
): SecondOpinion {
  const rowCount = logits.length / outputCount;
  const theirs = Float32Array.from(logits);
  const ours = engineLogits.subarray(0, theirs.length);
  let maxLogitDifference = 0;
  for (const [index, value] of theirs.entries()) {
    const difference = Math.abs(value - (ours[index] ?? Number.NaN));
    if (!(difference <= maxLogitDifference)) maxLogitDifference = difference;
    if (Number.isNaN(difference)) break;
  }
  const predictions = predictionsOf(theirs, outputCount);
  const wanted = predictionsOf(ours, outputCount);
  const same = predictions.filter((prediction, row) => Math.abs(prediction - (wanted[row] ?? Number.NaN)) <= limit);
  return {
    rowCount,
    devCount,
    maxLogitDifference,
    equalShare: same.length / rowCount,
    limit,
    agrees: maxLogitDifference <= limit,
  };
}

/** What the logits of one row mean: softmax over the classes, or a regression's score. */
export function answerOf(logits: Float32Array, labels: readonly string[]): Pick<Answer, "probabilities" | "score"> {
  if (labels.length === 0) return { probabilities: [], score: logits[0] ?? Number.NaN };
  const shares = softmax(logits.subarray(0, labels.length));
  return {
    probabilities: labels.map((label, index) => ({ label, probability: shares[index] ?? Number.NaN })),
    score: null,
  };
}
