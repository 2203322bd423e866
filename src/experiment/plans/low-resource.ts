import type { PlanEntry } from "../../contract/catalog.ts";
import { dpsAndVanilla, methodsOfThePaper, planOf, seedsTo, smallTraining } from "../plan/plan-building.ts";

/** Table 3: few training rows. */
export const lowResource: PlanEntry = {
  id: "low-resource",
  label: "Few training rows",
  summary:
    "The methods on samples of the training rows with the labels' shares kept. A method that holds large models back from " +
    "fitting noise should help most where rows are few. The paper takes 500 and 1,000.",
  where: "Table 3",
  sizes: {
    small: planOf(dpsAndVanilla, {
      seeds: seedsTo(3),
      training: smallTraining,
      grid: [{ field: "trainSample", values: [120, 360] }],
    }),
    full: planOf(methodsOfThePaper, { seeds: seedsTo(10), grid: [{ field: "trainSample", values: [500, 1000] }] }),
  },
  sample: "sentiment",
  transfers: false,
};
