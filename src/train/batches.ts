import { batchOrder, rowLength } from "../data/batch.ts";
import type { EncodedSplit } from "../data/batch.ts";
import type { InputLimits } from "../nn/inputs.ts";
import { stepCounts } from "./settings.ts";
import type { TrainingSettings } from "./settings.ts";

/** All batches of a run, known before its first step. Steps count from 1. */
export interface BatchPlan {
  /** Rows of the training split in a step's batch. */
  rowsOf(step: number): Uint32Array;
  tokensOf(step: number): number;
  /** The largest batch of training and evaluation. */
  readonly limits: InputLimits;
}

/** Orders the rows of every epoch by the seed, the same for all methods, and finds the largest batch. */
export function planBatches(
  train: EncodedSplit,
  dev: EncodedSplit,
  settings: TrainingSettings,
  seed: number,
  maxSteps: number,
): BatchPlan {
  const { batchSize, order } = settings;
  const { stepsPerEpoch } = stepCounts(settings, train.count);
  const batches: Uint32Array[] = [];
  for (let epoch = 0; epoch * stepsPerEpoch < maxSteps; epoch++) {
    batches.push(...batchOrder({ count: train.count, batchSize, seed, epoch, order }));
  }
  const used = batches.slice(0, maxSteps);
  const tokens = used.map((rows) => sumOf(train, rows));
  const devBatches = batchOrder({ count: dev.count, batchSize, seed, epoch: 0, order: "file" });
  const devTokens = devBatches.map((rows) => sumOf(dev, rows));
  const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);
  return {
    rowsOf: (step) => used[step - 1] ?? new Uint32Array(),
    tokensOf: (step) => tokens[step - 1] ?? 0,
    limits: {
      tokenCount: largest([...tokens, ...devTokens]),
      sequenceCount: largest([...used, ...devBatches].map((rows) => rows.length)),
      maxLength: Math.max(longest(train), longest(dev)),
    },
  };
}

function sumOf(split: EncodedSplit, rows: Uint32Array): number {
  return rows.reduce((sum, row) => sum + rowLength(split, row), 0);
}

function longest(split: EncodedSplit): number {
  let most = 0;
  for (let row = 0; row < split.count; row++) most = Math.max(most, rowLength(split, row));
  return most;
}
