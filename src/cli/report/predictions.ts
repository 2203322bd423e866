import type { TaskKind } from "../../contract/catalog.ts";
import { AppError } from "../../core/errors.ts";
import { predictionText } from "../../experiment/prediction/prediction-lines.ts";
import { predictionsOf } from "../../train/finetuning/evaluate.ts";

/** Dev rows in the file's order, with what a trained model says of them. */
interface PredictedRows {
  /** Class index or score, [rows]; 0 or 1 a label, [rows, labels]. */
  readonly targets: Float32Array;
  /** [rows, outputs] */
  readonly logits: Float32Array;
  readonly kind: TaskKind;
  /** Names of classes or labels as the data spell them; [] for a regression. */
  readonly labels: readonly string[];
}

/** One line a row: index from 0, label, prediction, then every logit with 9 significant digits. Errors: bug. */
export function predictionsTable({ targets, logits, kind, labels }: PredictedRows): string {
  const outputCount = Math.max(1, labels.length);
  const width = kind === "multi-label" ? outputCount : 1;
  const rowCount = targets.length / width;
  if (logits.length !== rowCount * outputCount) {
    throw new AppError("bug", `There are ${logits.length} logits for ${rowCount} dev rows.`);
  }
  const predictions = predictionsOf(logits, outputCount, kind);
  const textAt = (values: Float32Array | Float64Array, row: number): string =>
    predictionText(values.subarray(row * width, (row + 1) * width), kind, labels);
  const header = [
    "index",
    "label",
    "prediction",
    ...Array.from({ length: outputCount }, (_, index) => `logit_${index}`),
  ];
  const rows = Array.from({ length: rowCount }, (_, row) => {
    const own = Array.from(logits.subarray(row * outputCount, (row + 1) * outputCount), (logit) =>
      logit.toPrecision(9),
    );
    return [String(row), textAt(targets, row), textAt(predictions, row), ...own];
  });
  return [header, ...rows].map((cells) => `${cells.join("\t")}\n`).join("");
}
