import type { PresetMemory } from "../../contract/presets.ts";
import type { EncodedSplit } from "../../data/dataset/batch.ts";
import type { Dataset } from "../../data/dataset/dataset.ts";
import { taskOf } from "../../data/dataset/recognise.ts";
import { modelOf, modelPresets } from "../../nn/families/index.ts";
import type { Engine } from "../../train/engine.ts";
import type { ShapeRequest, TransferSplit } from "../../train/finetuning/assembly.ts";
import { planOnDevice } from "../../train/finetuning/plan.ts";
import type { CheckedPlan } from "./checked-plan.ts";

/** The rows a run would train on, where there are any. */
export interface RowsAtHand extends Pick<Dataset, "task" | "labels"> {
  readonly train: EncodedSplit;
  readonly dev: EncodedSplit;
  readonly transfers: readonly TransferSplit[];
}

/**
 * The memory that a run of each preset would take: of the plan's methods the one that takes most, recorded without
 * weights. Without rows, every row is taken to be as long as the settings allow, which no data exceed.
 *
 * Errors: bad-settings, from a method.
 */
export function planPresets(
  { methods, plan, settings }: CheckedPlan,
  rows: RowsAtHand | null,
  engine: Pick<Engine, "device" | "kernels">,
): readonly PresetMemory[] {
  const { task, labels, train, dev, transfers } = rows ?? longestRows(settings.batchSize, settings.maxLength);
  const seed = plan.seeds[0] ?? 0;
  return modelPresets().map(({ id, config }): PresetMemory => {
    const checkpoint = { model: modelOf(config) };
    const planned = methods.map(({ method, values }) => {
      const request: ShapeRequest = {
        checkpoint,
        task,
        labels,
        train,
        dev,
        transfers,
        method,
        values,
        seed,
        settings,
      };
      const { plan: memory, problem } = planOnDevice(request, engine);
      return { bytes: memory.totalBytes, problem };
    });
    return {
      id,
      totalBytes: Math.max(...planned.map(({ bytes }) => bytes)),
      upperBound: rows === null,
      problem: planned.find(({ problem }) => problem !== null)?.problem ?? null,
    };
  });
}

/** Batches in an epoch of rows that nobody gave: enough for the stages of any sensible schedule. */
const batchCount = 200;

/** Rows of a classification of pairs, each of them full. Their tokens are never looked at. */
function longestRows(batchSize: number, length: number): RowsAtHand {
  const count = batchCount * batchSize;
  const split: EncodedSplit = {
    count,
    ids: new Uint32Array(),
    types: new Uint8Array(),
    offsets: Uint32Array.from({ length: count + 1 }, (_, row) => row * length),
    labels: new Float32Array(count),
    truncatedCount: 0,
  };
  return { task: taskOf("pair"), labels: ["0", "1"], train: split, dev: split, transfers: [] };
}
