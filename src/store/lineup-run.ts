import type { StoreApi } from "zustand/vanilla";
import { withRecipe } from "../contract/recipe.ts";
import type { ExperimentPlan, ExperimentResult } from "../contract/run.ts";
import { planOf } from "./setup/plan.ts";
import { isActive } from "./experiment.ts";
import type { Archive } from "./results/archive.ts";
import { nameOfReady } from "./setup/plans.ts";
import { itemOf, type LineupItem } from "./setup/lineup.ts";
import { fittingValues } from "./setup/settings.ts";
import { loadedOf, missingForRun, type AppActions, type AppState } from "./state.ts";

/** A plan as the loaded model is to be trained with it. */
type Prescribe = (plan: ExperimentPlan) => ExperimentPlan;

/** Starts what the settings describe on the loaded model. Resolves when it has ended. */
export type Start = (among?: { readonly prescribe: Prescribe }) => Promise<void>;

type Parts = Pick<AppActions, "lineup" | "estimates" | "sweep" | "notices"> & {
  readonly makeReady: () => Promise<void>;
  readonly start: Start;
  /** All that is known of the experiment on show. */
  readonly result: () => ExperimentResult | null;
};

/** Running the models of the comparison: all of them anew, or those that are not done, beside what there is. */
interface LineupRuns {
  all(): Promise<void>;
  rest(): Promise<void>;
}

/**
 * Runs the settings' plan on every model of the comparison, one after another: each is an experiment as if it were alone,
 * with an entry of its own among the results, and the device holds one model at a time. The table grows with each.
 */
export function lineupRun(store: StoreApi<AppState>, parts: Parts): LineupRuns {
  const { lineup, estimates, sweep, notices, makeReady, start, result } = parts;

  /** Resolves with whether the next may begin. */
  async function runOne(key: string, prescribe: Prescribe): Promise<boolean> {
    lineup.note(key, "running");
    await whenRenewed(store);
    const missing = (await lineup.load(key)) ? await missingNow(prescribe) : notFor("model");
    if (missing !== null) {
      lineup.note(key, "failed", missing);
      return true;
    }
    const before = store.getState().kept.shown;
    await start({ prescribe });
    const [found, entry] = [result(), store.getState().kept.shown];
    if (found !== null && entry !== null && entry !== before) {
      sweep.join({ key: entry, name: found.config.model.name, result: found });
    }
    const { runs, status } = store.getState().experiment;
    const stopped = runs.some((run) => run.status === "stopped");
    const whole = status === "finished" && runs.every((run) => run.status === "completed");
    const problem = runs.find((run) => run.error !== null)?.error?.message ?? notFor("run");
    lineup.note(key, whole ? "done" : stopped ? "stopped" : "failed", whole || stopped ? null : problem);
    return !stopped;
  }

  /** What stands between the loaded model and a run, its memory planned; that other models are being run is left aside. */
  async function missingNow(prescribe: Prescribe): Promise<string | null> {
    await makeReady();
    const { settings, engine } = store.getState();
    const plan = engine.catalog === null ? null : planOf(settings, engine.catalog).plan;
    if (plan !== null) await estimates.refresh(prescribe(plan));
    const state = store.getState();
    return missingForRun({ ...state, lineup: { ...state.lineup, running: false } })[0] ?? null;
  }

  /** What was told last at a place. */
  function notFor(place: "model" | "run"): string {
    const told = store.getState().notices.items.find((item) => item.place === place);
    return told?.message ?? "It ended without a result.";
  }

  async function runAll(items: readonly LineupItem[]): Promise<void> {
    const prescribe = prescribing(store);
    lineup.setRunning(true);
    for (const { key } of items) lineup.note(key, "waiting");
    try {
      for (const { key } of items) {
        if (!store.getState().lineup.running || !(await runOne(key, prescribe))) break;
      }
    } catch (thrown) {
      notices.report("run", thrown);
    } finally {
      lineup.setRunning(false);
    }
  }

  return {
    async all() {
      sweep.forget();
      await runAll(store.getState().lineup.items);
    },
    rest: () => runAll(store.getState().lineup.items.filter(({ status }) => status !== "done")),
  };
}

/**
 * Where the settings are those of a ready-made plan that trains each family by a recipe of the paper, each model gets its
 * own; whoever changed the training since has it as it is.
 */
function prescribing(store: StoreApi<AppState>): Prescribe {
  const { engine, settings } = store.getState();
  const { catalog } = engine;
  const entry = catalog?.plans.find(
    (one) => one.recipes !== undefined && nameOfReady(one, "full") === settings.planName,
  );
  if (catalog === null || entry?.recipes === undefined) return (plan) => plan;
  const { recipes, sizes } = entry;
  const own = sizes.full.training;
  const known = [own, ...recipes.map(({ training }) => ({ ...own, ...training }))];
  const written = (training: ExperimentPlan["training"]): string =>
    JSON.stringify(fittingValues(catalog.training, training));
  if (!known.some((training) => written(training) === written(settings.training))) return (plan) => plan;
  return (plan) => {
    const { family, task } = loadedOf(store.getState());
    return withRecipe({ ...plan, training: fittingValues(catalog.training, own) }, recipes, family, task).plan;
  };
}

/** Resolves when the engine is not being started again. */
function whenRenewed(store: StoreApi<AppState>): Promise<void> {
  return new Promise((resolve) => {
    const look = ({ engine }: AppState): boolean => {
      if (!engine.renewing) resolve();
      return !engine.renewing;
    };
    if (look(store.getState())) return;
    const leave = store.subscribe((state) => look(state) && leave());
  });
}

/** A result of a table that has grown, by seeds, methods or runs that were missing, is laid out anew when it has ended. */
export function followLaid(
  store: StoreApi<AppState>,
  archive: Pick<Archive, "result">,
  { sweep, lineup }: Pick<AppActions, "sweep" | "lineup">,
): void {
  store.subscribe(({ experiment: now, kept, sweep: { models } }, { experiment: before }) => {
    if (!isActive(before.status) || isActive(now.status)) return;
    const entry = models.find(({ key }) => key === kept.shown);
    const result = archive.result();
    if (entry === undefined || result === null) return;
    sweep.join({ key: entry.key, name: entry.name, result });
    const item = itemOf(store.getState().lineup.items, result.config.model);
    if (item !== undefined && result.runs.every(({ status }) => status === "completed")) lineup.note(item.key, "done");
  });
}
