import type { StoreApi } from "zustand/vanilla";
import type { Place } from "../slot.ts";
import type { AppActions, AppState } from "../state.ts";
import type { StepId } from "./step-titles.ts";

/** Where errors are shown within a step. */
const stepOfPlace: Readonly<Partial<Record<Place, StepId>>> = {
  model: "model",
  adaptation: "model",
  "hub-model": "model",
  samples: "data",
  "hub-data": "data",
  train: "data",
  dev: "data",
  data: "data",
  transfers: "data",
  plan: "experiment",
  methods: "methods",
};

/**
 * Folds a step when it is done, and opens the next: Model with a model, Data with both tables read. A step that a person
 * opened again stays open. An error opens the step in which it is told.
 */
export function followSteps(store: StoreApi<AppState>, view: Pick<AppActions["view"], "change">): void {
  /** Tables came that are not read yet. */
  let awaited = false;

  function move(done: StepId | null, next: StepId | null): void {
    const { openSteps } = store.getState().view;
    const kept = openSteps.filter((id) => id !== done);
    view.change({ openSteps: next === null || kept.includes(next) ? kept : [...kept, next] });
  }

  /** The demo sets all steps by itself, and shows none of them. */
  const nextOf = (state: AppState): StepId | null => {
    if (state.demo.preparing || state.demo.shown) return null;
    return state.model.model === null ? "model" : isWhole(state) ? "methods" : "data";
  };

  store.subscribe((state, before) => {
    if (state.data.tablesRevision !== before.data.tablesRevision) awaited = true;
    if (state.model.model !== null && before.model.model === null) move("model", nextOf(state));
    if (awaited && isWhole(state)) {
      awaited = false;
      move("data", nextOf(state));
    }
    const news = state.notices.items.filter((item) => !before.notices.items.includes(item));
    for (const { place } of news) move(null, stepOfPlace[place] ?? null);
  });
}

/** Both tables are there and read. Without a dev table one may yet come. */
function isWhole({ data }: AppState): boolean {
  return data.prepared !== null && data.dev !== null;
}
