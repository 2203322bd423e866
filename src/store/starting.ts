import type { StoreApi } from "zustand/vanilla";
import type { ExperimentResult } from "../contract/run.ts";
import { isActive } from "./experiment.ts";
import { showOutcome } from "./growing.ts";
import { lineupRun, type Start } from "./lineup-run.ts";
import { planOf } from "./setup/plan.ts";
import type { Renewal } from "./renewal.ts";
import { missingForRun, problemWithGrowing, type AppActions, type AppState } from "./state.ts";

type Parts = Pick<
  AppActions,
  | "lineup"
  | "estimates"
  | "view"
  | "exports"
  | "sweep"
  | "experiment"
  | "cases"
  | "demo"
  | "grow"
  | "prediction"
  | "kept"
  | "notices"
>;

/** What has to be done around a start. */
interface Surroundings {
  readonly timeKernels: () => Promise<void>;
  readonly renewal: Renewal;
  readonly makeReady: () => Promise<void>;
  readonly result: () => ExperimentResult | null;
}

/** The ways in which an experiment begins. */
export function startActions(
  store: StoreApi<AppState>,
  { lineup, estimates, view, exports, sweep, experiment, cases, demo, grow, prediction, kept, notices }: Parts,
  { timeKernels, renewal, makeReady, result }: Surroundings,
): Pick<AppActions, "run" | "runRest" | "runDemo" | "continueDemo" | "startAgain" | "home"> {
  const start: Start = async (among) => {
    const state = store.getState();
    const blocked = among === undefined && missingForRun(state).length > 0;
    if (blocked || isActive(state.experiment.status) || state.engine.catalog === null) return;
    const { plan } = planOf(state.settings, state.engine.catalog);
    if (plan === null) return;
    kept.keep();
    void timeKernels();
    const begun = (): void => {
      view.reset();
      for (const part of [exports, prediction]) part.forget();
      if (among === undefined) sweep.forget();
    };
    await experiment.start(among?.prescribe(plan) ?? plan, {
      timed: state.kernels.timed,
      watched: state.view.subnetwork.open,
      begun,
    });
    await showOutcome({ cases, exports }, () => store.getState().experiment);
  };
  const lineups = lineupRun(store, { lineup, estimates, sweep, notices, makeReady, start, result });

  return {
    async run() {
      demo.leave();
      const state = store.getState();
      if (state.lineup.items.length < 2) await start();
      else if (missingForRun(state).length === 0 && !isActive(state.experiment.status)) await lineups.all();
    },
    async runRest() {
      const state = store.getState();
      if (missingForRun(state).length === 0 && !isActive(state.experiment.status)) await lineups.rest();
    },
    async runDemo() {
      if (await demo.prepare()) await start();
    },
    async continueDemo() {
      const { rest } = store.getState().demo;
      if (rest === null) return;
      demo.continued();
      await grow.extend({ methods: rest.methods, seeds: rest.seeds });
    },
    home() {
      if (isActive(store.getState().experiment.status)) return;
      kept.keep();
      kept.left();
      demo.leave();
      for (const part of [exports, sweep, prediction]) part.forget();
      experiment.leave();
      view.reset();
    },
    async startAgain() {
      notices.clear("run");
      await renewal.renew();
      const state = store.getState();
      if (state.notices.items.some(({ place }) => place === "run")) return;
      const missing = state.experiment.runs.some(({ status }) => status !== "completed");
      if (missing && problemWithGrowing(state) === null) await grow.rest();
      else await start();
    },
  };
}
