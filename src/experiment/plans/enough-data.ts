import type { PlanEntry } from "../../contract/catalog.ts";
import { dpsAndVanilla, methodsOfThePaper, planOf, seedsTo, smallTraining } from "../plan/plan-building.ts";

/** Table 5: large training sets. */
export const enoughData: PlanEntry = {
  id: "enough-data",
  label: "Many training rows",
  summary:
    "The methods where rows are plenty: mean and best seed. The paper takes SST-2 (67,349 rows) and QNLI (104,743) whole. " +
    "One pass over the rows in the small size, three in the full one.",
  where: "Table 5",
  sizes: {
    small: planOf(dpsAndVanilla, { seeds: seedsTo(2), training: { ...smallTraining, epochs: 1 } }),
    full: planOf(methodsOfThePaper, { seeds: seedsTo(10) }),
  },
  sample: "sentiment",
  transfers: false,
};
