import type { StoreApi } from "zustand/vanilla";
import { AppError } from "../core/errors.ts";
import type { Trainer } from "../worker/client.ts";
import { isActive } from "./experiment.ts";
import { showOutcome } from "./growing.ts";
import { planOf } from "./setup/plan.ts";
import { missingForRun, type AppActions, type AppState } from "./state.ts";

type Parts = Pick<
  AppActions,
  | "view"
  | "exports"
  | "sweep"
  | "experiment"
  | "cases"
  | "demo"
  | "grow"
  | "opened"
  | "prediction"
  | "kept"
  | "engine"
  | "notices"
>;

/** What has to be done around a start. */
interface Surroundings {
  /** What was given to the engine, in the order in which a fresh one is to have it. */
  readonly reloaded: readonly { reload(): Promise<unknown> }[];
  readonly timeKernels: () => Promise<void>;
  readonly makeReady: () => Promise<void>;
}

/** The ways in which an experiment begins. */
export function startActions(
  store: StoreApi<AppState>,
  trainer: Pick<Trainer, "restart">,
  { view, exports, sweep, experiment, cases, demo, grow, opened, prediction, kept, engine, notices }: Parts,
  { reloaded, timeKernels, makeReady }: Surroundings,
): Pick<AppActions, "run" | "runDemo" | "continueDemo" | "startAgain" | "home"> {
  async function start(): Promise<void> {
    const state = store.getState();
    if (missingForRun(state).length > 0 || isActive(state.experiment.status) || state.engine.catalog === null) return;
    const { plan } = planOf(state.settings, state.engine.catalog);
    if (plan === null) return;
    kept.keep();
    void timeKernels();
    const begun = (): void => {
      view.reset();
      for (const part of [exports, sweep, prediction]) part.forget();
    };
    await experiment.start(plan, { timed: state.kernels.timed, watched: state.view.subnetwork.open, begun });
    await showOutcome({ cases, exports }, () => store.getState().experiment);
  }

  return {
    async run() {
      demo.leave();
      await start();
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
      const adapted = (store.getState().model.model?.adaptations.length ?? 0) > 0;
      trainer.restart();
      for (const part of [opened, prediction]) part.forget();
      await engine.connect();
      for (const part of reloaded) await part.reload();
      await makeReady();
      if (adapted) notices.report("run", weightsLost());
      else await start();
    },
  };
}

/** Resolves when no run goes on. */
export function whenIdle(store: StoreApi<AppState>): Promise<void> {
  return new Promise((resolve) => {
    const look = (state: AppState): boolean => {
      if (isActive(state.experiment.status)) return false;
      resolve();
      return true;
    };
    if (look(store.getState())) return;
    const leave = store.subscribe((state) => look(state) && leave());
  });
}

function weightsLost(): AppError {
  return new AppError(
    "device-lost",
    "The adapted weights went with the engine, and the model is as its files have it. Adapt it again, or press Run to " +
      "train it as it is.",
  );
}
