import { createStore, type StoreApi } from "zustand/vanilla";
import type { Catalog } from "../contract/catalog.ts";
import type { ModelRecord } from "../contract/run.ts";
import type { Trainer } from "../worker/client.ts";
import { adaptationActions } from "./setup/adaptation/adaptation.ts";
import { followAdaptation } from "./setup/adaptation/adaptation-reactions.ts";
import { Archive } from "./results/archive.ts";
import { bundledActions } from "./setup/bundled.ts";
import { caseActions } from "./results/cases.ts";
import { dataActions } from "./setup/data.ts";
import { demoActions, type DemoSurroundings } from "./demo.ts";
import { engineActions } from "./engine.ts";
import { estimateActions, largestEstimate } from "./setup/estimates.ts";
import { experimentActions, type ExperimentSlice, type Keeper } from "./experiment.ts";
import { exportActions } from "./results/exports.ts";
import { growActions } from "./growing.ts";
import { hubActions } from "./setup/hub.ts";
import { followKernels } from "./setup/kernel-reactions.ts";
import { inspectorActions } from "./results/subnetwork/inspector.ts";
import { kernelActions } from "./setup/kernels.ts";
import { followLaid } from "./lineup-run.ts";
import { lineupActions } from "./setup/lineup.ts";
import { modelActions } from "./setup/model.ts";
import { noticeActions } from "./notices.ts";
import { openedActions } from "./results/opened.ts";
import { predictionActions } from "./results/prediction.ts";
import { goOnAction } from "./results/kept/go-on.ts";
import { keptActions, type KeptActions } from "./results/kept/kept.ts";
import { resultsInMemory, type ResultStore } from "./results/kept/result-store.ts";
import { fileTaker } from "./take-files.ts";
import { resultOpeners } from "./results/files/open-result.ts";
import { replayActions } from "./replay.ts";
import { rerunAction } from "./results/files/rerun.ts";
import { linkActions, type LinkSurroundings } from "./link.ts";
import { renewing, whenIdle } from "./renewal.ts";
import { installReactions, type Reactions } from "./reactions.ts";
import { rateActions } from "./setup/rates.ts";
import { sampleActions } from "./setup/samples.ts";
import { followSteps } from "./setup/steps.ts";
import { planActions, plansKey, type Loaded } from "./setup/plans.ts";
import { settingsActions, type SettingsSlice } from "./setup/settings.ts";
import type { Reporter, SettingsStorage, Slot } from "./slot.ts";
import { initialState, isBusy, loadedOf, missingForRun, type AppActions, type AppState } from "./state.ts";
import { storageActions } from "./setup/storage.ts";
import { startActions } from "./starting.ts";
import { sweepActions } from "./results/sweep.ts";
import { transferActions } from "./setup/transfers.ts";
import { viewActions } from "./results/view.ts";

/** What the outside gives; tests give less. */
interface AppOptions {
  readonly storage?: SettingsStorage;
  /** Calls back with the key that another tab changed in it; null: all of them. */
  readonly followStorage?: (changed: (key: string | null) => void) => void;
  /** Address of the recorded run that ships with the page. */
  readonly recordedUrl?: string;
  /** Address of what the first screen plays of it. */
  readonly replayUrl?: string;
  /** Folder of the models that ship with the page, ending in a slash. */
  readonly modelsUrl?: string;
  /** Folder of the sample tasks that ship with the page, ending in a slash. */
  readonly samplesUrl?: string;
  /** Asks the browser not to clear downloads by itself; null where it offers no such thing. */
  readonly askToPersist?: (() => Promise<boolean>) | null;
  /** Opens where results are kept; memory where it is not given. */
  readonly openKept?: () => Promise<ResultStore>;
  /** Settings and files have to rest this long before the engine is asked again. */
  readonly quietMs?: number;
}

/** The page's whole logic: one store, its raw series, and everything a person can do. */
export interface App {
  readonly store: StoreApi<AppState>;
  readonly archive: Archive;
  readonly actions: AppActions;
}

function slotOf<K extends keyof AppState>(store: StoreApi<AppState>, key: K): Slot<AppState[K]> {
  return {
    get: () => store.getState()[key],
    set: (patch) => store.setState((state) => ({ ...state, [key]: { ...state[key], ...patch } })),
  };
}

/** What the demo has to know of the rest of the page. */
function demoSurroundings(store: StoreApi<AppState>, reactions: Reactions): DemoSurroundings {
  return {
    catalog: () => store.getState().engine.catalog,
    modelId: () => store.getState().bundled.items[0]?.id ?? null,
    software: () => store.getState().engine.device?.software === true,
    settingsNow: () => store.getState().settings,
    rowsNow() {
      const { prepared } = store.getState().data;
      return { train: prepared?.train.count ?? 0, dev: prepared?.dev.count ?? 0 };
    },
    active: () => isBusy(store.getState()),
    async makeReady() {
      await reactions.prepareNow();
      return missingForRun(store.getState())[0] ?? null;
    },
  };
}

/** What links have to know of the rest of the page. */
function linkSurroundings(store: StoreApi<AppState>): LinkSurroundings {
  return {
    active: () => isBusy(store.getState()),
    now() {
      const { engine, settings, model, data, experiment } = store.getState();
      const result = { config: experiment.config, name: experiment.sourceName };
      return { catalog: engine.catalog, settings, model: model.model, tables: data, result };
    },
  };
}

/** Adapting the model of a store, and its plan kept in step with what a person chose. */
function adaptationOf(
  store: StoreApi<AppState>,
  trainer: Trainer,
  notices: Reporter,
  quietMs: number,
): AppActions["adaptation"] {
  const actions = adaptationActions(slotOf(store, "adaptation"), trainer, notices, {
    get: () => store.getState().model.model,
    adopt: (model) => slotOf(store, "model").set({ model }),
  });
  followAdaptation(store, actions, quietMs);
  return actions;
}

/** The models of a comparison in a store. */
function lineupOf(store: StoreApi<AppState>, model: AppActions["model"], notices: Reporter): AppActions["lineup"] {
  const loaded = (): ModelRecord | null => store.getState().model.model;
  const memory = (): number | null => largestEstimate(store.getState().estimates);
  return lineupActions(slotOf(store, "lineup"), { model, loaded, memory }, notices);
}

/** Downloads into a store, from the address in its settings. */
function hubOf(
  store: StoreApi<AppState>,
  trainer: Trainer,
  parts: Pick<AppActions, "model" | "data" | "storage">,
  notices: Reporter,
): AppActions["hub"] {
  const address = (): string => store.getState().settings.hub;
  return hubActions(slotOf(store, "hub"), trainer, { ...parts, address }, notices);
}

/** Plans from and into a store's settings. */
function plansOf(
  store: StoreApi<AppState>,
  settings: AppActions["settings"],
  { storage, followStorage }: Pick<AppOptions, "storage" | "followStorage">,
  notices: Reporter,
): AppActions["plans"] {
  const settingsNow = (): SettingsSlice => store.getState().settings;
  const catalog = (): Catalog | null => store.getState().engine.catalog;
  const loaded = (): Loaded => loadedOf(store.getState());
  const actions = planActions(slotOf(store, "plans"), { settings, settingsNow, catalog, loaded, storage }, notices);
  followStorage?.((key) => {
    if (key === plansKey || key === null) actions.refresh();
  });
  return actions;
}

/** Running experiments, and what comes of them, with how it is looked at. */
function outcomeOf(
  store: StoreApi<AppState>,
  archive: Archive,
  trainer: Trainer,
  notices: Reporter,
  bundled: AppActions["bundled"],
  openKept: () => Promise<ResultStore>,
) {
  const shown = (): ExperimentSlice => store.getState().experiment;
  const keeper: Keeper = {
    began: (fresh) => kept.began(fresh),
    take: (event) => kept.take(event),
    takeRun: (saved) => kept.takeRun(saved),
    saved: (runs) => kept.saved(runs),
    settled: (over) => kept.settled(over),
  };
  const experiment = experimentActions(slotOf(store, "experiment"), archive, trainer, notices, keeper);
  const sweep = sweepActions(slotOf(store, "sweep"), () => store.getState().engine.catalog);
  const cases = caseActions(slotOf(store, "cases"), shown, archive, trainer);
  const inspector = inspectorActions(slotOf(store, "inspector"), () => shown().source, archive, trainer);
  const exports = exportActions(slotOf(store, "exports"), trainer);
  const opened = openedActions(slotOf(store, "opened"), trainer, () => bundled.tuned());
  const prediction = predictionActions(slotOf(store, "prediction"), trainer);
  const view = viewActions(slotOf(store, "view"));
  const ended = (): Promise<void> => whenIdle(store);
  const keptParts = { experiment, cases, sweep, view, now: shown, archive, ended };
  const kept: KeptActions = keptActions(slotOf(store, "kept"), openKept, keptParts, notices);
  const grow = growActions({ experiment, cases, exports, prediction }, shown);
  return { shown, experiment, sweep, cases, inspector, exports, opened, prediction, view, kept, grow };
}

/** Another result took the place of what was run: what belonged to that run alone is gone. */
function leaveLive(
  { exports, prediction: { model } }: AppState,
  prediction: AppActions["prediction"],
  demo: AppActions["demo"],
): void {
  demo.leave();
  if (exports.runs.some(({ run }) => run === model)) prediction.forget();
}

/** Ends what an engine is busy with. */
function cancelling(trainer: Trainer, notices: Reporter): AppActions["cancel"] {
  return async (what) => await trainer.cancel(what).catch((thrown: unknown) => notices.report("engine", thrown));
}

/** Builds the store around an engine. Nothing is asked of the engine before `actions.engine.connect()`. */
export function createApp(trainer: Trainer, options: AppOptions = {}): App {
  const { storage, recordedUrl = "", askToPersist = null, quietMs = 300 } = options;
  const openKept = options.openKept ?? (() => Promise.resolve(resultsInMemory()));
  const store = createStore<AppState>()(() => initialState(storage));
  const archive = new Archive();
  const notices = noticeActions(slotOf(store, "notices"));
  const engine = engineActions(slotOf(store, "engine"), trainer, notices);
  const model = modelActions(slotOf(store, "model"), trainer, notices);
  const lineup = lineupOf(store, model, notices);
  const bundled = bundledActions(slotOf(store, "bundled"), options.modelsUrl ?? "", model, notices);
  const adaptation = adaptationOf(store, trainer, notices, quietMs);
  const data = dataActions(slotOf(store, "data"), trainer, notices);
  const transfers = transferActions(slotOf(store, "transfers"), trainer, notices);
  const downloads = storageActions(slotOf(store, "storage"), trainer, askToPersist, notices);
  const hub = hubOf(store, trainer, { model, data, storage: downloads }, notices);
  const samples = sampleActions(slotOf(store, "samples"), options.samplesUrl ?? "", data, notices);
  const settings = settingsActions(slotOf(store, "settings"), slotOf(store, "undo"));
  const plans = plansOf(store, settings, options, notices);
  const estimates = estimateActions(slotOf(store, "estimates"), trainer, notices);
  const kernels = kernelActions(slotOf(store, "kernels"), trainer, settings, notices);
  const { shown, ...outcome } = outcomeOf(store, archive, trainer, notices, bundled, openKept);
  const { experiment, sweep, cases, opened, view, kept } = outcome;
  const replay = replayActions(slotOf(store, "replay"), options.replayUrl ?? "");
  const reactions = installReactions(store, { data, estimates, hub, lineup, settings, notices }, quietMs, storage);
  const kernelReactions = followKernels(store, { kernels, estimates }, quietMs);
  followSteps(store, view);

  const demoParts = { trainer, bundled, samples, transfers, settings, ...demoSurroundings(store, reactions) };
  const demo = demoActions(slotOf(store, "demo"), demoParts, notices);

  const linkParts = { bundled, samples, transfers, settings, hub, view, demo, ...linkSurroundings(store) };
  const link = linkActions(slotOf(store, "link"), linkParts, notices);

  store.subscribe(({ experiment: now }, { experiment: before }) => {
    if (before.source === "live" && now.source !== "live") leaveLive(store.getState(), outcome.prediction, demo);
  });

  followLaid(store, archive, { sweep, lineup });

  const makeReady = (): Promise<void> => reactions.prepareNow();
  const reloaded = [model, data, transfers, adaptation];
  const renewed = { ...outcome, engine, notices, reloaded, makeReady };
  const renewal = renewing(store, slotOf(store, "engine"), trainer, renewed);
  const timeKernels = (): Promise<void> => kernelReactions.prepareNow();
  const around = { timeKernels, renewal, makeReady, result: () => archive.result() };
  const starts = startActions(store, { ...outcome, lineup, estimates, demo, notices }, around);
  const takeSettings = rerunAction({ plans, settings, kernels }, archive, shown);
  const goOn = goOnAction(store, { ...outcome, link, takeSettings, makeReady });
  const openers = resultOpeners({ experiment, cases, sweep, view, notices, kept }, shown, recordedUrl);
  const takeFiles = fileTaker(store.getState, { model, data, plans, opened, view, notices, ...openers });

  async function connect(): Promise<void> {
    // Storage that does not answer must not keep the rest waiting.
    void kept.load();
    await Promise.all([replay.load(), engine.connect(), samples.list(), bundled.list(), downloads.refresh()]);
    if (store.getState().engine.status !== "no-webgpu" || recordedUrl === "") return;
    await openers.openRecorded();
    // Nobody asked for it, so its absence is no error.
    notices.clear("result");
  }

  const given = { model, lineup, bundled, hub, storage: downloads, adaptation, samples, data, transfers };
  const inputs = { engine, settings, plans, ...given };
  const rates = rateActions(slotOf(store, "rates"), trainer, notices);
  const outputs = { ...outcome, estimates, kernels, rates, demo, replay, link, notices };
  const actions = {
    ...inputs,
    ...outputs,
    connect,
    cancel: cancelling(trainer, notices),
    prepare: makeReady,
    ...renewal,
    ...starts,
    takeSettings,
    goOn,
    takeFiles,
    ...openers,
  };
  return { store, archive, actions };
}
