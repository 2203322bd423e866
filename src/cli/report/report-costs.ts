import { costsOfCompleted } from "../../analysis/costs.ts";
import { referenceOf } from "../../analysis/comparison/reference.ts";
import type { ExperimentResult } from "../../contract/run.ts";
import { formatElapsed, formatMebibytes } from "../../core/format.ts";
import { placedTable } from "./report-place.ts";

/** Time and memory by method and setting, as ratios to the reference, the paper's beside them; [] before a run completed. */
export function costLines({ runs }: ExperimentResult): readonly string[] {
  const costs = costsOfCompleted(runs);
  const reference = referenceOf(costs)?.method;
  if (reference === undefined) return [];
  const inPaper = costs.some(({ method, paper }) => method !== reference && (paper.time ?? paper.memory) !== null);
  const paper = (text: string): readonly string[] => (inPaper ? [text] : []);
  const headings = ["a run", "time", ...paper("paper"), "MiB", "memory", ...paper("paper"), "model's state"];
  const rows = costs.map((cost) => ({
    place: cost,
    cells: [
      cost.msPerRun === null ? "–" : formatElapsed(cost.msPerRun),
      ratioText(cost.timeRatio),
      ...paper(ratioText(cost.paper.time)),
      formatMebibytes(cost.bytes),
      ratioText(cost.memoryRatio),
      ...paper(ratioText(cost.paper.memory)),
      ratioText(cost.stateRatio),
    ],
  }));
  const note =
    "Time with scoring, without compilation; model's state: weights, gradients, moments and what a method keeps, which " +
    "do not grow with the batch.";
  const paperNote = "Paper: its tables 6 and 9, BERT-large, batches of 16, on another device.";
  return ["", `Time and memory as ratios to ${reference}:`, ...placedTable(headings, rows), note, ...paper(paperNote)];
}

function ratioText(ratio: number | null): string {
  return ratio === null ? "–" : `${ratio.toFixed(2)} ×`;
}
