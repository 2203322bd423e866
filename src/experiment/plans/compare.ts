import type { PlanEntry } from "../../contract/catalog.ts";
import { methodsOfThePaper, planOf, seedsTo, smallTraining } from "../plan/plan-building.ts";

/** Table 1: the methods on one task. */
export const compare: PlanEntry = {
  id: "compare",
  label: "Compare the methods",
  summary:
    "Every method of the paper on one task, over the same seeds: mean, spread, best and worst seed, and ranks. The paper " +
    "does so on CoLA, MRPC, RTE and STS-B with BERT-large; on these tasks its figures stand beside yours.",
  where: "Table 1",
  sizes: {
    small: planOf(methodsOfThePaper, { seeds: seedsTo(3), training: smallTraining, order: "interleaved" }),
    full: planOf(methodsOfThePaper, { seeds: seedsTo(10) }),
  },
  sample: "sentiment",
  transfers: false,
};
