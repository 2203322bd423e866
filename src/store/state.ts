import { sameModel } from "../contract/growing.ts";
import { initialAdaptation, type AdaptationActions } from "./setup/adaptation/adaptation.ts";
import { initialBundled, type BundledActions } from "./setup/bundled.ts";
import { initialCases, type CaseActions } from "./results/cases.ts";
import { dataQuestion, initialData, type DataActions } from "./setup/data.ts";
import { initialDemo, type DemoActions } from "./demo.ts";
import { initialEngine, type EngineActions } from "./engine.ts";
import { initialEstimates, type EstimateActions } from "./setup/estimates.ts";
import { initialExports, type ExportActions } from "./results/exports.ts";
import { initialLink, type LinkActions } from "./link.ts";
import { isActive, initialExperiment, type ExperimentActions } from "./experiment.ts";
import type { GrowActions } from "./growing.ts";
import { initialHub, type HubActions } from "./setup/hub.ts";
import { initialInspector, type InspectorActions } from "./results/subnetwork/inspector.ts";
import { initialKernels, type KernelActions } from "./setup/kernels.ts";
import { initialLineup, type LineupActions } from "./setup/lineup.ts";
import { initialModel, type ModelActions } from "./setup/model.ts";
import { initialNotices, type NoticeActions } from "./notices.ts";
import { initialOpened, type OpenedActions } from "./results/opened.ts";
import { initialPrediction, type PredictionActions } from "./results/prediction.ts";
import type { KeptActions } from "./results/kept/kept.ts";
import { initialKept } from "./results/kept/kept-list.ts";
import type { Cancellable, DroppedFile } from "../worker/api.ts";
import { initialReplay, type ReplayActions } from "./replay.ts";
import { initialSamples, type SampleActions } from "./setup/samples.ts";
import type { SettingsStorage } from "./slot.ts";
import { planOf } from "./setup/plan.ts";
import { plansKey, readKept, type Loaded, type PlanActions } from "./setup/plans.ts";
import { initialSettings, initialUndo, readSettings, settingsKey, type SettingsActions } from "./setup/settings.ts";
import { initialRates, type RateActions } from "./setup/rates.ts";
import { initialStorage, type StorageActions } from "./setup/storage.ts";
import { initialSweep, type SweepActions } from "./results/sweep.ts";
import { initialTransfers, type TransferActions } from "./setup/transfers.ts";
import { initialView, type ViewActions } from "./results/view.ts";

/** The state to begin with: that of a fresh page, and what `storage` kept. */
export function initialState(storage: SettingsStorage | undefined) {
  return {
    engine: initialEngine,
    model: initialModel,
    lineup: initialLineup,
    bundled: initialBundled,
    adaptation: initialAdaptation,
    hub: initialHub,
    storage: initialStorage,
    samples: initialSamples,
    data: initialData,
    transfers: initialTransfers,
    plans: readKept(storage?.getItem(plansKey) ?? null),
    settings: readSettings(storage?.getItem(settingsKey) ?? null) ?? initialSettings,
    undo: initialUndo,
    estimates: initialEstimates,
    kernels: initialKernels,
    rates: initialRates,
    experiment: initialExperiment,
    cases: initialCases,
    inspector: initialInspector,
    sweep: initialSweep,
    exports: initialExports,
    opened: initialOpened,
    prediction: initialPrediction,
    kept: initialKept,
    demo: initialDemo,
    link: initialLink,
    replay: initialReplay,
    notices: initialNotices,
    view: initialView,
  };
}

/** Everything React sees. Raw series are in the archive. */
export type AppState = Readonly<ReturnType<typeof initialState>>;

/** Everything a person can do. */
export interface AppActions {
  readonly engine: EngineActions;
  readonly model: ModelActions;
  readonly lineup: LineupActions;
  readonly bundled: BundledActions;
  readonly adaptation: AdaptationActions;
  readonly hub: HubActions;
  readonly storage: StorageActions;
  readonly samples: SampleActions;
  readonly data: DataActions;
  readonly transfers: TransferActions;
  readonly plans: PlanActions;
  readonly settings: SettingsActions;
  readonly estimates: EstimateActions;
  readonly kernels: KernelActions;
  readonly rates: RateActions;
  readonly experiment: ExperimentActions;
  readonly cases: CaseActions;
  readonly inspector: InspectorActions;
  readonly sweep: SweepActions;
  readonly exports: ExportActions;
  readonly opened: OpenedActions;
  readonly prediction: PredictionActions;
  readonly kept: KeptActions;
  readonly demo: DemoActions;
  readonly link: LinkActions;
  readonly replay: ReplayActions;
  readonly notices: NoticeActions;
  readonly view: ViewActions;
  /** Gets to know the engine; where it finds no WebGPU, the recorded run is shown instead. */
  readonly connect: () => Promise<void>;
  /** Starts what the settings describe, on each model of a comparison; does nothing where something is missing. */
  readonly run: () => Promise<void>;
  /** The same on those models of the comparison that are not done, beside the results there are. */
  readonly runRest: () => Promise<void>;
  /** Loads what ships with the page, times some steps, and starts what of the demo's plan suits the device. */
  readonly runDemo: () => Promise<void>;
  /** Adds to the part of the demo that was run what the full one has beyond it. */
  readonly continueDemo: () => Promise<void>;
  /**
   * Goes on with a result that was cut off: shows it, sets the page to what it was run with, loads of that what ships with
   * the page, and runs what is missing, where all is there.
   */
  readonly goOn: (id: string) => Promise<void>;
  /** Ends what the engine is busy with of this; what was there before stays. */
  readonly cancel: (what: Cancellable) => Promise<void>;
  /** Tokenizes the tables, where that was cancelled. */
  readonly prepare: () => Promise<void>;
  /** More runs of the experiment on show, during it and after its end. */
  readonly grow: GrowActions;
  /** Throws the engine away, and loads model and data into a fresh one. */
  readonly renew: () => Promise<void>;
  /** The same, and goes on with the experiment on show, or runs again where there is none to go on with. */
  readonly startAgain: () => Promise<void>;
  readonly openResult: (file: Blob, name: string) => Promise<void>;
  /** Shows the first of several results, and how scores change with what differs among them: a setting, or model and task. */
  readonly openResults: (files: readonly { readonly file: Blob; readonly name: string }[]) => Promise<void>;
  /** Shows one of those that are laid side by side as a table, by its key. */
  readonly showLaid: (key: string) => Promise<void>;
  readonly openRecorded: () => Promise<void>;
  /** Takes files that were dropped anywhere on the page. */
  readonly takeFiles: (files: readonly DroppedFile[]) => Promise<void>;
  /** Back to the first screen; what was on show is kept. Does nothing while a run goes on. */
  readonly home: () => void;
  /** Sets the page to what the result on show was run with: plan, rows and kernels. */
  readonly takeSettings: () => Promise<void>;
}

/**
 * true while an experiment, several models' one after another, an adaptation or a search for a rate has the device: model
 * and its texts must stay as they are.
 */
export function isBusy({ experiment, lineup, adaptation, rates }: AppState): boolean {
  return isActive(experiment.status) || lineup.running || adaptation.status !== "idle" || rates.searching;
}

/** What stands between the settings and a run, as sentences; [] when Run may be pressed. */
export function missingForRun(state: AppState): readonly string[] {
  const { engine, model, data, settings } = state;
  if (engine.status === "no-webgpu") return ["This browser offers no WebGPU, so nothing can be trained here."];
  if (engine.catalog === null || engine.status !== "ready") return ["The engine is not ready."];
  const problems: string[] = [];
  if (engine.renewing) problems.push("The engine is being started again.");
  if (state.lineup.running) problems.push("The next model is being loaded.");
  if (state.rates.searching) problems.push("A learning rate is being looked for; wait for it, or stop it.");
  if (state.prediction.progress !== null) problems.push("A file is being predicted; wait for it, or stop it.");
  if (state.link.opening) problems.push("A link is being opened.");
  if (state.adaptation.status !== "idle") problems.push("The model is being adapted; wait for it, or stop it.");
  const { download } = state.hub;
  if (download !== null) problems.push(`${download.label} is being downloaded; wait for it, or cancel it.`);
  if (model.model === null) problems.push("Load a model.");
  const question = dataQuestion(data, engine.catalog.tasks);
  if (question !== null) problems.push(question);
  else if (data.prepared === null && model.model !== null) {
    const failed = state.notices.items.some((notice) => notice.place === "data");
    if (data.cancelled) problems.push("Reading the tables was cancelled.");
    else problems.push(failed ? "The tables cannot be used yet: see the message there." : "The tables are being read.");
  }
  const tooLarge = state.estimates.items.flatMap(({ method, problem }) => {
    const label = engine.catalog?.methods.find((entry) => entry.id === method)?.label ?? method;
    return problem === null ? [] : [`${label} does not fit: ${problem}`];
  });
  return [...problems, ...planOf(settings, engine.catalog).problems, ...tooLarge];
}

/** What the paper's recipes go by; a sample task is none of those that they are for. */
export function loadedOf({ model, data }: Pick<AppState, "model" | "data">): Loaded {
  const sample = data.trainSource?.kind === "sample";
  return { family: model.model?.family ?? null, task: sample ? null : (data.prepared?.task ?? null) };
}

/**
 * What stands between the experiment on show and more runs of it, as a sentence; "" where it is stopping, or is not known
 * yet; null for nothing. The engine looks closer, at rows and their source.
 */
export function problemWithGrowing(state: AppState): string | null {
  const { engine, experiment, model, data, adaptation } = state;
  const { config, status } = experiment;
  if (config === null || status === "starting" || status === "stopping") return "";
  if (isActive(status)) return null;
  if (engine.status === "no-webgpu") return "This browser offers no WebGPU, so nothing can be added to this result.";
  if (engine.status !== "ready") return "";
  if (engine.renewing) return "The engine is being started again.";
  if (state.lineup.running) return "";
  if (state.rates.searching) return "A learning rate is being looked for; wait for it to add to this experiment.";
  if (state.prediction.progress !== null) return "A file is being predicted; wait for it to add to this experiment.";
  if (adaptation.status !== "idle") return "The model is being adapted; wait for it to add to this experiment.";
  const loaded = model.model !== null && sameModel(config.model, model.model);
  const ready = data.prepared !== null && data.prepared.task === config.task;
  if (loaded && ready) return null;
  const missing = [
    ...(loaded ? [] : [`the model ${config.model.name}`]),
    ...(ready ? [] : [`the rows (${config.task})`]),
  ];
  return `To add seeds or methods, or to retry a run, load what it was made with: ${missing.join(" and ")}.`;
}

/** What of the settings can be undone, as a sentence; null where something was changed since. */
export function undoable({ undo: { change }, settings }: AppState): string | null {
  return change?.after === settings ? change.what : null;
}

/** Whether the demo's model and task ship with this copy of the page, and training is possible at all. */
export function demoOffered({ engine, bundled, samples }: AppState): boolean {
  const sample = engine.catalog?.demo.sample;
  return engine.status !== "no-webgpu" && bundled.items.length > 0 && samples.items.some(({ id }) => id === sample);
}

/** What a search for a learning rate would be over; null where nothing is ready for one. */
export function rateKey({ model, data, engine }: AppState): string | null {
  if (engine.status !== "ready" || model.model === null || data.prepared === null) return null;
  return `${model.revision} ${data.revision}`;
}
