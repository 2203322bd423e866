import type { Failure } from "../core/errors.ts";
import type { CaseRecord, DevAnswers } from "./answers.ts";
import type { ComparisonRecord } from "./comparison.ts";
import type { FieldValue, Values } from "./fields.ts";
import type { AdaptationRecord } from "./pretraining.ts";

/** One method with its settings, as a plan asks for it. */
export interface MethodChoice {
  readonly id: string;
  readonly values: Values;
}

/** A setting of which several values are run. */
export interface GridAxis {
  /** Id of one of Catalog.axes, or of a method's field: methods that have no such field run once. */
  readonly field: string;
  readonly values: readonly FieldValue[];
}

/** Runs one after another, or as many at once as fit, in step, so that their curves grow together. */
export type RunOrder = "sequential" | "interleaved";

/** methods x seeds x settings over one model and one data set that were loaded before. */
export interface ExperimentPlan {
  readonly methods: readonly MethodChoice[];
  readonly seeds: readonly number[];
  /** Values of Catalog.training. */
  readonly training: Values;
  /** Every combination of their values is run; [] for none. */
  readonly grid: readonly GridAxis[];
  readonly order: RunOrder;
}

/** The GPU a run was made on. */
export interface DeviceRecord {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** true where a CPU plays the GPU. */
  readonly software: boolean;
  readonly features: readonly string[];
  readonly maxBufferBytes: number;
  readonly maxBindingBytes: number;
}

/** Bytes by purpose: weights, gradients, moments, method, activations, inputs, results. */
export type MemoryRecord = Readonly<Record<string, number>>;

export interface StepRecord {
  /** From 1. */
  readonly step: number;
  /** Mean over the batch, of the weights the forward used. */
  readonly loss: number;
  /** Global norm after the method's masks and before clipping. */
  readonly gradNorm: number;
  readonly learningRate: number;
  /** 0 where a method has none. */
  readonly stage: 0 | 1 | 2;
  /** Tokens computed, none of them padding. */
  readonly tokens: number;
}

export interface EvaluationRecord {
  readonly step: number;
  /** Epochs done, fractional inside one. */
  readonly epoch: number;
  readonly loss: number;
  /**
   * By metric id; null where a score is undefined (a correlation of a constant, say). After the last step also by
   * "<metric>@<set>" for every set of another source.
   */
  readonly scores: Readonly<Record<string, number | null>>;
}

/** What one selection did to one weight matrix. */
export interface MatrixSelection {
  /** Hugging Face parameter name. */
  readonly name: string;
  /** Encoder layer from 0, null for pooler and classifier. */
  readonly layer: number | null;
  readonly size: number;
  readonly kept: number;
  readonly threshold: number;
  /** Jaccard overlap with the previous cycle's mask; null in the first. */
  readonly overlap: number | null;
}

export interface SelectionRecord {
  readonly step: number;
  /** From 0. */
  readonly cycle: number;
  readonly matrices: readonly MatrixSelection[];
}

export type RunStatus = "waiting" | "running" | "completed" | "stopped" | "failed";

/** Everything known of one run. */
export interface RunRecord {
  /** "<method>-seed<seed>", with "-<field>=<value>" between for every axis of the grid; unique in its experiment. */
  readonly id: string;
  readonly method: string;
  readonly label: string;
  readonly seed: number;
  readonly status: RunStatus;
  readonly error: Failure | null;
  /** All settings of the method. */
  readonly values: Values;
  /** Where it stands in the grid: the value of every axis that its method has; {} without a grid. */
  readonly setting: Values;
  /** Steps planned. */
  readonly stepCount: number;
  readonly steps: readonly StepRecord[];
  readonly evaluations: readonly EvaluationRecord[];
  readonly selections: readonly SelectionRecord[];
  readonly memoryBytes: MemoryRecord;
  /** Time the run had the device for, from its opening to its last score. */
  readonly elapsedMs: number;
  /** Share of it that went into planning, compiling and reserving memory, before anything was computed. */
  readonly openMs: number;
}

/** A score over the completed seeds of a method at one place of the grid. */
export interface SummaryRecord {
  readonly method: string;
  /** RunRecord.setting of its runs. */
  readonly setting: Values;
  /** Metric id. */
  readonly score: string;
  /** "last" epoch is what the paper reports; "best" is chosen on the dev set and flatters. */
  readonly epoch: "last" | "best";
  readonly mean: number | null;
  /** Sample standard deviation (n-1); null below two seeds, as the next two. */
  readonly std: number | null;
  /** Of the mean: std / √n. */
  readonly standardError: number | null;
  /** 95 % interval of the mean, by resampling the seeds. */
  readonly interval: readonly [number, number] | null;
  /** The worst and the best seed. */
  readonly range: readonly [number, number] | null;
  /**
   * Place among what was run with the same setting but for the methods' own axes, 1 for the highest, averaged over the
   * seeds that all of them completed; null without one.
   */
  readonly rank: number | null;
  readonly seeds: readonly number[];
}

/** What runs amount to. */
export interface Findings {
  readonly summary: readonly SummaryRecord[];
  /** Every method against the reference, score by score, after the last epoch. */
  readonly comparisons: readonly ComparisonRecord[];
}

/** Where a table is from. */
export type TableSource =
  | { readonly kind: "file"; readonly name: string }
  /** A file of a data set; `commit`: what the revision stood for when it was fetched. */
  | {
      readonly kind: "hub";
      readonly id: string;
      readonly path: string;
      readonly revision: string;
      readonly commit: string;
    };

/** How many rows to draw from train, by which seed: the same for every method and seed of an experiment. */
export interface SampleChoice {
  readonly count: number;
  readonly seed: number;
}

/** A drawn sample; `of`: the rows that there were to draw from. */
export interface DrawnSample extends SampleChoice {
  readonly of: number;
}

/** Which rows an experiment was run on. */
export interface RowsRecord {
  readonly train: TableSource;
  /** null: split off train. */
  readonly dev: TableSource | null;
  /** That split; null where dev is a file of its own. */
  readonly split: { readonly share: number; readonly seed: number } | null;
  /** null: all rows of train. */
  readonly sample: DrawnSample | null;
}

/** A labelled set of another source: every run is scored on it after its last step, as in the paper's table 2. */
export interface TransferRecord {
  /** Unique in its experiment; scores on it are "<metric>@<name>". */
  readonly name: string;
  readonly source: TableSource;
  readonly rowCount: number;
  /** What both sides' labels were made comparable as: the trained labels, or coarser ones; [] for a regression. */
  readonly labels: readonly string[];
  /** A sentence on how the labels were mapped; null where both sides have the same. */
  readonly mapping: string | null;
}

/** What an experiment was run with, enough to run it again. */
export interface ConfigRecord {
  readonly model: ModelRecord;
  /** null: a result of an earlier version, which did not say. */
  readonly rows: RowsRecord | null;
  readonly task: string;
  readonly labels: readonly string[];
  readonly trainCount: number;
  readonly devCount: number;
  /** Sets of other sources; [] for none. */
  readonly transfers: readonly TransferRecord[];
  readonly plan: ExperimentPlan;
}

export interface ExperimentResult extends Findings {
  readonly device: DeviceRecord;
  readonly config: ConfigRecord;
  readonly runs: readonly RunRecord[];
  /** null where none were kept: an older file, or too many rows. */
  readonly answers: DevAnswers | null;
  /** What the answers amount to, by method; [] without any, and with a grid. */
  readonly cases: readonly CaseRecord[];
}

/** A repository of the Hub; `commit`: what the revision stood for when the files were fetched. */
export interface HubSource {
  readonly kind: "hub";
  readonly id: string;
  readonly revision: string;
  readonly commit: string;
}

/** Where a model's files are from. */
export type ModelSource = { readonly kind: "bundled"; readonly id: string } | HubSource | { readonly kind: "file" };

/** A loaded model, described. */
export interface ModelRecord {
  readonly name: string;
  readonly source: ModelSource;
  readonly family: string;
  readonly parameterCount: number;
  readonly hiddenSize: number;
  readonly layerCount: number;
  readonly headCount: number;
  readonly vocabularySize: number;
  readonly maxPositions: number;
  readonly lowercase: boolean;
  /** Tensors of the file that the model does not use (pre-training heads). */
  readonly skippedTensors: readonly string[];
  /** Further pre-training on a person's text, oldest first; [] for a model as its files have it. */
  readonly adaptations: readonly AdaptationRecord[];
}

/** A column of a table plays one part. */
export interface ColumnMapping {
  readonly first: number;
  readonly second: number | null;
  readonly label: number;
}

/** A line that could not be used, and why. */
export interface SkippedLine {
  readonly line: number;
  readonly reason: string;
}

/** A dropped table as it was understood. */
export interface TableRecord {
  readonly name: string;
  /** null: the file has no header line. */
  readonly header: readonly string[] | null;
  readonly columnCount: number;
  readonly rowCount: number;
  readonly preview: readonly (readonly string[])[];
  readonly skipped: readonly SkippedLine[];
  readonly skippedCount: number;
  /** Recognised task id; null when a person has to say. */
  readonly task: string | null;
  /** null when a person has to say. */
  readonly mapping: ColumnMapping | null;
}

/** Train and dev as they will be used. */
export interface DataRecord {
  readonly task: string;
  /** Class names in the order of their index; [] for a regression. */
  readonly labels: readonly string[];
  readonly train: SplitRecord;
  readonly dev: SplitRecord;
  /** True when dev was split off train because no file was given. */
  readonly devFromTrain: boolean;
  /** null: all rows of train are used. */
  readonly sample: DrawnSample | null;
  readonly transfers: readonly TransferRecord[];
  /** Sentences a person should read before a run (labels that one side lacks); [] when all is well. */
  readonly warnings: readonly string[];
}

export interface SplitRecord {
  readonly count: number;
  /** Per label, in the order of `labels`; [] for a regression. */
  readonly labelCounts: readonly number[];
  /** Regression: lowest and highest value; null for classes. */
  readonly range: readonly [number, number] | null;
  /** Tokens per row after truncation: how many rows have 1-8, 9-16, … tokens (bins of 8). */
  readonly lengthBins: readonly number[];
  readonly truncatedCount: number;
  readonly skipped: readonly SkippedLine[];
  readonly skippedCount: number;
}

/** What the engine tells while it works: plain data, sent in batches. */
export type RunEvent =
  | { readonly kind: "phase"; readonly text: string; readonly done: number; readonly total: number }
  | { readonly kind: "experiment"; readonly device: DeviceRecord; readonly config: ConfigRecord }
  /** Runs that wait; one of a known id takes the place of what that run was before. */
  | { readonly kind: "queued"; readonly runs: readonly RunRecord[] }
  | { readonly kind: "started"; readonly run: RunRecord }
  | { readonly kind: "steps"; readonly run: string; readonly steps: readonly StepRecord[]; readonly elapsedMs: number }
  | { readonly kind: "evaluation"; readonly run: string; readonly evaluation: EvaluationRecord }
  | { readonly kind: "selection"; readonly run: string; readonly selection: SelectionRecord }
  | {
      readonly kind: "ended";
      readonly run: string;
      readonly status: RunStatus;
      readonly error: Failure | null;
      readonly elapsedMs: number;
    }
  | ({ readonly kind: "summary" } & Findings);
