import { costsOf, type Cost } from "../../analysis/costs.ts";
import type { RunHead } from "./archive.ts";

/** Costs by method as far as they are known while runs go on; of a grid the page gives those at one setting. */
export function methodCosts(runs: readonly RunHead[]): readonly Cost[] {
  return costsOf(
    runs.map(({ method, values, memoryBytes, elapsedMs, openMs, stepsDone }) => {
      return { method, setting: {}, values, memoryBytes, spentMs: elapsedMs - openMs, stepCount: stepsDone };
    }),
  );
}
