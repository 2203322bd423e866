/** Warm-up steps of a run: the given share of its steps, rounded up. */
export function warmupSteps(ratio: number, maxSteps: number): number {
  return Math.ceil(ratio * maxSteps);
}

/**
 * Share of the full learning rate at `step` (from 1): linear from 0 over the warm-up, then linear to 0 at maxSteps.
 *
 * The factor of step t is f(t - 1), so that the very first step has learning rate 0 where there is a warm-up.
 * Source: Hugging Face transformers, get_linear_schedule_with_warmup.
 */
export function scheduleFactor(step: number, maxSteps: number, warmup: number): number {
  const done = step - 1;
  if (done < warmup) return done / warmup;
  return Math.max(0, (maxSteps - done) / Math.max(1, maxSteps - warmup));
}

/** What of a recipe says the learning rate of a step; `warmupSteps`: in place of the share, where it is a number. */
interface Schedule {
  readonly learningRate: number;
  readonly warmupRatio: number;
  readonly warmupSteps?: number | null;
}

/** The learning rate of a step (from 1) of so many. */
export function rateAt(schedule: Schedule, step: number, maxSteps: number): number {
  const warmup = schedule.warmupSteps ?? warmupSteps(schedule.warmupRatio, maxSteps);
  return schedule.learningRate * scheduleFactor(step, maxSteps, warmup);
}
