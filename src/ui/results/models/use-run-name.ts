import { useCallback } from "react";
import { placeText } from "../../../analysis/grids/axes.ts";
import type { ExportableRun } from "../../../contract/exports.ts";
import { useSelect } from "../../app-context.ts";
import { useMethodLooks } from "../../kit/palette.ts";
import { useShownAxes } from "../use-shown.ts";

/** "DPS Dense, frozen share 0.3, seed 2": a run by what tells it from the others. */
export function useRunName(): (run: Pick<ExportableRun, "run" | "method" | "seed">) => string {
  const looks = useMethodLooks();
  const axes = useShownAxes();
  const runs = useSelect((state) => state.experiment.runs);
  return useCallback(
    ({ run, method, seed }) => {
      const setting = runs.find(({ id }) => id === run)?.setting ?? {};
      const place = placeText(axes, setting);
      return `${looks(method).label}, ${place === "" ? "" : `${place}, `}seed ${seed}`;
    },
    [looks, axes, runs],
  );
}
