import type { StepPace } from "../../contract/engine/pace.ts";
import { rowsPerStepOf } from "../../contract/recipe.ts";
import type { ExperimentPlan } from "../../contract/run.ts";

/** How many rows there are to train and to score on. */
export interface RowCounts {
  readonly train: number;
  readonly dev: number;
}

/** A forward alone takes about a third of a step. */
const forwardShare = 1 / 3;

/** Scores of a shortened run. */
const scoreCount = 7;

/** What the runs of a plan without a grid take, in milliseconds: their steps and scores, one run after another. */
export function planTime(
  plan: Pick<ExperimentPlan, "methods" | "seeds" | "training">,
  paces: readonly StepPace[],
  rows: RowCounts,
): number {
  const { steps, batches, evaluations } = lengthOf(plan, rows);
  const each = plan.methods.map(({ id }) => paceOf(paces, id) * (steps + evaluations * batches * forwardShare));
  return each.reduce((sum, one) => sum + one, 0) * plan.seeds.length;
}

/** Of a method that was not timed, the mean of the others. */
function paceOf(paces: readonly StepPace[], id: string): number {
  const own = paces.find(({ method }) => method === id);
  return own?.stepMs ?? paces.reduce((sum, { stepMs }) => sum + stepMs, 0) / Math.max(1, paces.length);
}

/** Rows of a step, steps of a run, batches of one scoring, and how often it is scored. */
function lengthOf({ training }: Pick<ExperimentPlan, "training">, rows: RowCounts) {
  const batch = rowsPerStepOf(training);
  const train = Math.min(rows.train, numberOf(training["trainLimit"]) ?? rows.train);
  const dev = Math.min(rows.dev, numberOf(training["devLimit"]) ?? rows.dev);
  const epochSteps = Math.max(1, Math.ceil(train / batch));
  const steps = numberOf(training["steps"]) ?? Math.ceil((numberOf(training["epochs"]) ?? 1) * epochSteps);
  const evaluateEvery = numberOf(training["evaluateEvery"]) ?? epochSteps;
  const batches = Math.ceil(dev / (numberOf(training["batchSize"]) ?? 1));
  return { batch, steps, batches, evaluations: Math.ceil(steps / evaluateEvery) };
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/**
 * A plan of one epoch with fewer training rows, so that it takes about `targetMs`; with no fewer than `fewestSteps` steps a
 * run, and as it is where it is short enough.
 */
export function shortenedPlan(
  plan: ExperimentPlan,
  paces: readonly StepPace[],
  rows: RowCounts,
  { targetMs, fewestSteps }: { readonly targetMs: number; readonly fewestSteps: number },
): ExperimentPlan {
  const timeMs = planTime(plan, paces, rows);
  const { batch, steps: all } = lengthOf(plan, rows);
  if (timeMs <= targetMs || all <= fewestSteps) return plan;
  // Scoring takes time as well, which fewer steps do not save: the scores become fewer instead.
  const withSteps = (steps: number): ExperimentPlan => ({
    ...plan,
    training: {
      ...plan.training,
      trainLimit: steps * batch,
      evaluateEvery: Math.max(1, Math.ceil(steps / scoreCount)),
    },
  });
  let steps = all;
  while (steps > fewestSteps && planTime(withSteps(steps), paces, rows) > targetMs) steps--;
  return withSteps(steps);
}
