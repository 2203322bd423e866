import type { TaskKind } from "../../contract/catalog.ts";
import { softmax } from "../../analysis/answers/probabilities.ts";
import type { Answer, SecondOpinion } from "../../contract/exports.ts";
import { predictionsOf } from "../../train/finetuning/evaluate.ts";
import type { AskedModel } from "./asked-model.ts";

/** Two f32 implementations of one model differ by rounding alone, far below this. */
const limit = 1e-3;

/** Holds logits [rows, outputs] against the first rows of the engine's, [devCount, outputs]. NaN agrees with nothing. */
export function compareLogits(
  logits: readonly number[],
  engineLogits: Float32Array,
  outputCount: number,
  devCount: number,
  kind: TaskKind,
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
  const predictions = predictionsOf(theirs, outputCount, kind);
  const wanted = predictionsOf(ours, outputCount, kind);
  const width = predictions.length / rowCount;
  const isSame = (prediction: number, at: number): boolean =>
    Math.abs(prediction - (wanted[at] ?? Number.NaN)) <= limit;
  const same = Array.from({ length: rowCount }, (_, row) => row).filter((row) =>
    predictions.subarray(row * width, (row + 1) * width).every((one, at) => isSame(one, row * width + at)),
  );
  return {
    rowCount,
    devCount,
    maxLogitDifference,
    equalShare: same.length / rowCount,
    limit,
    agrees: maxLogitDifference <= limit,
  };
}

/** What the logits of one row mean: softmax over the classes, a sigmoid for each label, or a regression's score. */
export function answerOf(
  logits: Float32Array,
  { kind, labels }: Pick<AskedModel, "kind" | "labels">,
): Pick<Answer, "probabilities" | "score"> {
  const own = logits.subarray(0, Math.max(1, labels.length));
  const predictions = predictionsOf(own, own.length, kind);
  if (kind === "regression") return { probabilities: [], score: predictions[0] ?? Number.NaN };
  const several = kind === "multi-label";
  const shares = several ? Array.from(own, (logit) => 1 / (1 + Math.exp(-logit))) : softmax(own);
  const probabilities = labels.map((label, index) => ({
    label,
    probability: shares[index] ?? Number.NaN,
    chosen: several ? predictions[index] === 1 : predictions[0] === index,
  }));
  return { probabilities, score: null };
}
