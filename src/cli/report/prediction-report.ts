import type { PredictionSummary } from "../../contract/prediction.ts";
import { countOf, formatScore, formatWhole } from "../../core/format.ts";
import { shownLabel } from "../../data/dataset/labels.ts";

/** What is said after a file was predicted: rows without an answer or cut short, and the score. `labels`: the model's. */
export function predictionLines(summary: PredictionSummary, labels: readonly string[]): readonly string[] {
  const { rowCount, emptyCount, truncatedCount, maxLength, skippedCount, skipped, score } = summary;
  const [line] = skipped;
  const example = line === undefined ? "" : ` (line ${line.line}: ${line.reason})`;
  const lines = [`Rows    ${formatWhole(rowCount - emptyCount)} predicted`];
  if (emptyCount > 0) lines.push(`Note    Without a text, and so without a prediction: ${countOf(emptyCount, "row")}.`);
  if (skippedCount > 0) {
    lines.push(`Note    ${countOf(skippedCount, "line")} could not be read and are left out${example}.`);
  }
  if (truncatedCount > 0) {
    const advice = "--max-length reads more of them, up to what the model has";
    lines.push(`Note    ${countOf(truncatedCount, "row")} cut to ${maxLength} tokens; ${advice}.`);
  }
  if (score === null) return lines;
  const metrics = score.metrics.map(({ label, value }) => `${label} ${formatScore(value)}`);
  if (score.rowCount > 0) {
    lines.push(`Score   ${metrics.join(", ")} on the ${formatWhole(score.rowCount)} rows with a label`);
  }
  if (score.unknown !== null) {
    const { rowCount: unknown, example: label } = score.unknown;
    const wanted = labels.length === 0 ? "a number" : labels.join(", ");
    lines.push(
      `Note    ${countOf(unknown, "row")} not scored: a label as ${shownLabel(label)} is none of the model's (${wanted}).`,
    );
  }
  return lines;
}
