import { SegmentedControl } from "@mantine/core";
import { useMemo } from "react";
import type { Catalog } from "../../../contract/catalog.ts";
import { runCountOf } from "../../../contract/grid.ts";
import type { ExperimentPlan } from "../../../contract/run.ts";
import { planOf } from "../../../store/setup/plan.ts";
import { planTimeMs } from "../../../store/setup/plan-time.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { countOf, formatDuration } from "../../../core/format.ts";
import { AxesEditor } from "./AxesEditor.tsx";
import { Notices } from "../../frame/Notices.tsx";
import { PlanFiles } from "./PlanFiles.tsx";
import { ReadyPlans } from "./ReadyPlans.tsx";
import layoutClasses from "../../kit/layout.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./plan.module.css";

/** Step 3: what the experiment asks: a ready-made plan or one's own, what is varied, in which order. */
export function ExperimentPanel() {
  const catalog = useSelect((state) => state.engine.catalog);
  if (catalog === null) return <p className={textClasses.hint}>The engine is still loading.</p>;
  return (
    <div className={layoutClasses.stack}>
      <ReadyPlans catalog={catalog} />
      <AxesEditor catalog={catalog} />
      <OrderChoice />
      <PlanSize catalog={catalog} />
      <PlanFiles />
      <Notices place="plan" />
    </div>
  );
}

/** Whether runs go one after another or side by side. */
function OrderChoice() {
  const order = useSelect((state) => state.settings.order);
  const actions = useActions();
  return (
    <div>
      <p id="order-of-runs" className={classes.legend}>
        Order of the runs
      </p>
      <SegmentedControl
        fullWidth
        aria-labelledby="order-of-runs"
        data={[
          { value: "sequential", label: "One after another" },
          { value: "interleaved", label: "Side by side" },
        ]}
        value={order}
        onChange={(value) => actions.settings.setOrder(value === "interleaved" ? "interleaved" : "sequential")}
      />
      {order === "interleaved" && (
        <p className={`${textClasses.hint} ${classes.after}`}>
          As many runs as fit in memory take a step in turn, so that their curves grow together. The results are the
          same.
        </p>
      )}
    </div>
  );
}

/** How many runs the settings make, and about how long they take where a pace is known. */
function PlanSize({ catalog }: { readonly catalog: Catalog }) {
  const settings = useSelect((state) => state.settings);
  const { plan } = useMemo(() => planOf(settings, catalog), [settings, catalog]);
  const time = usePlanTime(plan, catalog);
  if (plan === null) return null;
  return (
    <p className={classes.size}>
      This makes <b>{countOf(runCountOf(catalog, plan), "run")}</b>
      {time !== null && <span>, about {formatDuration(time)} at the pace of the runs on show</span>}.
    </p>
  );
}

/** null without runs of the loaded model and task to go by. */
function usePlanTime(plan: ExperimentPlan | null, catalog: Catalog): number | null {
  const runs = useSelect((state) => state.experiment.runs);
  const config = useSelect((state) => state.experiment.config);
  const model = useSelect((state) => state.model.model);
  const prepared = useSelect((state) => state.data.prepared);
  const alike = config?.model.name === model?.name && config?.task === prepared?.task;
  if (plan === null || prepared === null || !alike) return null;
  const { count } = prepared.train;
  return planTimeMs(plan, catalog, runs, { count, of: prepared.sample?.of ?? count });
}
