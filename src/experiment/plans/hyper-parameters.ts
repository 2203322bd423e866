import type { PlanEntry } from "../../contract/catalog.ts";
import { dpsAndVanilla, planOf, seedsTo, smallTraining } from "../plan/plan-building.ts";

/** Appendix D: the settings of DPS over a grid. */
export const hyperParameters: PlanEntry = {
  id: "hyper-parameters",
  label: "Grid of settings",
  summary:
    "Every pair of trained share and update ratio that the paper searched, and which cell has the highest mean dev score. " +
    "The best of many looks better than it is: the figure for a choice made without the seed it is scored on stands beside.",
  where: "Appendix D",
  sizes: {
    small: planOf(dpsAndVanilla, {
      seeds: seedsTo(2),
      training: smallTraining,
      grid: [
        { field: "frozenShare", values: [0.2, 0.4] },
        { field: "updateRatio", values: [0.05, 0.1, 0.2] },
      ],
    }),
    full: planOf(dpsAndVanilla, {
      seeds: seedsTo(10),
      grid: [
        { field: "frozenShare", values: [0.1, 0.2, 0.3, 0.4, 0.5] },
        { field: "updateRatio", values: [0.05, 0.1, 0.2] },
      ],
    }),
  },
  sample: "sentiment",
  transfers: false,
};
