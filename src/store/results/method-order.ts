import type { ConfigRecord, ExperimentPlan, ExperimentResult } from "../../contract/run.ts";

/**
 * Runs, or anything that belongs to a method, in the order of the plan's methods: legend, tables, charts and exports all
 * have this one, whichever ran or was retried first. What the plan does not know comes last, and within a method all stays
 * as it was; the same list where nothing moves.
 */
export function inPlanOrder<T extends { readonly method: string }>(
  items: readonly T[],
  plan: Pick<ExperimentPlan, "methods"> | undefined,
): readonly T[] {
  const places = new Map(plan?.methods.map(({ id }, index) => [id, index]));
  const place = ({ method }: T): number => places.get(method) ?? places.size;
  const sorted = items.toSorted((left, right) => place(left) - place(right));
  return sorted.every((item, index) => item === items[index]) ? items : sorted;
}

/** What is found of the methods, in that order. */
export function foundInOrder({
  config,
  summary,
  comparisons,
  cases,
}: Pick<ExperimentResult, "summary" | "comparisons" | "cases"> & { readonly config: ConfigRecord | null }) {
  const plan = config?.plan;
  return {
    summary: inPlanOrder(summary, plan),
    comparisons: inPlanOrder(comparisons, plan),
    cases: inPlanOrder(cases, plan),
  };
}
