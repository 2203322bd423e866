import { costsOf, type Cost } from "../../analysis/costs.ts";
import type { RunHead } from "./archive.ts";

/** Fewer tell more of the first step, which reserves and compiles, than of those that follow. */
export const leastSteps = 10;

/**
 * Costs by method as far as they are known while runs go on; of a grid the page gives those at one setting. The time of a
 * run counts from its tenth step on, or from its end.
 */
export function methodCosts(runs: readonly RunHead[]): readonly Cost[] {
  return costsOf(
    runs.map(({ method, values, memoryBytes, elapsedMs, openMs, stepsDone, status }) => {
      const stepCount = stepsDone >= leastSteps || status === "completed" ? stepsDone : 0;
      return { method, setting: {}, values, memoryBytes, spentMs: elapsedMs - openMs, stepCount };
    }),
  );
}
