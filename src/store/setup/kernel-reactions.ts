import type { StoreApi } from "zustand/vanilla";
import { estimateKey } from "../reactions.ts";
import { isBusy, type AppActions, type AppState } from "../state.ts";
import { kernelSourceOf } from "./kernels.ts";
import { planOf } from "./plan.ts";

/** What the page does by itself about kernels. */
export interface KernelReactions {
  /** Gets those of the plan ready without waiting for quiet, where that has not begun. */
  prepareNow(): Promise<void>;
}

/** Where kernels come from in a fresh engine. */
const engineDefault = JSON.stringify("auto");

/** What the kernels of a run depend on; null while something is missing. */
function kernelsKey(state: AppState): string | null {
  const key = estimateKey(state);
  return key === null ? null : JSON.stringify([key, kernelSourceOf(state.kernels, state.settings)]);
}

/** Gets kernels ready once model, data and plan are, and again when one of them changed. */
export function followKernels(
  store: StoreApi<AppState>,
  { kernels, estimates }: Pick<AppActions, "kernels" | "estimates">,
  quietMs: number,
): KernelReactions {
  let usedSource = engineDefault;
  let readyFor: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function followSource(state: AppState): void {
    const source = kernelSourceOf(state.kernels, state.settings);
    const ready = state.engine.status === "ready";
    const wanted = ready ? JSON.stringify(source) : engineDefault;
    if (wanted === usedSource) return;
    usedSource = wanted;
    if (ready) void kernels.use(source);
  }

  async function prepareNow(): Promise<void> {
    const state = store.getState();
    const { engine, settings } = state;
    const plan = engine.catalog === null ? null : planOf(settings, engine.catalog).plan;
    const key = kernelsKey(state);
    if (plan === null || (key === readyFor && timer === undefined)) return;
    clearTimeout(timer);
    timer = undefined;
    readyFor = key;
    const changed = await kernels.prepare(plan);
    // Other kernels take other memory.
    if (changed && !isBusy(store.getState())) await estimates.refresh(plan);
  }

  function followPlan(state: AppState): void {
    const key = kernelsKey(state);
    if (key === readyFor || isBusy(state)) return;
    readyFor = key;
    clearTimeout(timer);
    timer = key === null ? undefined : setTimeout(() => void prepareNow(), quietMs);
    kernels.forget();
  }

  store.subscribe((state) => {
    followSource(state);
    followPlan(state);
  });
  return { prepareNow };
}
