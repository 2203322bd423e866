import type { PresetMemory } from "../../contract/presets.ts";
import type { EncodedSplit } from "../../data/dataset/batch.ts";
import type { Dataset } from "../../data/dataset/dataset.ts";
import { taskOf } from "../../data/dataset/recognise.ts";
import { hubPresets } from "../../models/hub/presets.ts";
import { sizesOfRun } from "../../train/assembly.ts";
import type { ShapeRequest, TransferSplit } from "../../train/assembly.ts";
import { planBatches } from "../../train/batches.ts";
import { familyOf } from "../../train/checkpoint.ts";
import { problemOfRun } from "../../train/fit.ts";
import { planRun } from "../../train/plan.ts";
import type { Engine } from "../../train/session.ts";
import type { CheckedPlan } from "./plan.ts";

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
  engine: Pick<Engine, "device" | "matmul">,
): readonly PresetMemory[] {
  const { task, labels, train, dev, transfers } = rows ?? longestRows(settings.batchSize, settings.maxLength);
  const seed = plan.seeds[0] ?? 0;
  return hubPresets.map(({ id, config }): PresetMemory => {
    const checkpoint = { family: familyOf(config), configJson: config };
    const planned = methods.map(({ method, values }) => {
      const request: ShapeRequest = { checkpoint, task, labels, train, dev, transfers, method, values, seed, settings };
      const sizes = sizesOfRun(request);
      const { limits } = planBatches(request, sizes.maxSteps);
      const run = planRun(request, sizes, limits, engine.matmul);
      return { bytes: run.totalBytes, problem: problemOfRun(request, run, engine.device.record, engine.matmul) };
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
