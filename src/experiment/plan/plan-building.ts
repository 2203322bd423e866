import type { Values } from "../../contract/fields.ts";
import type { ExperimentPlan, MethodChoice } from "../../contract/run.ts";

/** The methods that the paper compares, in its order; Child-Tuning F is none of them. */
export const methodsOfThePaper = [
  "vanilla",
  "mixout",
  "r3f",
  "r-drop",
  "child-tuning-d",
  "re-init",
  "dps-dense",
  "dps-mix",
] as const;

/** The yardstick and the paper's own. */
export const dpsAndVanilla = ["vanilla", "dps-dense", "dps-mix"] as const;

/** Settings under which a small model learns something of a few hundred rows. */
export const smallTraining: Values = { epochs: 3, batchSize: 16, maxLength: 64 };

/** The paper's recipe for BERT: what the settings are where nobody says otherwise. */
const paperTraining: Values = {};

/** Seeds 1 to `count`. */
export function seedsTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** A plan of methods at their defaults but for `values`; whatever is not said is as plain as can be. */
export function planOf(
  methods: readonly string[],
  { values = {}, ...rest }: Partial<Omit<ExperimentPlan, "methods">> & { readonly values?: Values },
): ExperimentPlan {
  const chosen = methods.map((id): MethodChoice => ({ id, values }));
  return { methods: chosen, seeds: [1], training: paperTraining, grid: [], order: "sequential", ...rest };
}
