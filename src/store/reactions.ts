import type { StoreApi } from "zustand/vanilla";
import { AppError } from "../core/errors.ts";
import { dataQuestion } from "./setup/data.ts";
import { largestEstimate } from "./setup/estimates.ts";
import { isActive } from "./experiment.ts";
import { planOf } from "./setup/plan.ts";
import { settingsKey, writeSettings, type SettingsSlice } from "./setup/settings.ts";
import type { SettingsStorage } from "./slot.ts";
import type { AppActions, AppState } from "./state.ts";

/** What the page does by itself when something changed. */
export interface Reactions {
  /** Prepares the tables without waiting for quiet. */
  prepareNow(): Promise<void>;
}

/** Longest input in tokens, the one training setting that changes what the tables become. */
function maxLengthOf(settings: SettingsSlice): number {
  const value = settings.training["maxLength"];
  return typeof value === "number" ? value : 128;
}

/** Everything the prepared tables depend on; null while something is missing. */
function dataKey(state: AppState): string | null {
  const { model, data, transfers, settings, engine } = state;
  if (model.model === null || engine.catalog === null || data.loadingTrain || data.loadingDev) return null;
  if (dataQuestion(data, engine.catalog.tasks) !== null) return null;
  const split = data.dev === null ? [settings.devShare, settings.splitSeed] : [];
  const sample = settings.sampleCount === null ? [] : [settings.sampleCount, settings.sampleSeed];
  const choice = [data.task, data.trainMapping, data.devMapping, split, sample, maxLengthOf(settings)];
  return JSON.stringify([model.revision, data.tablesRevision, transfers.revision, ...choice]);
}

/** What the plan's memory depends on; null while something is missing. */
export function estimateKey(state: AppState): string | null {
  const { engine, data, settings } = state;
  if (engine.catalog === null || data.prepared === null || engine.status !== "ready") return null;
  const { plan } = planOf(settings, engine.catalog);
  return plan === null ? null : JSON.stringify([data.revision, plan]);
}

/** What the presets' memory depends on; null while nobody looks at it, or where it cannot be reckoned. */
function memoryKey(state: AppState): string | null {
  const { engine, data, model, settings, view } = state;
  if (engine.catalog === null || engine.status !== "ready" || view.modelOrigin !== "hub") return null;
  const { plan } = planOf(settings, engine.catalog);
  return plan === null ? null : JSON.stringify([data.revision, data.prepared === null, model.revision, plan]);
}

/** Keeps tables, estimates and saved settings in step with what a person chose. */
export function installReactions(
  store: StoreApi<AppState>,
  actions: Pick<AppActions, "data" | "estimates" | "hub" | "lineup" | "settings" | "notices">,
  quietMs: number,
  storage: SettingsStorage | undefined,
): Reactions {
  let preparedFor: string | null = null;
  let estimatedFor: string | null = null;
  let prepareTimer: ReturnType<typeof setTimeout> | undefined;
  let reckonedFor: string | null = null;
  let memoryTimer: ReturnType<typeof setTimeout> | undefined;
  let estimateTimer: ReturnType<typeof setTimeout> | undefined;

  async function prepareNow(): Promise<void> {
    clearTimeout(prepareTimer);
    const state = store.getState();
    preparedFor = dataKey(state);
    if (preparedFor === null) return;
    const { devShare, splitSeed, sampleCount, sampleSeed } = state.settings;
    const sample = sampleCount === null ? null : { count: sampleCount, seed: sampleSeed };
    await actions.data.prepare({ devShare, splitSeed, sample }, maxLengthOf(state.settings));
  }

  function followData(state: AppState): void {
    const key = dataKey(state);
    if (key === preparedFor || isActive(state.experiment.status)) return;
    preparedFor = key;
    clearTimeout(prepareTimer);
    actions.data.forget();
    if (key !== null) prepareTimer = setTimeout(() => void prepareNow(), quietMs);
  }

  function followPlan(state: AppState): void {
    const key = estimateKey(state);
    if (key === estimatedFor || isActive(state.experiment.status)) return;
    estimatedFor = key;
    clearTimeout(estimateTimer);
    if (key === null) {
      actions.estimates.forget();
      return;
    }
    estimateTimer = setTimeout(() => {
      const { engine, settings } = store.getState();
      const plan = engine.catalog === null ? null : planOf(settings, engine.catalog).plan;
      if (plan !== null) void actions.estimates.refresh(plan);
    }, quietMs);
  }

  function followPresets(state: AppState): void {
    const key = memoryKey(state);
    if (key === reckonedFor || isActive(state.experiment.status)) return;
    reckonedFor = key;
    clearTimeout(memoryTimer);
    memoryTimer = setTimeout(() => {
      const { engine, settings } = store.getState();
      const plan = engine.catalog === null || key === null ? null : planOf(settings, engine.catalog).plan;
      void actions.hub.refreshMemory(plan);
    }, quietMs);
  }

  store.subscribe((state, before) => {
    if (state.engine.catalog !== before.engine.catalog && state.engine.catalog !== null) {
      actions.settings.adoptCatalog(state.engine.catalog);
      return;
    }
    const largest = largestEstimate(state.estimates);
    if (state.estimates.items !== before.estimates.items && largest !== null) actions.lineup.noteMemory(largest);
    if (state.settings !== before.settings) save(state.settings, storage, actions.notices);
    followData(state);
    followPlan(state);
    followPresets(state);
  });
  return { prepareNow };
}

function save(settings: SettingsSlice, storage: SettingsStorage | undefined, notices: AppActions["notices"]): void {
  try {
    storage?.setItem(settingsKey, writeSettings(settings));
  } catch {
    const why = "This browser refused to store the settings, so they will be gone after a reload.";
    notices.report("engine", new AppError("bad-settings", `${why} Allow site data for this page to keep them.`));
  }
}
