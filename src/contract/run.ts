import type { Failure } from "../core/errors.ts";
import type { CaseRecord } from "./answers.ts";
import type { ComparisonRecord } from "./comparison.ts";
import type { drawnSample, rows, tableSource, transfer } from "./schemas/data.ts";
import type { Values } from "./fields.ts";
import type { ReadingStep } from "./reading.ts";
import type { hubSource, model, modelSource } from "./schemas/model.ts";
import type { gridAxis, methodChoice, plan, runOrder } from "./schemas/plan.ts";
import type { config, device, evaluation, memory, result, run, runStatus, selection, step } from "./schemas/run.ts";
import type { Checked, kernelChoice } from "./schemas/schema.ts";
import type { SubnetworkOverlaps, SubnetworkSnapshot } from "./subnetwork.ts";

// What a result file holds is written once, as the schemas that check it: there stands what each field means.

/** One method with its settings, as a plan asks for it. */
export type MethodChoice = Checked<typeof methodChoice>;

/** A setting of which several values are run. */
export type GridAxis = Checked<typeof gridAxis>;

/** Runs one after another, or as many at once as fit, in step, so that their curves grow together. */
export type RunOrder = Checked<typeof runOrder>;

/** methods x seeds x settings over one model and one data set that were loaded before. */
export type ExperimentPlan = Checked<typeof plan>;

/** What an experiment is to have more: methods, seeds, and runs (ids) that are to be tried again. */
export interface Growth extends Pick<ExperimentPlan, "methods" | "seeds"> {
  readonly retry: readonly string[];
}

/** By op and shape, the kernel that was chosen for it: "matmul nt 512x128" → "subgroup8x4". */
export type KernelChoice = Checked<typeof kernelChoice>;

/** The GPU a run was made on. */
export type DeviceRecord = Checked<typeof device>;

/** Bytes by purpose: weights, gradients, moments, method, activations, inputs, results. */
export type MemoryRecord = Checked<typeof memory>;

export type StepRecord = Checked<typeof step>;

export type EvaluationRecord = Checked<typeof evaluation>;

export type SelectionRecord = Checked<typeof selection>;

export type RunStatus = Checked<typeof runStatus>;

/** When a step was done. */
export type TimeMark = RunRecord["times"][number];

/** Everything known of one run. */
export type RunRecord = Checked<typeof run>;

/** A score over the completed seeds of a method at one place of the grid. */
export interface SummaryRecord {
  readonly method: string;
  /** RunRecord.setting of its runs. */
  readonly setting: Values;
  /** Metric id. */
  readonly score: string;
  /** "last" epoch is what the paper reports; "best" is chosen on the dev set and so is optimistic. */
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
  /** Those of the seeds whose run gives every dev row the same class; their scores count in all of the above. */
  readonly oneClass: readonly number[];
  /** The others' mean and deviation; null where all seeds are such, or none is. */
  readonly withoutThem: { readonly mean: number; readonly std: number | null } | null;
}

/** What runs amount to. */
export interface Findings {
  readonly summary: readonly SummaryRecord[];
  /** Every method against the reference, score by score, after the last epoch. */
  readonly comparisons: readonly ComparisonRecord[];
}

/** Where a table is from. */
export type TableSource = Checked<typeof tableSource>;

/** A drawn sample; `of`: the rows that there were to draw from. */
export type DrawnSample = Checked<typeof drawnSample>;

/** How many rows to draw from train, by which seed: the same for every method and seed of an experiment. */
export type SampleChoice = Omit<DrawnSample, "of">;

/** Which rows an experiment was run on. */
export type RowsRecord = Checked<typeof rows>;

/** A labelled set of another source: every run is scored on it after its last step, as in the paper's table 2. */
export type TransferRecord = Checked<typeof transfer>;

/** What an experiment was run with, enough to run it again. */
export type ConfigRecord = Checked<typeof config>;

/** All that is known of an experiment. */
export interface ExperimentResult extends Checked<typeof result>, Findings {
  /** What the answers amount to, by method; [] without any, and with a grid. */
  readonly cases: readonly CaseRecord[];
}

/** A repository of the Hub; `commit`: what the revision stood for when the files were fetched. */
export type HubSource = Checked<typeof hubSource>;

/** Where a model's files are from. */
export type ModelSource = Checked<typeof modelSource>;

/** A loaded model, described. */
export type ModelRecord = Checked<typeof model>;

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
  /** What was decided on the way from the file's bytes to here. */
  readonly reading: readonly ReadingStep[];
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
  /** Names of classes or labels in the order of their index; [] for a regression. */
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
  /** Rows by label, in the order of `labels`; [] for a regression. */
  readonly labelCounts: readonly number[];
  /** Rows that have none of the labels, where a row may have several. */
  readonly withoutLabels: number;
  /** Regression: lowest and highest value; null for classes. */
  readonly range: readonly [number, number] | null;
  /** Tokens per row after truncation: how many rows have 1-8, 9-16, … tokens (bins of 8). */
  readonly lengthBins: readonly number[];
  readonly truncatedCount: number;
  readonly skipped: readonly SkippedLine[];
  readonly skippedCount: number;
}

/** How far a result has come. */
export interface KeptRuns {
  /** Runs that completed. */
  readonly completed: number;
  readonly planned: number;
  /** false while its experiment goes on, and where the engine was lost: it was not ended by anyone. */
  readonly over: boolean;
}

/** Where a run stands that was saved while it was under way, and what of it has to be known before it goes on. */
export interface StandingRun {
  /** RunRecord.id */
  readonly run: string;
  /** Steps done, of stepCount. */
  readonly step: number;
  readonly stepCount: number;
  /** Whether its subnetwork is looked at. */
  readonly watched: boolean;
}

/** Such a run, with the file that it goes on from. */
export interface SavedRun extends StandingRun {
  readonly file: Blob;
}

/** What the engine tells while it works: plain data, sent in batches. */
export type RunEvent =
  | { readonly kind: "phase"; readonly text: string; readonly done: number; readonly total: number }
  | {
      readonly kind: "experiment";
      readonly device: DeviceRecord;
      readonly kernels: KernelChoice | null;
      readonly config: ConfigRecord;
    }
  /** Runs that wait; one of a known id takes the place of what that run was before. */
  | { readonly kind: "queued"; readonly runs: readonly RunRecord[] }
  | { readonly kind: "started"; readonly run: RunRecord }
  | { readonly kind: "steps"; readonly run: string; readonly steps: readonly StepRecord[]; readonly elapsedMs: number }
  | { readonly kind: "evaluation"; readonly run: string; readonly evaluation: EvaluationRecord }
  | { readonly kind: "selection"; readonly run: string; readonly selection: SelectionRecord }
  | { readonly kind: "subnetwork"; readonly run: string; readonly snapshot: SubnetworkSnapshot }
  /** After a watched run has completed. */
  | { readonly kind: "overlaps"; readonly overlaps: SubnetworkOverlaps }
  | {
      readonly kind: "ended";
      readonly run: string;
      readonly status: RunStatus;
      readonly error: Failure | null;
      readonly elapsedMs: number;
      /** See RunRecord. */
      readonly sleptMs?: number;
      readonly skippedSteps?: number;
    }
  | ({ readonly kind: "summary" } & Findings)
  /** What a person should know and can do nothing about: a saved run that is of no use. */
  | { readonly kind: "note"; readonly text: string }
  /** A run under way was saved; it takes the place of the one that was saved of it before. */
  | ({ readonly kind: "saved" } & SavedRun)
  /** At the beginning, after each run that ended, before one that was saved, and at the end: all there is, as a file holds it, for whoever keeps results. */
  | { readonly kind: "result"; readonly file: Blob; readonly runs: KeptRuns };
