import type { Recipe } from "./catalog.ts";
import type { ExperimentPlan } from "./run.ts";

/** Rows of a step's whole batch by its training settings, whatever of them is known. */
export function rowsPerStepOf({
  batchSize,
  accumulate,
}: {
  readonly batchSize?: unknown;
  readonly accumulate?: unknown;
}): number {
  const known = (value: unknown): number => (typeof value === "number" ? value : 1);
  return known(batchSize) * known(accumulate);
}

/** A plan as a model is to be trained with it, and the recipe that says so; null: none is for this family and task. */
export interface Prescribed {
  readonly plan: ExperimentPlan;
  readonly recipe: Recipe | null;
}

/**
 * A plan with the recipe of a model's family on a task: what that does not name stays the plan's; its batch is that of a
 * whole step, in as many parts as the plan's where they are even. `task`: as the paper means it, so null for a sample task;
 * null, too, where family or task are not known.
 */
export function withRecipe(
  plan: ExperimentPlan,
  recipes: readonly Recipe[],
  family: string | null,
  task: string | null,
): Prescribed {
  const known = recipes.find(({ families, tasks }) => {
    return family !== null && families.includes(family) && task !== null && (tasks === null || tasks.includes(task));
  });
  if (known === undefined) return { plan, recipe: null };
  const training = { ...plan.training, ...known.training, ...inParts(known.training, plan.training) };
  return { plan: { ...plan, training }, recipe: known };
}

/** A recipe's batch in the parts of a plan that has several; nothing to change for others. */
function inParts({ batchSize }: Recipe["training"], { accumulate }: ExperimentPlan["training"]): Recipe["training"] {
  if (typeof batchSize !== "number" || typeof accumulate !== "number" || accumulate === 1) return {};
  return batchSize % accumulate === 0 ? { batchSize: batchSize / accumulate } : { accumulate: 1 };
}
