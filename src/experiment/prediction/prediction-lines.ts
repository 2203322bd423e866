import type { TaskKind } from "../../contract/catalog.ts";
import type { PredictedRow } from "../../contract/prediction.ts";
import { listCell } from "../../data/tables/labels/list-cells.ts";

/** How a file of predictions is laid out. */
export interface PredictionLayout {
  /** Names of classes or labels; [] for a regression. */
  readonly labels: readonly string[];
  /** Whether the rows have labels of their own. */
  readonly labelled: boolean;
}

/** What predictionsOf() gives of one row, as a file has it: class name, number, or JSON list of labels. */
export function predictionText(values: ArrayLike<number>, kind: TaskKind, labels: readonly string[]): string {
  if (kind === "multi-label") return listCell(labels.filter((_, label) => values[label] === 1));
  const value = values[0] ?? Number.NaN;
  return labels[value] ?? String(Number(value.toPrecision(7)));
}

/** The header of a TSV of predictions: index and prediction as GLUE's server wants them, then what else is known. */
export function predictionHeader({ labels, labelled }: PredictionLayout): string {
  const own = labels.map((label) => `p(${label})`);
  return lineOf(["index", "prediction", ...own, ...(labelled ? ["label"] : []), "line"]);
}

/** One row of it; a row without a prediction has empty cells. */
export function predictionLine(row: PredictedRow, { labels, labelled }: PredictionLayout): string {
  const own = labels.map((_, index) => row.probabilities[index]?.toFixed(6) ?? "");
  const label = labelled ? [row.label ?? ""] : [];
  return lineOf([String(row.index), row.prediction ?? "", ...own, ...label, String(row.line)]);
}

function lineOf(cells: readonly string[]): string {
  return `${cells.map((cell) => cell.replaceAll(/[\t\r\n]+/g, " ")).join("\t")}\n`;
}
