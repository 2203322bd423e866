import type { MethodRun } from "../../methods/method.ts";

/** When a run's subnetwork is looked at. */
export interface Moment {
  /** The step after whose update; 0: before the first step. */
  readonly step: number;
  /** The selection whose masks are seen, from 0. */
  readonly cycle: number;
  /** False: they were seen before, and only the weights have moved since. */
  readonly fresh: boolean;
}

/** Looks of a run whose masks say nothing of when to look. */
const usualCount = 10;
/** A byte counts how often a weight was selected; of more selections every second, third, … to the last is looked at. */
const mostSelections = 250;

/** Every selection of a run, or ten steps evenly spread over one that makes none of its own; and the last step. */
export function momentsOf(
  { selections, prepare }: Pick<MethodRun, "selections" | "prepare">,
  maxSteps: number,
): readonly Moment[] {
  if (selections === undefined) {
    const count = Math.min(usualCount, maxSteps);
    return Array.from({ length: count }, (_, cycle) => {
      return { step: Math.floor(((cycle + 1) * maxSteps) / count), cycle, fresh: true };
    });
  }
  const count = selections.stats.shape[0] ?? 0;
  const every = Math.ceil(count / mostSelections);
  const moments: Moment[] = [];
  for (let cycle = (count - 1) % every; cycle < count; cycle += every) {
    const step = prepare === undefined ? selections.stepOf(cycle) : 0;
    moments.push({ step, cycle, fresh: true });
  }
  const last = moments.at(-1);
  if (last !== undefined && last.step < maxSteps) moments.push({ step: maxSteps, cycle: last.cycle, fresh: false });
  return moments;
}
