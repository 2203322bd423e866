import { referenceOf } from "../analysis/reference.ts";
import type { RunHead } from "./archive.ts";
import { byMethod } from "./by-method.ts";

/** What a method costs, also as a ratio to the method that the comparisons are against. */
export interface MethodCost {
  readonly method: string;
  /** null before the first step. */
  readonly msPerStep: number | null;
  readonly timeRatio: number | null;
  readonly bytes: number;
  readonly byPurpose: Readonly<Record<string, number>>;
  readonly memoryRatio: number | null;
}

/** Time a step and memory by method, in the order the methods ran. Time includes the evaluations within a run. */
export function methodCosts(runs: readonly RunHead[]): MethodCost[] {
  const groups = byMethod(runs);
  const plain = groups.map(([method, own]) => {
    const steps = own.reduce((sum, run) => sum + run.stepsDone, 0);
    const elapsedMs = own.reduce((sum, run) => sum + (run.stepsDone > 0 ? run.elapsedMs : 0), 0);
    const byPurpose = own[0]?.memoryBytes ?? {};
    const bytes = Object.values(byPurpose).reduce((sum, one) => sum + one, 0);
    return { method, msPerStep: steps === 0 ? null : elapsedMs / steps, bytes, byPurpose };
  });
  const reference = referenceOf(plain);
  return plain.map((cost) => ({
    ...cost,
    timeRatio: ratio(cost.msPerStep, reference?.msPerStep ?? null),
    memoryRatio: ratio(cost.bytes, reference?.bytes ?? null),
  }));
}

function ratio(value: number | null, base: number | null): number | null {
  return value === null || base === null || base === 0 ? null : value / base;
}
