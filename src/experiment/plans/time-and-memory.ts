import type { PlanEntry } from "../../contract/catalog.ts";
import { methods } from "../../methods/index.ts";
import { planOf, seedsTo, smallTraining } from "../plan/plan-building.ts";

const everyMethod = methods.map(({ id }) => id);
/** Dropout costs time and memory: with the same for all, a ratio is the method's own. R-Drop needs some. */
const values = { dropout: 0.1 };

/** Tables 6 and 9: what the methods cost. */
export const timeAndMemory: PlanEntry = {
  id: "time-and-memory",
  label: "Time and memory",
  summary:
    "What every method costs, as a ratio to vanilla of the same run, beside the paper's figures. All get the same dropout, " +
    "and they go one after another. Leave the device alone meanwhile, or the times are those of what else it did.",
  where: "Tables 6 and 9",
  sizes: {
    small: planOf(everyMethod, { values, training: smallTraining }),
    full: planOf(everyMethod, { values, seeds: seedsTo(3) }),
  },
  sample: "sentiment",
  transfers: false,
};
