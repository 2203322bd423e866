import { useMemo } from "react";
import { metricsOf } from "../store/scores.ts";
import type { MetricChoice } from "../store/scores.ts";
import { useSelect } from "./app-context.ts";

/** The score on show, and those it can be exchanged for. */
export function useMetric(): { readonly metric: MetricChoice; readonly metrics: readonly MetricChoice[] } {
  const catalog = useSelect((state) => state.engine.catalog);
  const config = useSelect((state) => state.experiment.config);
  const runs = useSelect((state) => state.experiment.runs);
  const wanted = useSelect((state) => state.view.metric);
  return useMemo(() => {
    const metrics = metricsOf(catalog, config, runs);
    const metric = metrics.find((one) => one.id === wanted) ?? metrics[0] ?? { id: "", label: "score" };
    return { metric, metrics };
  }, [catalog, config, runs, wanted]);
}
