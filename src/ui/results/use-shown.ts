import { useMemo } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import type { Values } from "../../contract/fields.ts";
import type { GridAxis } from "../../contract/run.ts";
import type { RunHead } from "../../store/results/archive.ts";
import { shownAxes, type ShownAxis } from "../../analysis/grids/axes.ts";
import { inPlanOrder } from "../../store/results/method-order.ts";
import { shownSetting, standingAt } from "../../store/results/shown.ts";
import type { AppState } from "../../store/state.ts";
import { useApp, useSelect } from "../app-context.ts";

const noGrid: readonly GridAxis[] = [];

function settingOf({ experiment, view }: AppState): Values {
  return shownSetting(experiment.config?.plan.grid ?? noGrid, experiment.runs, view.setting);
}

/** Where in the grid the charts stand; {} without a grid. */
export function useShownSetting(): Values {
  return useStore(useApp().store, useShallow(settingOf));
}

/** The runs at the setting on show, in the plan's order of methods. */
export function useShownRuns(): readonly RunHead[] {
  const runs = useSelect((state) => state.experiment.runs);
  const plan = useSelect((state) => state.experiment.config?.plan);
  const setting = useShownSetting();
  return useMemo(() => inPlanOrder(standingAt(runs, setting), plan), [runs, plan, setting]);
}

/** The axes of the experiment on show that have several values. */
export function useShownAxes(): readonly ShownAxis[] {
  const catalog = useSelect((state) => state.engine.catalog);
  const grid = useSelect((state) => state.experiment.config?.plan.grid ?? noGrid);
  return useMemo(() => shownAxes(catalog, grid), [catalog, grid]);
}

/** The runs that completed: a new list only where one more has. */
export function useCompletedRuns(): readonly RunHead[] {
  const completed = ({ experiment }: AppState): readonly RunHead[] => {
    const { runs, config } = experiment;
    return inPlanOrder(
      runs.filter(({ status }) => status === "completed"),
      config?.plan,
    );
  };
  return useStore(useApp().store, useShallow(completed));
}
