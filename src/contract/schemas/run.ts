import * as v from "valibot";
import type { ErrorCode, Failure } from "../../core/errors.ts";
import { devAnswers } from "../answers.ts";
import { rows, transfer } from "./data.ts";
import { model } from "./model.ts";
import { axisLimit, plan } from "./plan.ts";
import { count, kernelChoice, list, real, text, values } from "./schema.ts";
import { overlaps, subnetwork } from "./subnetwork.ts";

/** See DeviceRecord. */
export const device = v.object({
  vendor: text,
  architecture: text,
  description: text,
  /** true where a CPU plays the GPU. */
  software: v.boolean(),
  features: list(text, 200),
  maxBufferBytes: count,
  maxBindingBytes: count,
});

/** See MemoryRecord. */
export const memory = v.record(text, v.number());

/** See StepRecord. */
export const step = v.object({
  /** From 1. */
  step: count,
  /** Mean over the batch, of the weights the forward used. */
  loss: real,
  /** Global norm after the method's masks and before clipping. */
  gradNorm: real,
  learningRate: v.number(),
  /** 0 where a method has none. */
  stage: v.picklist([0, 1, 2]),
  /** Tokens computed, none of them padding. */
  tokens: count,
  /** Its gradient overflowed f16, so that it changed nothing; gradNorm is 0. */
  skipped: v.exactOptional(v.literal(true)),
});

/** See EvaluationRecord. */
export const evaluation = v.object({
  step: count,
  /** Epochs done, fractional inside one. */
  epoch: v.number(),
  loss: real,
  /**
   * By metric id; null where a score is undefined (a correlation of a constant, say). After the last step also by
   * "<metric>@<set>" for every set of another source.
   */
  scores: v.record(text, v.nullable(v.number())),
  /** To how many classes the dev rows were put; only where a row has one, and not in results of earlier versions. */
  predictedClasses: v.exactOptional(count),
});

/** What one selection did to one weight matrix. */
const matrix = v.object({
  /** Hugging Face parameter name. */
  name: text,
  /** Encoder layer from 0, null for pooler and classifier. */
  layer: v.nullable(count),
  size: count,
  kept: count,
  threshold: real,
  /** Jaccard overlap with the previous cycle's mask; null in the first. */
  overlap: v.nullable(v.number()),
});

/** See SelectionRecord. */
export const selection = v.object({
  step: count,
  /** From 0. */
  cycle: count,
  matrices: list(matrix, 10_000),
});

/** See RunStatus. */
export const runStatus = v.picklist(["waiting", "running", "completed", "stopped", "failed"]);

const failure = v.object({
  code: v.custom<ErrorCode>((value) => typeof value === "string"),
  message: text,
}) satisfies v.GenericSchema<unknown, Failure>;

/** See TimeMark. */
const timeMark = v.object({ step: count, elapsedMs: v.number() });

function isAscending(times: readonly v.InferOutput<typeof timeMark>[]): boolean {
  return times.every(({ step, elapsedMs }, index) => {
    const before = times[index - 1];
    return before === undefined || (step > before.step && elapsedMs >= before.elapsedMs);
  });
}

/** See RunRecord. */
export const run = v.object({
  /** "<method>-seed<seed>", with "-<field>=<value>" between for every axis of the grid; unique in its experiment. */
  id: text,
  method: text,
  label: text,
  seed: count,
  status: runStatus,
  error: v.nullable(failure),
  /** All settings of the method. */
  values,
  /** Steps planned. */
  stepCount: count,
  steps: list(step, 1_000_000),
  evaluations: list(evaluation, 100_000),
  selections: list(selection, 10_000),
  memoryBytes: memory,
  /** Time the run had the device for, from its opening to its last score. */
  elapsedMs: v.number(),
  // Runs of earlier versions had none of the next three.
  /** Where it stands in the grid: the value of every axis that its method has; {} without a grid. */
  setting: v.optional(
    v.pipe(
      values,
      v.check((one) => Object.keys(one).length <= axisLimit, `more than ${axisLimit} axes`),
    ),
    {},
  ),
  /** Share of elapsedMs that went into planning, compiling and reserving memory, before anything was computed. */
  openMs: v.optional(v.number(), 0),
  /** How long the computer slept, or the tab was frozen, while it ran; not in elapsedMs. Only where it did. */
  sleptMs: v.exactOptional(v.number()),
  /** Those of the steps that were skipped; absent where none was. */
  skippedSteps: v.exactOptional(count),
  /** The GPU, where it is another than its experiment's: a run that was added later, elsewhere. */
  device: v.exactOptional(device),
  /** What elapsedMs was after some of the steps, ascending; [] where nobody noted it. */
  times: v.optional(
    v.pipe(
      list(timeMark, 10_000),
      v.check((marks) => isAscending(marks), "the times do not ascend"),
    ),
    [],
  ),
  /** How its subnetwork and its weights moved; null where nobody watched. */
  subnetwork: v.optional(v.nullable(subnetwork), null),
});

/** See ConfigRecord. */
export const config = v.object({
  model,
  /** null: a result of an earlier version, which did not say. */
  rows: v.optional(v.nullable(rows), null),
  task: text,
  labels: list(text, 10_000),
  trainCount: count,
  devCount: count,
  /**
   * Dev rows by class, in the order of `labels`; [] for a regression. Not there where a row has several labels, and in
   * results of earlier versions.
   */
  devLabelCounts: v.exactOptional(list(count, 10_000)),
  /** Sets of other sources; [] for none. */
  transfers: v.optional(list(transfer, 100), []),
  /** Whether the subnetworks of its runs are looked at. Not there in results of earlier versions. */
  watched: v.exactOptional(v.boolean()),
  plan,
});

/** An ExperimentResult, but for what its runs amount to: that is worked out from them. */
export const result = v.object({
  device,
  /** What its kernels were chosen by, {} for the portable ones; null: an earlier version, or several choices. */
  kernels: v.optional(v.nullable(kernelChoice), null),
  config,
  runs: list(run, 2000),
  /** null where none were kept: an older file, or too many rows. */
  answers: v.optional(v.nullable(devAnswers), null),
  /** Whether its runs select the same weights; null where nobody watched. */
  overlaps: v.optional(v.nullable(overlaps), null),
});
