import { rowsPerStepOf } from "../../contract/recipe.ts";
import { batchOrder, labelWidth, rowLength } from "../../data/dataset/batch.ts";
import type { EncodedSplit } from "../../data/dataset/batch.ts";
import type { InputLimits } from "../../nn/inputs.ts";
import { scoredSplits } from "./assembly.ts";
import type { ShapeRequest } from "./assembly.ts";
import { stepCounts } from "./settings.ts";

/** All batches of a run, known before its first step. Steps count from 1. */
export interface BatchPlan {
  /** Rows of the training split in a step's batch, by the parts in which they are computed. */
  partsOf(step: number): readonly Uint32Array[];
  tokensOf(step: number): number;
  /** The largest part of training, or batch of evaluation. */
  readonly limits: InputLimits;
}

/** What the batches follow from. */
export type BatchesRequest = Pick<ShapeRequest, "train" | "dev" | "transfers" | "settings" | "seed">;

/** Orders the rows of every epoch by the seed, the same for all methods, and finds the largest batch. */
export function planBatches(request: BatchesRequest, maxSteps: number): BatchPlan {
  const { train, settings, seed } = request;
  const { batchSize, order } = settings;
  const partsIn = (rows: Uint32Array): readonly Uint32Array[] =>
    Array.from({ length: Math.ceil(rows.length / batchSize) }, (_, index) =>
      rows.subarray(index * batchSize, (index + 1) * batchSize),
    );
  const scored = scoredSplits(request);
  const { stepsPerEpoch } = stepCounts(settings, train.count);
  const drawn = (epoch: number) =>
    batchOrder({ count: train.count, batchSize: rowsPerStepOf(settings), seed, epoch, order });
  const limits = new LargestBatch(longest(train, ...scored), labelWidth(train));
  // All of the first epoch, however short the run: a method may read it before its first step.
  const see = (rows: Uint32Array): void => partsIn(rows).forEach((part) => limits.see(train, part));
  drawn(0).forEach(see);
  for (let epoch = 1; epoch * stepsPerEpoch < maxSteps; epoch++) {
    drawn(epoch)
      .slice(0, maxSteps - epoch * stepsPerEpoch)
      .forEach(see);
  }
  for (const split of scored) {
    const inFileOrder = batchOrder({ count: split.count, batchSize, seed, epoch: 0, order: "file" });
    for (const rows of inFileOrder) limits.see(split, rows);
  }

  // One epoch at a time is kept: all of a long run's would take more memory than its rows.
  let kept: { readonly epoch: number; readonly batches: readonly Uint32Array[] } = { epoch: -1, batches: [] };
  const rowsOf = (step: number): Uint32Array => {
    const epoch = Math.floor((step - 1) / stepsPerEpoch);
    if (kept.epoch !== epoch) kept = { epoch, batches: drawn(epoch) };
    return kept.batches[(step - 1) % stepsPerEpoch] ?? new Uint32Array();
  };
  return { partsOf: (step) => partsIn(rowsOf(step)), tokensOf: (step) => sumOf(train, rowsOf(step)), limits };
}

/** The largest of the batches it has seen. */
class LargestBatch implements InputLimits {
  tokenCount = 0;
  sequenceCount = 0;
  readonly maxLength: number;
  readonly labelWidth: number;

  constructor(maxLength: number, width: number) {
    this.maxLength = maxLength;
    this.labelWidth = width;
  }

  see(split: EncodedSplit, rows: Uint32Array): void {
    this.tokenCount = Math.max(this.tokenCount, sumOf(split, rows));
    this.sequenceCount = Math.max(this.sequenceCount, rows.length);
  }
}

function sumOf(split: EncodedSplit, rows: Uint32Array): number {
  return rows.reduce((sum, row) => sum + rowLength(split, row), 0);
}

function longest(...splits: readonly EncodedSplit[]): number {
  let most = 0;
  for (const split of splits) {
    for (let row = 0; row < split.count; row++) most = Math.max(most, rowLength(split, row));
  }
  return most;
}
