import { useMemo } from "react";
import { useStore } from "zustand";
import { useShallow } from "zustand/react/shallow";
import type { Values } from "../../contract/fields.ts";
import type { GridAxis } from "../../contract/run.ts";
import type { RunHead } from "../../store/results/archive.ts";
import { shownAxes, type ShownAxis } from "../../analysis/axes.ts";
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

/** The runs at the setting on show. */
export function useShownRuns(): readonly RunHead[] {
  const runs = useSelect((state) => state.experiment.runs);
  const setting = useShownSetting();
  return useMemo(() => standingAt(runs, setting), [runs, setting]);
}

/** The axes of the experiment on show that have several values. */
export function useShownAxes(): readonly ShownAxis[] {
  const catalog = useSelect((state) => state.engine.catalog);
  const grid = useSelect((state) => state.experiment.config?.plan.grid ?? noGrid);
  return useMemo(() => shownAxes(catalog, grid), [catalog, grid]);
}

/** The runs that completed: a new list only where one more has. */
export function useCompletedRuns(): readonly RunHead[] {
  const completed = ({ experiment }: AppState): RunHead[] =>
    experiment.runs.filter(({ status }) => status === "completed");
  return useStore(useApp().store, useShallow(completed));
}
