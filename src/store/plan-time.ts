import type { Catalog } from "../contract/catalog.ts";
import type { Values } from "../contract/fields.ts";
import { defaultValues } from "../contract/fields.ts";
import { settingsOf } from "../contract/grid.ts";
import type { ExperimentPlan } from "../contract/run.ts";
import type { RunHead } from "./archive.ts";
import { pacesOf } from "./progress.ts";

/**
 * About how long a plan will take, at the pace of runs that were made with the same model on the same task; null where
 * there are none. `rowCount`: rows to train on.
 */
export function planTimeMs(
  plan: ExperimentPlan,
  catalog: Catalog,
  runs: readonly RunHead[],
  rowCount: number,
): number | null {
  const paces = pacesOf(runs);
  if (!paces.known) return null;
  const training = { ...defaultValues(catalog.training), ...plan.training };
  let total = 0;
  for (const { id } of plan.methods) {
    for (const setting of settingsOf(catalog, id, plan.grid)) {
      const steps = stepCountOf({ ...training, ...setting }, rowCount);
      total += plan.seeds.length * (paces.openMs + steps * (paces.stepMs({ method: id, setting }) ?? 0));
    }
  }
  return total;
}

/** By the training settings that say how long a run is. */
function stepCountOf(values: Values, rowCount: number): number {
  const number = (id: string): number | null => {
    const value = values[id];
    return typeof value === "number" ? value : null;
  };
  const rows = Math.min(rowCount, number("trainSample") ?? rowCount);
  return number("steps") ?? Math.ceil(rows / (number("batchSize") ?? 1)) * (number("epochs") ?? 1);
}
