import type { StoreApi } from "zustand/vanilla";
import { problemWith } from "../../../contract/fields.ts";
import type { AdaptationActions } from "./adaptation.ts";
import { isActive } from "../../experiment.ts";
import type { AppState } from "../../state.ts";

/** Everything a plan depends on; null while something is missing or wrong. */
function planKey({ engine, model, adaptation, settings }: AppState): string | null {
  const fields = engine.catalog?.adaptation ?? [];
  if (engine.status !== "ready" || model.model === null || adaptation.texts === null || adaptation.reading) return null;
  if (fields.some((field) => problemWith(field, settings.adaptation[field.id]) !== null)) return null;
  const done = model.model.adaptations.length;
  return JSON.stringify([model.revision, done, adaptation.texts, settings.adaptation]);
}

/** Keeps the plan of an adaptation in step with model, texts and settings. */
export function followAdaptation(
  store: StoreApi<AppState>,
  actions: Pick<AdaptationActions, "refreshPlan" | "forgetPlan" | "forget">,
  quietMs: number,
): void {
  let plannedFor: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  store.subscribe((state, before) => {
    if (state.model.revision !== before.model.revision) actions.forget();
    const key = planKey(state);
    if (key === plannedFor || isActive(state.experiment.status) || state.adaptation.status !== "idle") return;
    plannedFor = key;
    clearTimeout(timer);
    if (key === null) actions.forgetPlan();
    else timer = setTimeout(() => void actions.refreshPlan(store.getState().settings.adaptation), quietMs);
  });
}
