import type { FieldValue, Values } from "../../contract/fields.ts";
import type { ExperimentPlan, RunRecord } from "../../contract/run.ts";

/**
 * Which place of the grid the charts show: for every axis what a person chose, else the value of the first run that
 * started. {} without a grid.
 */
export function shownSetting(
  grid: ExperimentPlan["grid"],
  runs: readonly Pick<RunRecord, "setting" | "status">[],
  chosen: Values,
): Values {
  const shown = grid.map(({ field, values }): [string, FieldValue] => {
    const wanted = chosen[field];
    if (wanted !== undefined && values.includes(wanted)) return [field, wanted];
    const first = runs.find(({ status, setting }) => status !== "waiting" && Object.hasOwn(setting, field));
    return [field, (first === undefined ? values[0] : first.setting[field]) ?? null];
  });
  return Object.fromEntries(shown);
}

/** What stands at the setting on show: a method that lacks an axis stands at each of its values. */
export function standingAt<T extends Pick<RunRecord, "setting">>(all: readonly T[], shown: Values): readonly T[] {
  if (Object.keys(shown).length === 0) return all;
  return all.filter(({ setting }) =>
    Object.entries(setting).every(([field, value]) => !Object.hasOwn(shown, field) || shown[field] === value),
  );
}
