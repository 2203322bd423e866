import type { StoreApi } from "zustand/vanilla";
import { AppError } from "../core/errors.ts";
import type { EngineWatcher, Trainer } from "../worker/client.ts";
import { isActive } from "./experiment.ts";
import { latestOnly, type Slot } from "./slot.ts";
import type { AppActions, AppState } from "./state.ts";

type Parts = Pick<AppActions, "exports" | "opened" | "prediction" | "engine" | "notices"> & {
  /** What was given to the engine, in the order in which a fresh one is to have it. */
  readonly reloaded: readonly { reload(): Promise<unknown> }[];
  readonly makeReady: () => Promise<void>;
};

/** A fresh engine in the place of one that is gone. */
export interface Renewal {
  /** Ends the engine's thread and gives a fresh one what the old one had been given. */
  renew(): Promise<void>;
}

/** An engine that ended by itself is started again so often within `windowMs`; then a person has to ask for it. */
const mostRenewals = 3;
const windowMs = 600_000;

/** Starts the engine again when its thread has ended, and when a person asks for it. What is on show stays. */
export function renewing(
  store: StoreApi<AppState>,
  slot: Slot<AppState["engine"]>,
  trainer: Pick<Trainer, "restart" | "watch">,
  { exports, opened, prediction, engine, notices, reloaded, makeReady }: Parts,
): Renewal {
  let renewals: readonly number[] = [];
  const renewal = latestOnly();

  async function renew(): Promise<void> {
    const isLast = renewal();
    const adapted = (store.getState().model.model?.adaptations.length ?? 0) > 0;
    slot.set({ renewing: true });
    trainer.restart();
    await whenIdle(store);
    for (const part of [exports, opened, prediction]) part.forget();
    await engine.connect();
    for (const part of reloaded) await part.reload();
    await makeReady();
    // One that ended as well, while it was given this, is being replaced itself.
    if (isLast()) slot.set({ renewing: false });
    if (adapted) notices.report("run", weightsLost());
  }

  async function replace(error: AppError): Promise<void> {
    const { engine: before, experiment } = store.getState();
    // The run that goes on tells it itself; and one that never was ready is not tried again and again.
    const running = isActive(experiment.status);
    if (before.status !== "ready") return;
    const nowMs = performance.now();
    renewals = renewals.filter((at) => nowMs - at < windowMs);
    if (renewals.length >= mostRenewals) {
      const again = `${error.message} It did so ${mostRenewals + 1} times within ten minutes: close other tabs, or take a smaller model or file.`;
      slot.set({ status: "failed", device: null, reason: again });
      notices.report("engine", new AppError(error.code, again));
      return;
    }
    renewals = [...renewals, nowMs];
    await renew();
    const renewed = `${error.message} It was started again, and has what was loaded.`;
    if (!running) notices.report("engine", new AppError(error.code, renewed));
  }

  const watcher: EngineWatcher = {
    ended: (error) => void replace(error),
    silent: (silent) => slot.set({ silent }),
  };
  trainer.watch(watcher);
  return { renew };
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
