import type { TaskEntry } from "../../contract/catalog.ts";
import { AppError } from "../../core/errors.ts";
import type { EncodedSplit } from "../../data/dataset/batch.ts";
import type { Arena } from "../../gpu/arena.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { binaryCrossEntropy } from "../../nn/losses/binary-cross-entropy.ts";
import type { Comparison } from "../../nn/losses/comparison.ts";
import { crossEntropy } from "../../nn/losses/cross-entropy.ts";
import type { Loss } from "../../nn/losses/loss.ts";
import { meanSquaredError } from "../../nn/losses/mean-squared-error.ts";
import { squaredDifference } from "../../nn/losses/squared-difference.ts";
import { symmetricBernoulliKl } from "../../nn/losses/symmetric-bernoulli-kl.ts";
import { symmetricKl } from "../../nn/losses/symmetric-kl.ts";
import { weightedCrossEntropy } from "../../nn/losses/weighted-cross-entropy.ts";
import { balancedPosWeights, balancedWeights } from "./class-weights.ts";
import type { TrainingSettings } from "./settings.ts";

/** What a task is trained and scored by. */
export interface TaskLosses {
  readonly loss: Loss;
  /** What the mean loss of some training rows counts in that of more rows, of which they are a part; 1 where they are all. */
  readonly shareOf: (part: Uint32Array, whole: Uint32Array) => number;
  /** Of an evaluation: without weights, so that runs with and without them can be compared. */
  readonly devLoss: Loss;
  /** What a method's second pass is compared by. */
  readonly comparison: Comparison;
}

/** What the losses of a run follow from. */
interface LossRequest {
  readonly task: Pick<TaskEntry, "kind">;
  /** Names of classes or labels; [] for a regression. */
  readonly labels: readonly string[];
  readonly train: EncodedSplit;
  readonly settings: Pick<TrainingSettings, "classWeights">;
}

/** Puts values into a tensor; where a run is only planned, does nothing. */
export type Upload = (into: Tensor, values: Float32Array) => void;

/** The losses of a task's kind. Errors: bad-settings for class weights where there are no classes. */
export function lossesOf({ task, labels, train, settings }: LossRequest, mem: Arena, upload: Upload): TaskLosses {
  const balanced = settings.classWeights === "balanced";
  const kept = (label: string, values: Float32Array): Tensor => {
    const tensor = mem.tensor("inputs", label, [values.length]);
    upload(tensor, values);
    return tensor;
  };
  const shareOf: TaskLosses["shareOf"] = (part, whole) => part.length / whole.length;
  switch (task.kind) {
    case "classification": {
      const rest = { devLoss: crossEntropy, comparison: symmetricKl };
      if (!balanced) return { loss: crossEntropy, shareOf, ...rest };
      const weights = balancedWeights(train.labels, labels.length);
      // The mean is a weighted one.
      const weightOf = (rows: Uint32Array): number =>
        rows.reduce((sum, row) => sum + (weights[train.labels[row] ?? 0] ?? 0), 0);
      const byWeight: TaskLosses["shareOf"] = (part, whole) => weightOf(part) / weightOf(whole);
      return { loss: weightedCrossEntropy(kept("class weights", weights)), shareOf: byWeight, ...rest };
    }
    case "multi-label": {
      const plain = binaryCrossEntropy(kept("no weights", new Float32Array(labels.length).fill(1)));
      const weighted = (): Loss =>
        binaryCrossEntropy(kept("positive weights", balancedPosWeights(train.labels, labels.length)));
      return { loss: balanced ? weighted() : plain, shareOf, devLoss: plain, comparison: symmetricBernoulliKl };
    }
    case "regression":
      if (balanced) {
        throw new AppError(
          "bad-settings",
          "Class weights are balanced, but this task's answer is a score and has no classes. Set them to none.",
        );
      }
      return { loss: meanSquaredError, shareOf, devLoss: meanSquaredError, comparison: squaredDifference };
  }
}
