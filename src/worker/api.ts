import type { Catalog } from "../contract/catalog.ts";
import type { DevExample } from "../contract/answers.ts";
import type { Answer, ExportableRun, OpenedAnswer, OpenedModel, SecondOpinion } from "../contract/exports.ts";
import type { DownloadProgress, HubRequest, RepositoryName } from "../contract/sources/hub.ts";
import type { KernelSource, KernelsRecord } from "../contract/engine/kernels.ts";
import type { PredictedFile, PredictionInput, TextMapping } from "../contract/prediction.ts";
import type { PresetMemory } from "../contract/sources/presets.ts";
import type { StepPace } from "../contract/engine/pace.ts";
import type { Profile } from "../contract/engine/profile.ts";
import type { ReadingChoice } from "../contract/reading.ts";
import type { RateSearch, RateTrial } from "../contract/engine/rates.ts";
import type { StorageRecord } from "../contract/sources/storage.ts";
import type { MatrixRegion, MatrixView } from "../contract/subnetwork.ts";
import type { Values } from "../contract/fields.ts";
import type { AdaptationEvent, AdaptationPlan, TextRecord } from "../contract/pretraining.ts";
import type {
  ColumnMapping,
  DataRecord,
  DeviceRecord,
  ExperimentPlan,
  ExperimentResult,
  Growth,
  HubSource,
  MemoryRecord,
  ModelRecord,
  ModelSource,
  RunEvent,
  SampleChoice,
  SavedRun,
  TableRecord,
  TableSource,
} from "../contract/run.ts";

/** A file as the page hands it over: `path` keeps the folder inside a dropped directory. */
export interface DroppedFile {
  readonly path: string;
  readonly file: Blob;
}

/** Which table is meant. */
export type TableRole = "train" | "dev";

/** How the tables are to be read; null leaves a choice to the engine. */
export interface DataChoice {
  readonly task: string | null;
  readonly trainMapping: ColumnMapping | null;
  readonly devMapping: ColumnMapping | null;
  /** Share of train that becomes dev when no dev file was given; in (0, 1). */
  readonly devShare: number;
  /** Seed of that split and of nothing else. */
  readonly splitSeed: number;
  /** Rows of train to use, after dev was split off; null: all. */
  readonly sample: SampleChoice | null;
}

/** The memory one run of a method will take, and whether the device can give it. */
export interface MemoryEstimate {
  readonly method: string;
  readonly bytes: MemoryRecord;
  readonly totalBytes: number;
  /** Largest single buffer needed, against the device's limit. */
  readonly largestBufferBytes: number;
  readonly maxBufferBytes: number;
  /** null when it fits; else a sentence with the figure and what would fit, or why the method refuses (0 bytes then). */
  readonly problem: string | null;
}

/** What to get from a Hub, or from what is kept of it. */
export interface DownloadRequest extends HubRequest {
  /** true: no Hub is asked. */
  readonly keptOnly: boolean;
}

/** Files of a Hub's repository at one commit. */
export interface Downloaded {
  readonly files: readonly DroppedFile[];
  readonly source: HubSource;
  /** Why the Hub was not asked and what is kept was used, as a sentence; null where it was asked. */
  readonly offline: string | null;
}

/** What a call is for that a person may end. */
export type Cancellable =
  "model" | TableRole | "sets" | "data" | "texts" | "kernels" | "timing" | "export" | "prediction" | "opened";

/**
 * The engine as the page sees it: a worker owns the device and everything heavy; only plain data crosses.
 * Every call may reject with an error whose `name` is an ErrorCode.
 */
export interface TrainerApi {
  catalog(): Promise<Catalog>;
  /** Errors: no-webgpu, with what to do in this browser. */
  device(): Promise<DeviceRecord>;
  /** Reads a dropped folder, several files or one .zip; replaces the loaded model only on success. */
  loadModel(files: readonly DroppedFile[], source?: ModelSource): Promise<ModelRecord>;
  /** Reads a table; null takes it away. Replaces only on success. `choice`: how a person wants it read. */
  loadTable(
    role: TableRole,
    file: DroppedFile | null,
    source?: TableSource,
    choice?: ReadingChoice,
  ): Promise<TableRecord | null>;
  /**
   * Reads a labelled set of another source, on which every run is scored at its end; null takes it away. `name`: unique,
   * and what its scores are called. Replaces only on success.
   */
  loadTransfer(
    name: string,
    file: DroppedFile | null,
    source?: TableSource,
    choice?: ReadingChoice,
  ): Promise<TableRecord | null>;
  /** Applies task and columns to the loaded tables, tokenizes, and says what it found. Needs model and train table. */
  prepareData(choice: DataChoice, maxLength: number): Promise<DataRecord>;
  /** Exact bytes each method of the plan would take, without allocating any. */
  estimate(plan: ExperimentPlan): Promise<readonly MemoryEstimate[]>;
  /**
   * Says where kernels come from, from the next plan or adaptation on. A choice that this device cannot run gives way to
   * the fastest kernels, and KernelsRecord.note says why.
   */
  useKernels(source: KernelSource): Promise<void>;
  /**
   * Gets the kernels ready that a plan will use, while other calls go on; start() waits for it. null while an experiment or
   * an adaptation has the device. Errors: as start(); stopped, when other kernels were asked for meanwhile, or model or data
   * replaced.
   */
  tuneKernels(plan: ExperimentPlan, onProgress: (done: number, total: number) => void): Promise<KernelsRecord | null>;
  /**
   * Trains five steps of each method of the plan, and throws them away: how long a step takes here. Errors: as start(), and
   * stopped.
   */
  measure(plan: ExperimentPlan): Promise<readonly StepPace[]>;
  /**
   * Runs the plan; events come in batches, at most ten a second, the last perhaps after the result. One at a time.
   * `onProfile`: where given, the first run's first steps are timed, and it gets once where their time went. `watched`:
   * the runs' subnetworks are looked at, which changes no result.
   */
  start(
    plan: ExperimentPlan,
    onEvents: (events: readonly RunEvent[]) => void,
    onProfile?: (profile: Profile) => void,
    watched?: boolean,
  ): Promise<ExperimentResult>;
  /** Takes a run of the experiment off the queue, or ends it after the step in flight. Errors: bad-settings. */
  cancelRun(run: string): Promise<void>;
  /** Puts a run that failed or was cancelled at the end of the queue. Errors: bad-settings. */
  retryRun(run: string): Promise<void>;
  /**
   * Adds methods and seeds to the plan of the experiment that is running: the runs that it lacks are queued.
   * Errors: bad-settings, also for a method that runs there with other settings.
   */
  extend(more: Pick<ExperimentPlan, "methods" | "seeds">): Promise<void>;
  /**
   * Goes on with an experiment that has ended, here or elsewhere, over the model and data that are loaded, which must be
   * those of its result; resolves with that result and what came to it. Events as of start(), of the new runs alone.
   * `saved`: runs of it that go on from where they were saved, where all is as it was; one that cannot is told in a note.
   * Errors: as extend() and retryRun(), and bad-settings that says what must be loaded.
   */
  grow(
    before: ExperimentResult,
    growth: Growth,
    onEvents: (events: readonly RunEvent[]) => void,
    saved?: readonly SavedRun[],
  ): Promise<ExperimentResult>;
  /** Saves the runs under way after the step in flight, unless that was done just now; they come as events. */
  saveRuns(): Promise<void>;
  /**
   * Looks for a learning rate on the loaded model and data, with the settings of a plan; `onTrials` is told of all trials
   * so far. One at a time, and not beside an experiment; stop() ends it. Errors: as start(); stopped.
   */
  findRate(plan: ExperimentPlan, onTrials: (trials: readonly RateTrial[]) => void): Promise<RateSearch>;
  /** Ends the calls that go on for this: they reject with stopped, and what was there before stays. */
  cancel(what: Cancellable): Promise<void>;
  /** Of the experiment, the adaptation or the search for a rate that is running. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends it after the step in flight; start() or adapt() then resolves with what there is. */
  stop(): Promise<void>;
  /** Reads plain text, packed with gzip or not, to adapt the model to; [] takes it away. Replaces only on success. */
  loadTexts(
    files: readonly DroppedFile[],
    onEvents: (events: readonly AdaptationEvent[]) => void,
  ): Promise<TextRecord | null>;
  /** What adapting the model to the texts would take, without taking it. `values`: of Catalog.adaptation. */
  planAdaptation(values: Values): Promise<AdaptationPlan>;
  /** Pre-trains the loaded model further on the texts; what comes of it takes the model's place. One at a time. */
  adapt(values: Values, onEvents: (events: readonly AdaptationEvent[]) => void): Promise<ModelRecord>;
  /** Puts the model back as its files have it. */
  restoreModel(): Promise<ModelRecord>;
  /** The adapted model as one .zip with a Hugging Face folder. */
  exportAdapted(): Promise<Blob>;
  /** Texts of dev rows of the last experiment, at most 100 at once. Errors: bad-settings. */
  devExamples(rows: readonly number[]): Promise<readonly DevExample[]>;
  /** Dev rows of the last experiment whose texts hold this, however it is capitalised. */
  findExamples(text: string): Promise<readonly number[]>;
  /**
   * Weights of a matrix of a run of the last experiment, of a run that trains as well: whether they are selected, how
   * often, by what, and how far they moved. At most 4 million at once. Errors: bad-settings, for what there is not or is
   * no longer.
   */
  inspectMatrix(region: MatrixRegion): Promise<MatrixView>;
  /** The completed runs of the last experiment, in the order in which they were trained. */
  exports(): Promise<readonly ExportableRun[]>;
  /** One .zip: config.json, tokenizer, model.safetensors and model.onnx. Errors: bad-settings where it was not kept. */
  exportModel(run: string): Promise<Blob>;
  /** Scores dev rows for some 20 s with the run's model.onnx in onnxruntime-web, which is fetched at the first call. */
  secondOpinion(run: string): Promise<SecondOpinion>;
  /** The memory a run of the plan would take with each of the catalog's presets, before anything is downloaded. */
  presetMemory(plan: ExperimentPlan): Promise<readonly PresetMemory[]>;
  /**
   * Gets a model's files, one download at a time; what is kept is not fetched again, what broke off goes on.
   * Errors: not-found, no-access, unreachable, bad-download, no-space, bad-model, bad-config; stopped when cancelled.
   */
  downloadModel(request: DownloadRequest, onProgress: (progress: DownloadProgress) => void): Promise<Downloaded>;
  /** Gets files of a data set, as downloadModel does; the answer has them in the order of `paths`. */
  downloadData(
    request: DownloadRequest,
    paths: readonly string[],
    onProgress: (progress: DownloadProgress) => void,
  ): Promise<Downloaded>;
  /** Ends the download that is going on; what came is kept. */
  cancelDownload(): Promise<void>;
  /** What is kept, and how much room there is. */
  storage(): Promise<StorageRecord>;
  /**
   * Frees what is kept of one commit of a repository; null: everything. Errors: bad-settings while a download is going on,
   * and, once the rest is freed, for what is loaded in this or another tab.
   */
  removeKept(of: (RepositoryName & { readonly commit: string }) | null): Promise<StorageRecord>;
  /** Asks the models of these runs, on the GPU. `second` is null for a single sentence. */
  classify(first: string, second: string | null, runs: readonly string[]): Promise<readonly Answer[]>;
  /** Opens an exported .zip or its folder beside those that are open, to ask it. Needs no WebGPU. */
  openExported(files: readonly DroppedFile[]): Promise<OpenedModel>;
  closeExported(id: string): Promise<void>;
  /** Asks every opened model. `second` is null for a single sentence. */
  askOpened(first: string, second: string | null): Promise<readonly OpenedAnswer[]>;
  /**
   * Reads a file that is to be predicted, and says how the model would read it; null: the file that was read last.
   * `model`: a run, or an opened model, by id. `choice`: how a person wants it read. Errors: bad-table, too-large;
   * bad-settings without a file or model.
   */
  predictionInput(file: DroppedFile | null, model: string, choice?: ReadingChoice): Promise<PredictionInput>;
  /**
   * Asks a model of every row of that file; stop() ends it. `mapping`: null as predictionInput says. Errors: bad-columns,
   * stopped, too-large.
   */
  predictFile(
    model: string,
    mapping: TextMapping | null,
    onProgress: (done: number, total: number) => void,
  ): Promise<PredictedFile>;
}
