import { useMemo } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import { metricsOf, type MetricChoice } from "../../store/results/scores.ts";
import type { AppState } from "../../store/state.ts";
import { useApp, useSelect } from "../app-context.ts";

/** Id, label and set by turns: strings, so that a new list of the same metrics causes no redraw. */
function flatMetrics({ engine, experiment }: AppState): string[] {
  const metrics = metricsOf(engine.catalog, experiment.config, experiment.runs);
  return metrics.flatMap(({ id, label, set }) => [id, label, set ?? ""]);
}

/** The score on show, and those it can be exchanged for. */
export function useMetric(): { readonly metric: MetricChoice; readonly metrics: readonly MetricChoice[] } {
  const flat = useStore(useApp().store, useShallow(flatMetrics));
  const wanted = useSelect((state) => state.view.metric);
  return useMemo(() => {
    const metrics = flat.flatMap((id, index): MetricChoice[] => {
      const [label = id, set = ""] = flat.slice(index + 1, index + 3);
      return index % 3 === 0 ? [{ id, label, set: set === "" ? null : set }] : [];
    });
    const metric = metrics.find((one) => one.id === wanted) ?? metrics[0] ?? { id: "", label: "score", set: null };
    return { metric, metrics };
  }, [flat, wanted]);
}

/** What a score is called over a chart: of dev where it is of no set of another source. */
export function scoreTitle({ label, set }: MetricChoice): string {
  return set === null ? `Dev ${label}` : label;
}
