import { costsOf } from "../analysis/costs.ts";
import type { Cost } from "../analysis/costs.ts";
import type { RunHead } from "./archive.ts";

/** What a method costs. */
export type MethodCost = Cost;

/** Costs by method as far as they are known while runs go on, all settings of a grid together. */
export function methodCosts(runs: readonly RunHead[]): readonly MethodCost[] {
  return costsOf(
    runs.map(({ method, values, memoryBytes, elapsedMs, openMs, stepsDone }) => {
      return { method, setting: {}, values, memoryBytes, spentMs: elapsedMs - openMs, stepCount: stepsDone };
    }),
  );
}
