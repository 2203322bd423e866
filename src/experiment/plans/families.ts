import type { PlanEntry } from "../../contract/catalog.ts";
import { dpsAndVanilla, planOf, seedsTo, smallTraining } from "../plan/plan-building.ts";
import { recipesOfThePaper } from "../plan/recipes.ts";

/** Table 4: vanilla and DPS on models of several families. */
export const families: PlanEntry = {
  id: "families",
  label: "Model families",
  summary:
    "Whether DPS helps whatever the model: vanilla, Dense and Mix on models of several families, in one table. Give it " +
    "several models. The full size trains each family as the paper does on the task, where the paper says how.",
  where: "Table 4",
  sizes: {
    small: planOf(dpsAndVanilla, { seeds: seedsTo(3), training: smallTraining }),
    full: planOf(dpsAndVanilla, { seeds: seedsTo(10) }),
  },
  recipes: recipesOfThePaper,
  sample: "sentiment",
  transfers: false,
};
