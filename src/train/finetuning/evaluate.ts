import { scoreOf } from "../../analysis/scores/metrics.ts";
import type { EvaluationRecord } from "../../contract/run.ts";
import type { TaskEntry, TaskKind } from "../../contract/catalog.ts";
import { makeBatch } from "../../data/dataset/batch.ts";
import type { EncodedSplit } from "../../data/dataset/batch.ts";
import { sizeOf } from "../../core/shape.ts";
import { download } from "../../gpu/readback.ts";
import { loadInputs } from "../../nn/inputs.ts";
import type { Inputs } from "../../nn/inputs.ts";
import { noDropout } from "../../nn/scope.ts";
import type { Scope } from "../../nn/scope.ts";
import type { DeviceRun } from "../device-run.ts";
import { scoredLogits } from "./assembly.ts";
import type { Assembly } from "./assembly.ts";

/**
 * Records the forward of one batch with the raw weights: its logits go to rows from `row`, its summed loss is added.
 * s: of step 0, without dropout.
 */
export function recordEvaluationBatch(parts: Assembly, s: Scope, inputs: Inputs, row: number): void {
  s.rec.phase("evaluation");
  const { logits } = parts.model.forward(s, parts.params, inputs);
  const { dlogits } = parts.devLoss(s, logits, inputs.labels, { results: parts.devLossSum, slot: 0, sum: true });
  s.free(dlogits);
  s.rec.copy(logits, parts.devLogits, { from: 0, to: row * parts.outputCount, count: sizeOf(logits.shape) });
}

/** Logits of every row of a set [rows, outputs] and the mean loss, with the weights as they are now. */
export interface DevLogits {
  readonly logits: Float32Array;
  readonly loss: number;
}

/**
 * Runs a set's rows in file order. `gate` is awaited between batches. Errors: what gate throws, device-lost,
 * device-error.
 */
export async function evaluateRows(
  run: DeviceRun,
  parts: Assembly,
  split: EncodedSplit,
  batchSize: number,
  gate: () => Promise<void>,
): Promise<DevLogits> {
  const { rec, mem } = run;
  const { device } = run.engine;
  rec.clear(parts.devLossSum);
  rec.submit();
  for (let row = 0; row < split.count; row += batchSize) {
    await gate();
    const rows = Uint32Array.from({ length: Math.min(batchSize, split.count - row) }, (_, index) => row + index);
    const inputs = loadInputs(device, mem, makeBatch(split, rows), parts.model.tokens);
    await run.profiled(null, () => {
      recordEvaluationBatch(parts, run.scope(0, 0, noDropout), inputs, row);
      rec.submit();
    });
    if (((row / batchSize) & 3) === 3) await device.answered(device.gpu.queue.onSubmittedWorkDone());
  }
  const logits = await download(device, scoredLogits(mem, split.count, parts.outputCount));
  const [sum = 0] = await download(device, parts.devLossSum);
  return { logits, loss: sum / split.count };
}

/**
 * Of every row the class index of the largest logit, [rows]; where a row has several labels 0 or 1 a label, 1 from a
 * probability of a half on, [rows, outputs]; or the output itself for a regression.
 */
export function predictionsOf(logits: Float32Array, outputCount: number, kind: TaskKind): Float64Array {
  if (kind === "multi-label") return Float64Array.from(logits, (logit) => (logit >= 0 ? 1 : 0));
  const rows = logits.length / outputCount;
  return Float64Array.from({ length: rows }, (_, row) => {
    if (outputCount === 1) return logits[row] ?? 0;
    let best = 0;
    for (let index = 1; index < outputCount; index++) {
      if ((logits[row * outputCount + index] ?? 0) > (logits[row * outputCount + best] ?? 0)) best = index;
    }
    return best;
  });
}

/** The task's scores of an evaluation. labels: as in EncodedSplit; outputCount: logits a row. */
export function scoreDev(
  task: TaskEntry,
  labels: Float32Array,
  outputCount: number,
  { logits, loss }: DevLogits,
  at: { step: number; epoch: number },
): EvaluationRecord {
  const predictions = predictionsOf(logits, outputCount, task.kind);
  const width = task.kind === "multi-label" ? outputCount : 1;
  const scores = task.metrics.map(({ id }) => [id, scoreOf(id, predictions, Float64Array.from(labels), width)]);
  const classes = task.kind === "classification" ? { predictedClasses: new Set(predictions).size } : {};
  return { ...at, loss, scores: Object.fromEntries(scores), ...classes };
}
