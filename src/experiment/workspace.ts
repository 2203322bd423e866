import { dataRecord } from "../data/dataset/record.ts";
import { sampler } from "../data/dataset/sampling.ts";
import { tableRecord } from "../data/dataset/recognise.ts";
import { readTable } from "../data/tables/read-table.ts";
import { loadTokenizer, type Tokenizer } from "../data/text/tokenizer.ts";
import { suitedLearningRate } from "../analysis/rates/learning-rate.ts";
import type { KernelSource, KernelsRecord } from "../contract/engine/kernels.ts";
import type { PresetMemory } from "../contract/sources/presets.ts";
import type { ReadingChoice } from "../contract/reading.ts";
import type {
  DataRecord,
  ExperimentPlan,
  ModelRecord,
  ModelSource,
  TableRecord,
  TableSource,
} from "../contract/run.ts";
import { AppError } from "../core/errors.ts";
import { openFolder } from "../models/folder.ts";
import { readCheckpoint, type Checkpoint } from "../train/checkpoint.ts";
import type { Engine } from "../train/engine.ts";
import { planOnDevice, type PlannedSession } from "../train/finetuning/plan.ts";
import type { MemoryPlan } from "../train/memory-plan.ts";
import { Profiler } from "../train/profiler.ts";
import { askedByLargest } from "./kernels/asked-kernels.ts";
import type { AskedRun } from "./kernels/kernel-timing.ts";
import { choicesInMemory, engineFor, type ChoiceStore, type TuningProgress } from "./kernels/kernel-tuning.ts";
import { EngineHolder } from "./engine-holder.ts";
import { checkedLength, encodeData, type EncodedData, type EncodingProgress } from "./encoding.ts";
import type { Experiment, PlannedRun } from "./experiment.ts";
import { withHeadFor } from "./head.ts";
import { labelCountsOf, limitedData, typeNote, unknownNote } from "./used-rows.ts";
import { largestRuns } from "./running/lanes.ts";
import { checkPlanSettings } from "./plan/checked-plan.ts";
import { checkLength } from "./plan/plan-length.ts";
import { checkTransferName, prepareTables, withTransfer } from "./prepared-data.ts";
import type { DataSettings, GivenTables, PreparedData } from "./prepared-data.ts";
import { planPresets } from "./plan/presets.ts";
import { TuningTurns } from "./kernels/tuning-turns.ts";

/** A file under its path; where it comes from does not matter. */
export interface NamedFile {
  readonly path: string;
  readonly file: Blob;
}

interface LoadedModel {
  readonly checkpoint: Checkpoint;
  readonly tokenizer: Tokenizer;
  readonly source: ModelSource;
}

/** What a run of one method would take; no plan, where the method refuses the task or the settings. */
export interface MethodMemory {
  readonly method: string;
  readonly plan: MemoryPlan | null;
  readonly problem: string | null;
}

/**
 * One model, one data set, one device: what both the page's worker and the terminal work on. Loading replaces what was
 * there only when it succeeds.
 */
export class Workspace {
  /** The device, and what becomes of it when it is lost. */
  readonly engines: EngineHolder;
  readonly #choices: ChoiceStore;
  readonly #tunings = new TuningTurns();
  #kernels: { readonly source: KernelSource; readonly orAuto: boolean } = { source: "auto", orAuto: false };
  #model: LoadedModel | null = null;
  #tables: GivenTables = { train: null, dev: null, transfers: [] };
  #data: PreparedData | null = null;
  /** The last tokenizing, kept so that the next call need not do it again. */
  #encoded: EncodedData | null = null;
  /** How often each part was begun, whether given or made. */
  readonly #begun = new Map<string, number>();

  constructor(gpu: GPU | undefined, choices: ChoiceStore = choicesInMemory()) {
    this.engines = new EngineHolder(gpu);
    this.#choices = choices;
  }

  /**
   * Says where kernels come from, from the next tune() on; "auto" at first. `orAuto`: a choice that this device cannot run
   * gives way to "auto", with a note, in place of an error.
   */
  useKernels(source: KernelSource, { orAuto = false } = {}): void {
    this.#kernels = { source, orAuto };
  }

  /**
   * Before a plan is run: takes the kernels for its shapes, and times them where they are to be the fastest and none are
   * known. Errors: as experiment() and tuneFor().
   */
  async tune(plan: ExperimentPlan, progress?: TuningProgress): Promise<KernelsRecord> {
    const { runs } = await this.experiment(plan);
    return await this.tuneFor(askedByLargest(runs), progress);
  }

  /**
   * The same for anything that asks for kernels over so many steps. Errors: device-error, device-lost, no-webgpu;
   * bad-settings, for a choice that this device cannot run; stopped, when others were asked for meanwhile, or model or data
   * replaced.
   */
  async tuneFor(run: AskedRun, progress: TuningProgress = () => {}): Promise<KernelsRecord> {
    const { source, orAuto } = this.#kernels;
    const key = JSON.stringify([source, [...run.asked], run.steps]);
    return await this.#tunings.take(key, progress, async (tell) => {
      try {
        return await this.#takeKernels(source, run, tell);
      } catch (error) {
        const refused = error instanceof AppError && (error.code === "bad-settings" || error.code === "device-error");
        if (!refused || typeof source === "string" || !orAuto) throw error;
        const note = `${error.message} The fastest kernels of this device are used in their place.`;
        return { ...(await this.#takeKernels("auto", run, tell)), note };
      }
    });
  }

  async #takeKernels(source: KernelSource, run: AskedRun, progress: TuningProgress): Promise<KernelsRecord> {
    const { engine, kernels } = await engineFor(await this.engine(), source, run, this.#choices, progress);
    this.engines.replace(engine);
    return kernels;
  }

  /** The device with its compiled kernels, opened at first use and anew after it was lost. Errors: no-webgpu. */
  async engine(): Promise<Engine> {
    return await this.engines.get();
  }

  /**
   * Reads a folder, files or a .zip. Errors: bad-model, bad-config, bad-tensors, missing-tensor, bad-tokenizer, …;
   * stopped, when another was given meanwhile.
   */
  async loadModel(files: readonly NamedFile[], source: ModelSource = { kind: "file" }): Promise<ModelRecord> {
    const checkLatest = this.#begin("model");
    const folder = await openFolder(files);
    const checkpoint = await readCheckpoint(folder);
    const tokenizer = await loadTokenizer(folder, checkpoint.model.tokenizer);
    checkLatest();
    this.#model = { checkpoint, tokenizer, source };
    this.#begin("data");
    return this.modelRecord;
  }

  /** Reads a table; null takes it away. Errors: bad-table, too-large; stopped, when another was given meanwhile. */
  async loadTable(
    role: "train" | "dev",
    file: NamedFile | null,
    source: TableSource = { kind: "file", name: file?.path ?? "" },
    choice?: ReadingChoice,
  ): Promise<TableRecord | null> {
    const checkLatest = this.#begin(role);
    const table = file === null ? null : await readTable(file.file, file.path, choice);
    checkLatest();
    this.#tables = { ...this.#tables, [role]: table === null ? null : { table, source } };
    this.#data = null;
    this.#begin("data");
    return table === null ? null : tableRecord(table);
  }

  /**
   * Reads a labelled set of another source, on which every run is scored; null takes it away. `name`: unique.
   *
   * Errors: bad-table, too-large; bad-settings for a name that cannot be, or a set too many; stopped, as loadTable().
   */
  async loadTransfer(
    name: string,
    file: NamedFile | null,
    source: TableSource = { kind: "file", name: file?.path ?? "" },
    choice?: ReadingChoice,
  ): Promise<TableRecord | null> {
    checkTransferName(name, this.#tables);
    const checkLatest = this.#begin(`set ${name}`);
    const table = file === null ? null : await readTable(file.file, file.path, choice);
    checkLatest();
    // Others may have been added meanwhile.
    checkTransferName(name, this.#tables);
    this.#tables = withTransfer(this.#tables, name, table === null ? null : { table, source });
    this.#data = null;
    this.#begin("data");
    return table === null ? null : tableRecord(table);
  }

  /**
   * Applies task and columns and tokenizes; replaces what was prepared before only when it succeeds.
   *
   * Errors: bad-columns, bad-labels, bad-settings; stopped, when model, table or choices were replaced meanwhile.
   */
  async prepareData(settings: DataSettings, maxLength: number, progress?: EncodingProgress): Promise<DataRecord> {
    const checkLatest = this.#begin("data");
    const data = await prepareTables(this.#tables, settings);
    checkLatest();
    const encoded = await this.#encode(data, maxLength, (done, total) => {
      checkLatest();
      progress?.(done, total);
    });
    checkLatest();
    this.#data = data;
    const record = dataRecord(data.dataset, encoded.train, encoded.dev, data.transfers);
    const { note } = withHeadFor(this.loaded.checkpoint, data.dataset.task, data.dataset.labels);
    const { typeCount } = this.loaded.checkpoint.model.tokenizer;
    const notes = [note, typeNote(encoded, typeCount), unknownNote(encoded)].filter((one) => one !== null);
    return { ...record, warnings: [...record.warnings, ...notes] };
  }

  async #encode(data: PreparedData, length: number, progress?: EncodingProgress): Promise<EncodedData> {
    const { checkpoint, tokenizer } = this.loaded;
    const maxLength = checkedLength(length, checkpoint.record.maxPositions);
    const known = this.#encoded;
    if (known?.dataset === data.dataset && known.tokenizer === tokenizer && known.maxLength === maxLength) return known;
    const encoded = await encodeData(data, tokenizer, maxLength, progress);
    this.#encoded = encoded;
    return encoded;
  }

  /** What is being made of a part comes to nothing: it throws `stopped`, and what was there before stays. */
  abandon(part: string): void {
    this.#begin(part);
  }

  /** Begins to make a part. The answer throws `stopped` once it was begun again: the later one is what is wanted. */
  #begin(part: string): () => void {
    this.#tunings.abandon();
    const number = (this.#begun.get(part) ?? 0) + 1;
    this.#begun.set(part, number);
    return () => {
      if (number === this.#begun.get(part)) return;
      throw new AppError("stopped", `The ${part} was replaced by another before it was ready.`);
    };
  }

  /** The loaded model, described. Errors: bad-settings where there is none. */
  get modelRecord(): ModelRecord {
    const { checkpoint, tokenizer, source } = this.loaded;
    const { record, folder } = checkpoint;
    const older = checkpoint.model.tokenizer.older?.names.join(" + ") ?? "";
    const vocabulary = folder.has("tokenizer.json") ? "tokenizer.json" : older;
    const reading = [...record.reading, vocabulary];
    const notes = [...record.notes, ...tokenizer.notes];
    return { ...record, reading, notes, lowercase: tokenizer.lowercase, source };
  }

  /** Puts another checkpoint of the same model in the place of the loaded one. Errors: stopped, when that is gone. */
  replaceWeights(before: Checkpoint, after: Checkpoint): void {
    const { loaded } = this;
    if (loaded.checkpoint !== before) throw new AppError("stopped", "Another model was loaded meanwhile.");
    this.#model = { ...loaded, checkpoint: after };
  }

  /** The loaded model itself. Errors: bad-settings where there is none. */
  get loaded(): LoadedModel {
    if (this.#model === null) throw new AppError("bad-settings", "No model was given; give a Hugging Face folder.");
    return this.#model;
  }

  /**
   * Checks a plan and makes its runs. `profiled`: the first of them to begin has its first steps timed. `watched`:
   * their subnetworks are looked at. Errors: bad-settings; too-large, for runs that would not end.
   */
  async experiment(plan: ExperimentPlan, { profiled = false, watched = false } = {}): Promise<Experiment> {
    const { loaded } = this;
    const { tokenizer } = loaded;
    const checked = checkPlanSettings(plan, suitedLearningRate(loaded.checkpoint.record.hiddenSize));
    const model = this.modelRecord;
    const data = this.#data;
    if (data === null) {
      throw new AppError("bad-settings", "No data are ready; give a training file and say what its columns hold.");
    }
    const { dataset, rows } = data;
    const { settings } = checked;
    const encoded = await this.#encode(data, settings.maxLength);
    const { transfers } = encoded;
    const { task, labels } = dataset;
    const { train, dev, devExamples } = limitedData(encoded, settings);
    const { checkpoint } = withHeadFor(loaded.checkpoint, task, labels);
    const trainOf = sampler(train, rows.sample?.seed ?? 0, task.kind);
    const requests = checked.runs.map(({ id, setting, method, values, seed, settings: own, trainSample }) => {
      const shared = { checkpoint, task, labels, dev, transfers };
      const request = { ...shared, train: trainOf(trainSample), method, values, seed, settings: own, watched };
      return { id, setting, request };
    });
    checkLength(requests);
    const opened = await this.engine();
    const engine = profiled ? { ...opened, profiler: new Profiler(opened.device) } : opened;
    const runs = requests.map((run): PlannedRun => {
      let planned: PlannedSession | null = null;
      return { ...run, planned: () => (planned ??= planOnDevice(run.request, engine)) };
    });
    const counts = { trainCount: train.count, devCount: dev.count, ...labelCountsOf(dev, labels, task.kind) };
    const sets = data.transfers.map(({ record }) => record);
    const config = { model, rows, task: task.id, labels, ...counts, transfers: sets, watched, plan: checked.plan };
    const reopen: Experiment["reopen"] = (control, tell) => this.engines.reopen(engine.choice, control, tell);
    return { engine, reopen, config, runs, tokenizer, dataset, devExamples };
  }

  /**
   * The memory one run of each method would take, exactly, without taking it; of a grid the run with the largest batch.
   *
   * Errors: as experiment(), and a method's own where no method is left.
   */
  async estimate(plan: ExperimentPlan): Promise<readonly MethodMemory[]> {
    const { runs } = await this.experiment(plan);
    const refusals: AppError[] = [];
    const planned = largestRuns(runs).map((run): MethodMemory => {
      const method = run.request.method.id;
      try {
        const { plan: memory, problem } = run.planned();
        return { method, plan: memory, problem };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        refusals.push(error);
        return { method, plan: null, problem: error.message };
      }
    });
    const [first] = refusals;
    if (first !== undefined && refusals.length === planned.length) throw first;
    return planned;
  }

  /** The memory a run of the plan would take with each model that is offered by name. Errors: bad-settings. */
  async presetMemory(plan: ExperimentPlan): Promise<readonly PresetMemory[]> {
    const checked = checkPlanSettings(plan);
    const data = this.#model === null ? null : this.#data;
    const encoded = data === null ? null : await this.#encode(data, checked.settings.maxLength);
    const rows =
      encoded === null
        ? null
        : {
            task: encoded.dataset.task,
            labels: encoded.dataset.labels,
            transfers: encoded.transfers,
            ...limitedData(encoded, checked.settings),
          };
    return planPresets(checked, rows, await this.engine());
  }
}
