import { rowsPerStepOf } from "../../contract/recipe.ts";
import type { Catalog } from "../../contract/catalog.ts";
import { defaultValues, type Values } from "../../contract/fields.ts";
import { settingsOf } from "../../contract/grid.ts";
import type { ExperimentPlan } from "../../contract/run.ts";
import type { RunHead } from "../results/archive.ts";
import { pacesOf } from "../results/progress.ts";

/** Rows to train on, and how many there are to draw from. */
interface TrainRows {
  readonly count: number;
  readonly of: number;
}

/**
 * About how long a plan will take, at the pace of runs that were made with the same model on the same task; null where
 * there are none.
 */
export function planTimeMs(
  plan: ExperimentPlan,
  catalog: Catalog,
  runs: readonly RunHead[],
  rows: TrainRows,
): number | null {
  const paces = pacesOf(runs);
  if (!paces.known) return null;
  const training = { ...defaultValues(catalog.training), ...plan.training };
  let total = 0;
  for (const { id } of plan.methods) {
    for (const setting of settingsOf(catalog, id, plan.grid)) {
      const steps = stepCountOf({ ...training, ...setting }, rows);
      total += plan.seeds.length * (paces.openMs + steps * (paces.stepMs({ method: id, setting }) ?? 0));
    }
  }
  return total;
}

/** By the settings that say how long a run is; a sample that the grid draws is of all rows. */
function stepCountOf(values: Values, { count, of }: TrainRows): number {
  const number = (id: string): number | null => {
    const value = values[id];
    return typeof value === "number" ? value : null;
  };
  const rows = "trainSample" in values ? Math.min(of, number("trainSample") ?? of) : count;
  return number("steps") ?? Math.ceil(rows / rowsPerStepOf(values)) * (number("epochs") ?? 1);
}
