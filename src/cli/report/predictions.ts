import { AppError } from "../../core/errors.ts";
import { predictionsOf } from "../../train/finetuning/evaluate.ts";

/** Dev rows in the file's order, with what a trained model says of them. */
interface PredictedRows {
  /** Class index or score, [rows]. */
  readonly targets: Float32Array;
  /** [rows, outputs] */
  readonly logits: Float32Array;
  /** Class names as the data spell them; [] for a regression. */
  readonly labels: readonly string[];
}

/** One line a row: index from 0, label, prediction, then every logit with 9 significant digits. Errors: bug. */
export function predictionsTable({ targets, logits, labels }: PredictedRows): string {
  const outputCount = logits.length / targets.length;
  if (!Number.isInteger(outputCount)) {
    throw new AppError("bug", `There are ${logits.length} logits for ${targets.length} dev rows.`);
  }
  const predictions = predictionsOf(logits, outputCount);
  const name = (value: number): string => labels[value] ?? String(Number(value.toPrecision(7)));
  const header = [
    "index",
    "label",
    "prediction",
    ...Array.from({ length: outputCount }, (_, index) => `logit_${index}`),
  ];
  const rows = Array.from(targets, (target, row) => {
    const own = Array.from(logits.subarray(row * outputCount, (row + 1) * outputCount), (logit) =>
      logit.toPrecision(9),
    );
    return [String(row), name(target), name(predictions[row] ?? Number.NaN), ...own];
  });
  return [header, ...rows].map((cells) => `${cells.join("\t")}\n`).join("");
}
