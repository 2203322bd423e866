import { scoreOf } from "../../analysis/scores/metrics.ts";
import type { EvaluationRecord } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import { labelWidth } from "../../data/dataset/batch.ts";
import type { Assembly, ShapeRequest } from "./assembly.ts";
import type { DeviceRun } from "../device-run.ts";
import { evaluateRows, predictionsOf } from "./evaluate.ts";

/**
 * Runs every set of another source: the task's metrics by "<metric>@<set>". A prediction is the trained class with the
 * largest logit, as its common class.
 *
 * `gate` is awaited between batches. Errors: what gate throws, not-finite, device-lost, device-error.
 */
export async function scoreTransfers(
  run: DeviceRun,
  parts: Assembly,
  { task, transfers, settings }: ShapeRequest,
  gate: () => Promise<void>,
): Promise<EvaluationRecord["scores"]> {
  const scores: Record<string, number | null> = {};
  for (const { name, split, ofTrained } of transfers) {
    // The loss would look a common class up among the trained ones; here it only tells whether all logits are finite.
    const unlabelled = { ...split, labels: new Float32Array(split.labels.length) };
    const { logits, loss } = await evaluateRows(run, parts, unlabelled, settings.batchSize, gate);
    if (!Number.isFinite(loss)) {
      throw new AppError(
        "not-finite",
        `Not every output for the set ${JSON.stringify(name)} is finite. Try a lower learning rate or a longer warm-up.`,
      );
    }
    const trained = predictionsOf(logits, parts.outputCount, task.kind);
    const classes = task.kind === "classification";
    const predictions = classes ? trained.map((index) => ofTrained[index] ?? Number.NaN) : trained;
    const width = labelWidth(split);
    for (const { id } of task.metrics) scores[`${id}@${name}`] = scoreOf(id, predictions, split.labels, width);
  }
  return scores;
}
