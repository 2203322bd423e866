import type { PlanEntry } from "../../contract/catalog.ts";
import { dpsAndVanilla, methodsOfThePaper, planOf, seedsTo, smallTraining } from "../plan/plan-building.ts";

/** Table 2: trained on one entailment set, scored on others. */
export const outOfDomain: PlanEntry = {
  id: "out-of-domain",
  label: "Out of domain",
  summary:
    "Train on a part of one entailment set and score on others it has never seen. Three labels become two where a set has " +
    "but two: neutral and contradiction are not entailment. The paper trains on 8,000 rows of MNLI or SNLI and scores on " +
    "both, SICK, SciTail and RTE.",
  where: "Table 2",
  sizes: {
    small: planOf(dpsAndVanilla, {
      seeds: seedsTo(3),
      training: smallTraining,
      grid: [{ field: "trainSample", values: [500] }],
    }),
    full: planOf(methodsOfThePaper, { seeds: seedsTo(10), grid: [{ field: "trainSample", values: [8000] }] }),
  },
  sample: null,
  transfers: true,
};
