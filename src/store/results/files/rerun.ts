import { planNameLimit, writePlanFile } from "../../../contract/plan-file.ts";
import type { AppActions } from "../../state.ts";
import type { ExperimentSlice } from "../../experiment.ts";
import type { Archive } from "../archive.ts";

/** Setting the page to what the result on show was run with; its model and data have to be loaded by a person. */
export function rerunAction(
  { plans, settings, kernels }: Pick<AppActions, "plans" | "settings" | "kernels">,
  archive: Archive,
  shown: () => ExperimentSlice,
): AppActions["takeSettings"] {
  return async () => {
    const result = archive.result();
    if (result === null) return;
    const { plan, rows } = result.config;
    const name =
      shown()
        .sourceName.replace(/\.json$/i, "")
        .slice(0, planNameLimit)
        .trim() || "Result";
    await plans.open(new Blob([writePlanFile({ name, plan })]), name);
    if (rows !== null) {
      const { split, sample } = rows;
      settings.setRows({ sampleCount: sample?.count ?? null, sampleSeed: sample?.seed ?? 0 });
      if (split !== null) settings.setRows({ devShare: split.share, splitSeed: split.seed });
    }
    kernels.give(name, result.kernels);
  };
}
