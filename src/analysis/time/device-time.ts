import type { RunRecord, StepRecord, TimeMark } from "../../contract/run.ts";
import type { Point } from "./curves.ts";

/** Between two marks lies at least this share of the steps so far: ten thousand steps make some 300 marks. */
const markDistance = 0.02;

/** Notes what a run's elapsedMs was after these steps, in place of the latest mark where that is close to the one before. */
export function noteTime(times: TimeMark[], steps: readonly Pick<StepRecord, "step">[], elapsedMs: number): void {
  const step = steps.at(-1)?.step;
  if (step === undefined) return;
  const [before, latest] = times.slice(-2);
  if (before !== undefined && latest !== undefined && latest.step - before.step < step * markDistance) times.pop();
  times.push({ step, elapsedMs });
}

/** What says when a run's steps were done. */
type TimedRun = Pick<RunRecord, "times" | "openMs" | "elapsedMs"> & {
  readonly steps: readonly Pick<StepRecord, "step">[];
};

/**
 * Seconds that a run had the device for until a step was done, without its opening and with the scoring before it; 0 at
 * step 0. Between marks, and over the whole of a run without any, time is spread evenly.
 */
export function secondsUntil({ times, openMs, elapsedMs, steps }: TimedRun): (step: number) => number {
  const last = steps.at(-1)?.step ?? 0;
  const known: readonly TimeMark[] = times.length > 0 || last === 0 ? times : [{ step: last, elapsedMs }];
  const marks: readonly TimeMark[] = [{ step: 0, elapsedMs: openMs }, ...known];
  return (step) => {
    const at = Math.max(1, firstNotBelow(marks, step));
    const [from, to] = [marks[at - 1], marks[Math.min(at, marks.length - 1)]];
    if (from === undefined || to === undefined) return 0;
    const share = to.step > from.step ? (step - from.step) / (to.step - from.step) : 0;
    return (from.elapsedMs + Math.min(1, share) * (to.elapsedMs - from.elapsedMs) - openMs) / 1000;
  };
}

/** Index of the first mark at or after a step; the number of marks where there is none. */
function firstNotBelow(marks: readonly TimeMark[], step: number): number {
  let [low, high] = [0, marks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((marks[middle]?.step ?? 0) < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A curve's values at the given ascending seconds, on straight lines between its points; NaN before its first. After its
 * last point a run that `holds` has the model that it ended with and keeps that value, another has NaN.
 */
export function valuesAtSeconds(
  points: readonly Point[],
  until: (step: number) => number,
  seconds: readonly number[],
  holds: boolean,
): number[] {
  const known = points
    .filter(({ value }) => Number.isFinite(value))
    .map(({ step, value }) => ({ at: until(step), value }));
  let next = 0;
  return seconds.map((second) => {
    while (next < known.length && (known[next]?.at ?? 0) < second) next++;
    const [before, after] = [known[next - 1], known[next]];
    if (after === undefined) return holds ? (before?.value ?? Number.NaN) : Number.NaN;
    if (after.at === second) return after.value;
    if (before === undefined) return Number.NaN;
    return before.value + ((second - before.at) / (after.at - before.at)) * (after.value - before.value);
  });
}

/** `count` seconds evenly from one to another, both among them. */
export function evenSeconds(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + ((to - from) * index) / Math.max(1, count - 1));
}
