import { useMemo } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import { metricsOf } from "../store/scores.ts";
import type { MetricChoice } from "../store/scores.ts";
import type { AppState } from "../store/state.ts";
import { useApp, useSelect } from "./app-context.ts";

/** Ids and labels by turns: strings, so that a new list of the same metrics causes no redraw. */
function flatMetrics({ engine, experiment }: AppState): string[] {
  return metricsOf(engine.catalog, experiment.config, experiment.runs).flatMap(({ id, label }) => [id, label]);
}

/** The score on show, and those it can be exchanged for. */
export function useMetric(): { readonly metric: MetricChoice; readonly metrics: readonly MetricChoice[] } {
  const flat = useStore(useApp().store, useShallow(flatMetrics));
  const wanted = useSelect((state) => state.view.metric);
  return useMemo(() => {
    const metrics = flat.flatMap((id, index) => (index % 2 === 0 ? [{ id, label: flat[index + 1] ?? id }] : []));
    const metric = metrics.find((one) => one.id === wanted) ?? metrics[0] ?? { id: "", label: "score" };
    return { metric, metrics };
  }, [flat, wanted]);
}
