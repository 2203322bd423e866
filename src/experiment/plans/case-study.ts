import type { PlanEntry } from "../../contract/catalog.ts";
import { dpsAndVanilla, planOf, seedsTo, smallTraining } from "../plan/plan-building.ts";

/** Figure 3: easy and hard rows. */
export const caseStudy: PlanEntry = {
  id: "case-study",
  label: "Easy and hard rows",
  summary:
    "Which dev rows most seeds of a method get right, and which wrong; what a method wins from vanilla and loses to it, " +
    "row by row with the texts.",
  where: "Figure 3",
  sizes: {
    small: planOf(dpsAndVanilla, { seeds: seedsTo(5), training: smallTraining }),
    full: planOf(dpsAndVanilla, { seeds: seedsTo(10) }),
  },
  sample: "sentiment",
  transfers: false,
};
