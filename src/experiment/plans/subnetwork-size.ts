import type { PlanEntry } from "../../contract/catalog.ts";
import { dpsAndVanilla, planOf, seedsTo, smallTraining } from "../plan/plan-building.ts";

/** Figure 2: scores over the frozen share p. */
export const subnetworkSize: PlanEntry = {
  id: "subnetwork-size",
  label: "Size of the subnetwork",
  summary:
    "How scores spread as a smaller share of each weight matrix is trained: a box plot for every share and method, " +
    "vanilla's mean as a line across.",
  where: "Figure 2",
  sizes: {
    small: planOf(dpsAndVanilla, {
      seeds: seedsTo(3),
      training: smallTraining,
      grid: [{ field: "frozenShare", values: [0.1, 0.3, 0.5] }],
    }),
    full: planOf(dpsAndVanilla, {
      seeds: seedsTo(10),
      grid: [{ field: "frozenShare", values: [0.1, 0.2, 0.3, 0.4, 0.5] }],
    }),
  },
  sample: "sentiment",
  transfers: false,
};
