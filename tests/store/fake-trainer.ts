import type { ExportableRun, OpenedModel } from "../../src/contract/exports.ts";
import type { KernelSource } from "../../src/contract/engine/kernels.ts";
import type { Values } from "../../src/contract/fields.ts";
import type { PredictionInput } from "../../src/contract/prediction.ts";
import type { AdaptationEvent } from "../../src/contract/pretraining.ts";
import { asTheFileSays, type ReadingChoice } from "../../src/contract/reading.ts";
import type { Profile } from "../../src/contract/engine/profile.ts";
import type {
  ConfigRecord,
  ExperimentPlan,
  ExperimentResult,
  Growth,
  ModelRecord,
  RunEvent,
  SavedRun,
} from "../../src/contract/run.ts";
import { AppError } from "../../src/core/errors.ts";
import type { Cancellable, DroppedFile, MemoryEstimate, TableRole } from "../../src/worker/api.ts";
import type { EngineWatcher, Trainer } from "../../src/worker/client.ts";
import { adaptationEvents, adaptationOf, adaptationPlanOf, lossesAt } from "./fake-adaptation.ts";
import { devLabelCounts, examplesAt, rowsHolding } from "./fake-answers.ts";
import { fakeCatalog } from "./fake-catalog.ts";
import { FakeExperiment } from "./fake-experiment.ts";
import type { FakeRunOptions } from "./fake-experiment.ts";
import { answerOf, exportsOf, inputOf, openedAnswer, opinionOf, predictedOf } from "./fake-exports.ts";
import { fakeHub } from "./fake-hub.ts";
import type { FakeHubOptions } from "./fake-hub.ts";
import { kernelsOf, profileOf } from "./fake-kernels.ts";
import { dataOf, device, labels, memoryOf, model, tableOf, transfersOf } from "./fake-records.ts";

/** How the fake behaves; each switch stands for one thing that goes wrong in real life. */
export interface FakeOptions extends FakeRunOptions {
  /** Waits between two batches: nothing in tests, a while where someone looks. */
  readonly pause?: () => Promise<void>;
  readonly webgpu?: boolean;
  /** Tables come without a recognised task and columns. */
  readonly unclear?: boolean;
  readonly tooLarge?: boolean;
  /** Whether a CPU plays the GPU. */
  readonly software?: boolean;
  /** What a step takes when it is timed. */
  readonly stepMs?: number;
  /** Whether single kernels can be timed. */
  readonly timestamps?: boolean;
  /** Of the model. */
  readonly family?: string;
  /** What else a model is, by its folder; may throw. */
  readonly modelOf?: (folder: string) => Partial<ModelRecord>;
  /** The model is lost when half of its adaptation is done. */
  readonly adaptationFails?: AppError;
  /** Told of what a person cancels. */
  readonly cancels?: (what: Cancellable) => void;
  readonly hub?: FakeHubOptions;
  /** Exported models that onnxruntime-web does not agree with, by method id. */
  readonly disagreeing?: string;
}

/** The fake, and what tests want to know of it. */
export interface FakeTrainer extends Trainer {
  readonly calls: readonly string[];
  /** Its thread ends by itself; calls that wait are left to `failing`. */
  dies(error: AppError): void;
  /** Its thread gives no sign of life, or does again. */
  silent(on: boolean): void;
}

/** What of a reading a person chose, behind a comma. */
function choiceWords(choice: ReadingChoice): string {
  return Object.values(choice)
    .filter((value) => value !== null)
    .map((value) => `, ${String(value)}`)
    .join("");
}

/** An engine without a GPU: deterministic events over made-up numbers, with the manners of the real one. */
export function createFakeTrainer(options: FakeOptions = {}): FakeTrainer {
  const { batch = 8, pause = () => Promise.resolve(), webgpu = true } = options;
  const calls: string[] = [];
  let devGiven = false;
  let experiment: FakeExperiment | null = null;
  /** File names of the sets of other sources by their names. */
  const transfers = new Map<string, string>();
  let loaded: ModelRecord = model;
  let kernels: KernelSource = "auto";
  let texts: readonly string[] = [];
  let exports: readonly ExportableRun[] = [];
  let toPredict: PredictionInput | null = null;
  const opened: OpenedModel[] = [];
  let watcher: EngineWatcher | null = null;
  const wish: { asked: "run" | "pause" | "stop" } = { asked: "run" };

  async function waitWhilePaused(): Promise<void> {
    while (wish.asked === "pause") await new Promise((resolve) => setTimeout(resolve, 5));
  }

  const stopAsked = (): boolean => wish.asked === "stop";

  async function start(
    plan: ExperimentPlan,
    emit: (events: readonly RunEvent[]) => void,
    onProfile?: (profile: Profile) => void,
  ): Promise<ExperimentResult> {
    wish.asked = "run";
    onProfile?.(profileOf(options.timestamps !== false));
    const config: ConfigRecord = {
      model: loaded,
      rows: null,
      task: "pairs",
      labels,
      trainCount: 2490,
      devCount: 277,
      devLabelCounts,
      transfers: transfersOf(transfers),
      plan,
    };
    return await carryOut(new FakeExperiment(config, { options, emit, breathe, stopAsked }));
  }

  const breathe = async (): Promise<void> => {
    await pause();
    await waitWhilePaused();
  };

  async function grow(
    { config, runs }: ExperimentResult,
    { methods, seeds, retry }: Growth,
    emit: (events: readonly RunEvent[]) => void,
    saved: readonly SavedRun[],
  ): Promise<ExperimentResult> {
    wish.asked = "run";
    if (config.model.name !== loaded.name) throw new AppError("bad-settings", `Load the model ${config.model.name}.`);
    const one = new FakeExperiment(config, { options, emit, breathe, stopAsked }, runs);
    if (methods.length + seeds.length > 0) one.extend({ methods, seeds });
    for (const { file } of saved) one.adopt(JSON.parse(await file.text()));
    for (const id of retry) one.retryRun(id);
    return await carryOut(one);
  }

  async function carryOut(one: FakeExperiment): Promise<ExperimentResult> {
    experiment = one;
    try {
      const result = await one.run();
      exports = exportsOf(result.runs);
      return result;
    } finally {
      experiment = null;
    }
  }

  /** The experiment that is going on. */
  function going(): FakeExperiment {
    if (experiment === null) throw new AppError("bad-settings", "No experiment is running.");
    return experiment;
  }

  const found = (run: string): ExportableRun => {
    const one = exports.find((entry) => entry.run === run);
    if (one === undefined) throw new AppError("bad-settings", `The model of ${run} was not kept.`);
    return one;
  };

  async function adapt(values: Values, emit: (events: readonly AdaptationEvent[]) => void): Promise<ModelRecord> {
    wish.asked = "run";
    const wanted = values["steps"];
    const steps = typeof wanted === "number" ? wanted : 1;
    emit([{ kind: "phase", text: "Preparing the GPU", done: 3, total: 40 }]);
    await pause();
    emit([{ kind: "evaluation", losses: lossesAt(0, steps) }]);
    let done = 0;
    while (done < steps && !stopAsked()) {
      await pause();
      await waitWhilePaused();
      if (stopAsked()) break;
      const from = done + 1;
      done = Math.min(steps, done + batch);
      emit(adaptationEvents(from, done, steps));
      if (options.adaptationFails !== undefined && done >= steps / 2) throw options.adaptationFails;
    }
    if (done > 0)
      loaded = { ...loaded, adaptations: [...loaded.adaptations, adaptationOf(texts, values, done, steps)] };
    return loaded;
  }

  function note<T>(call: string, answer: () => T | Promise<T>): Promise<T> {
    calls.push(call);
    return Promise.resolve().then(answer);
  }

  return {
    calls,
    catalog: () => note("catalog", () => fakeCatalog),
    device: () =>
      note("device", () => {
        if (!webgpu) throw new AppError("no-webgpu", "No GPU adapter was found in this browser.");
        return { ...device, software: options.software ?? device.software };
      }),
    ...fakeHub(options.hub ?? {}, note),
    loadModel: (files, source = { kind: "file" }) =>
      note("loadModel", () => {
        const wanted = files.some((file) => file.path.endsWith("config.json") || file.path.endsWith(".zip"));
        if (wanted) {
          const own = options.modelOf?.(files[0]?.path.split("/")[0] ?? "");
          loaded = { ...model, family: options.family ?? model.family, source, ...own };
          return loaded;
        }
        throw new AppError("bad-model", "There is no config.json among the files; drop the whole model folder.");
      }),
    loadTable: (role: TableRole, file: DroppedFile | null, _, choice = asTheFileSays) =>
      note(`loadTable ${role}${choiceWords(choice)}`, () => {
        if (role === "dev") devGiven = file !== null;
        if (file === null) return null;
        if (file.file.size === 0) throw new AppError("bad-table", `${file.path} is empty; drop a table with rows.`);
        if (choice.encoding === "utf-16le") throw new AppError("bad-table", "It holds no row that can be read.");
        return tableOf(role, file.path, options.unclear === true, choice);
      }),
    prepareData: (choice, maxLength) => note(`prepareData ${maxLength}`, () => dataOf(choice, devGiven, transfers)),
    measure: (plan) =>
      note("measure", () => plan.methods.map(({ id }) => ({ method: id, stepMs: options.stepMs ?? 10 }))),
    estimate: (plan) =>
      note("estimate", () =>
        plan.methods.map((method): MemoryEstimate => {
          const bytes = memoryOf(fakeCatalog.methods.findIndex((entry) => entry.id === method.id));
          const totalBytes = Object.values(bytes).reduce((a, b) => a + b, 0);
          const problem = options.tooLarge === true ? "This needs 9.1 GiB and the device gives 2 GiB; a batch size of 4 would fit." : null; // prettier-ignore
          return {
            method: method.id,
            bytes,
            totalBytes,
            largestBufferBytes: 2 ** 24,
            maxBufferBytes: 2 ** 31,
            problem,
          };
        }),
      ),
    useKernels: (source) =>
      note(`useKernels ${JSON.stringify(source)}`, () => {
        kernels = source;
      }),
    tuneKernels: (_, onProgress) =>
      note("tuneKernels", () => {
        onProgress(14, 31);
        return kernelsOf(kernels);
      }),
    start: (plan, onEvents, onProfile) => note("start", () => start(plan, onEvents, onProfile)),
    grow: (before, growth, onEvents, saved = []) =>
      note(`grow ${wordsOf(growth)}${saved.map(({ run, step }) => `, ${run} from step ${step}`).join("")}`, () =>
        grow(before, growth, onEvents, saved),
      ),
    saveRuns: () => note("saveRuns", () => experiment?.saveRuns()),
    findRate: (plan, onTrials) =>
      note(`findRate ${plan.seeds.join(" ")}`, async () => {
        wish.asked = "run";
        for (let count = 4; count <= rateTrials.length; count += 4) {
          onTrials(rateTrials.slice(0, count));
          await breathe();
          if (stopAsked()) throw new AppError("stopped", "The search was stopped.");
        }
        return { trials: rateTrials, planned: 60 };
      }),
    loadTransfer: (name, file, _, choice = asTheFileSays) =>
      note(`loadTransfer ${name}${file === null ? " away" : choiceWords(choice)}`, () => {
        if (file === null) {
          transfers.delete(name);
          return null;
        }
        if (file.file.size === 0) throw new AppError("bad-table", `${file.path} is empty; drop a table with rows.`);
        transfers.set(name, file.path);
        return tableOf("dev", file.path, options.unclear === true, choice);
      }),
    cancelRun: (run) => note(`cancelRun ${run}`, () => going().cancelRun(run)),
    retryRun: (run) => note(`retryRun ${run}`, () => going().retryRun(run)),
    extend: (more) =>
      note(`extend ${[...more.methods.map(({ id }) => id), ...more.seeds].join(" ")}`, () => going().extend(more)),
    cancel: (what) => note(`cancel ${what}`, () => options.cancels?.(what)),
    pause: () =>
      note("pause", () => {
        wish.asked = "pause";
      }),
    resume: () =>
      note("resume", () => {
        wish.asked = "run";
      }),
    stop: () =>
      note("stop", () => {
        wish.asked = "stop";
      }),
    loadTexts: (files, onEvents) =>
      note("loadTexts", () => {
        onEvents([{ kind: "phase", text: "Reading the text, tokens so far:", done: 1000, total: 0 }]);
        if (files.some(({ file }) => file.size === 0)) throw new AppError("bad-table", "There is no word in the text.");
        texts = files.map(({ path }) => path);
        return texts.length === 0 ? null : { files: texts, documentCount: 1234, tokenCount: 204_800 };
      }),
    planAdaptation: (values) =>
      note(`planAdaptation ${JSON.stringify(values["steps"])}`, () => adaptationPlanOf(options.tooLarge === true)),
    adapt: (values, onEvents) => note("adapt", () => adapt(values, onEvents)),
    restoreModel: () =>
      note("restoreModel", () => {
        loaded = model;
        return loaded;
      }),
    exportAdapted: () => note("exportAdapted", () => new Blob([loaded.name])),
    findExamples: (text) => note(`findExamples ${text}`, () => rowsHolding(text)),
    inspectMatrix: (region) =>
      note(`inspectMatrix ${region.matrix} ${region.cycle}`, () => {
        throw new AppError("bad-settings", `The run ${region.run} was not watched.`);
      }),
    devExamples: (rows) => note(`devExamples ${rows.join(" ")}`, () => examplesAt(rows)),
    exports: () => note("exports", () => exports),
    exportModel: (run) => note(`exportModel ${run}`, () => new Blob([found(run).run])),
    secondOpinion: (run) => note(`secondOpinion ${run}`, () => opinionOf(found(run).method !== options.disagreeing)),
    classify: (first, second, runs) =>
      note(`classify ${first} | ${second} ${runs.join(" ")}`, () => runs.map(found).map(answerOf)),
    predictionInput: (file, asked, choice) =>
      note(`predictionInput ${file?.path ?? "the same"} ${asked}`, () => {
        if (file?.file.size === 0) throw new AppError("bad-table", `${file.path} is empty.`);
        if (file !== null) toPredict = inputOf(file, choice);
        if (toPredict === null) throw new AppError("bad-settings", "There is no file to predict; give one.");
        return toPredict;
      }),
    predictFile: (asked, mapping, onProgress) =>
      note(`predictFile ${asked}`, () => {
        onProgress(12, 12);
        return predictedOf(mapping ?? { first: 1, second: null, label: null });
      }),
    openExported: (files) =>
      note("openExported", () => {
        const [file] = files;
        const name = file?.path.replace(/\.zip$/, "") ?? "";
        if (file?.file.size === 0) throw new AppError("bad-model", `${name} has no model.onnx.`);
        opened.push({ id: `opened-${opened.length + 1}`, name, kind: "classification", labels, task: "pairs" });
        return opened.at(-1) ?? { id: "", name, kind: "classification" as const, labels, task: null };
      }),
    closeExported: (id) =>
      note(`closeExported ${id}`, () => {
        opened.splice(opened.findIndex((model) => model.id === id), 1); // prettier-ignore
      }),
    askOpened: (first, second) =>
      note(`askOpened ${first} | ${second}`, () => opened.map((model, index) => openedAnswer(model, index))),
    restart: () => {
      calls.push("restart");
      transfers.clear();
    },
    watch: (one) => {
      watcher = one;
    },
    dies(error) {
      transfers.clear();
      watcher?.ended(error);
    },
    silent: (on) => watcher?.silent(on),
  };
}

function wordsOf({ methods, seeds, retry }: Growth): string {
  return [...methods.map(({ id }) => id), ...seeds, ...retry].join(" ");
}

/** A loss that falls most steeply at about 3e-4, and blows up before the last rate. */
const rateTrials = Array.from({ length: 52 }, (_, index) => {
  const rate = 3e-6 * 10 ** (index / 12);
  const rise = Math.max(0, Math.log(rate / 1e-2)) ** 2;
  return { rate, loss: 0.7 - 0.4 / (1 + Math.exp(-2 * Math.log(rate / 3e-4))) + rise };
});
