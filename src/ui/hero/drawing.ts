import type { Replay } from "../../contract/replay.ts";
import { bandOver, unionOfSteps, type Point } from "../../analysis/time/curves.ts";
import { innerTicks } from "../../analysis/drawing/ticks.ts";

/** Room for a scene's picture, in CSS pixels. */
export interface Room {
  readonly width: number;
  readonly height: number;
}

/** From a quantity to a place on the picture. */
export type Scale = (value: number) => number;

/** A straight scale from one interval to another. */
export function scaleOf([from, to]: readonly [number, number], [start, end]: readonly [number, number]): Scale {
  const width = to === from ? 1 : to - from;
  return (value) => start + ((value - from) / width) * (end - start);
}

/** 0 before `from`, 1 after `to`, smoothly between. */
export function ramp(time: number, from: number, to: number): number {
  const share = Math.min(1, Math.max(0, (time - from) / (to - from)));
  return share * share * (3 - 2 * share);
}

/** How far something has fallen, 0 to 1, with a small bounce at the end; `time` in seconds since it was let go. */
export function fall(time: number): number {
  if (time <= 0) return 0;
  if (time < 0.45) return (time / 0.45) ** 2;
  if (time < 0.7) return 1 - 0.14 * (1 - ((time - 0.575) / 0.125) ** 2);
  return 1;
}

/** "M0 1L2 3" through the places of points. */
export function pathOf(points: readonly (readonly [number, number])[], x: Scale, y: Scale): string {
  return points
    .map(([at, value], index) => `${index === 0 ? "M" : "L"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`)
    .join("");
}

/** The curve's value at a step between its points; null before the first. */
export function valueAt(points: readonly (readonly [number, number])[], step: number): number | null {
  const after = points.findIndex(([at]) => at >= step);
  const [here, before] = [points[after === -1 ? points.length - 1 : after], points[after - 1]];
  if (here === undefined) return null;
  if (after === -1 || here[0] === step) return here[1];
  if (before === undefined) return null;
  return before[1] + ((step - before[0]) / (here[0] - before[0])) * (here[1] - before[1]);
}

/** Mean over seeds of each method's curves. */
export function meanCurves({ curves, methods }: Replay): readonly {
  readonly method: string;
  readonly points: readonly (readonly [number, number])[];
}[] {
  return methods.map(({ id }) => {
    const own = curves
      .filter(({ method }) => method === id)
      .map(({ points }) => points.map(([step, value]): Point => ({ step, value })));
    return { method: id, points: bandOver(own, unionOfSteps(own)).map(({ step, mean }) => [step, mean] as const) };
  });
}

/** An axis over scores × 100: its ends as scores, and marks with their texts. */
export function scoreAxis(
  low: number,
  high: number,
  count: number,
): { readonly domain: readonly [number, number]; readonly marks: readonly { at: number; text: string }[] } {
  const room = (high - low) * 0.08 + 1e-6;
  const { ticks, unit } = innerTicks((low - room) * 100, (high + room) * 100, count);
  const decimals = unit < 0.99 ? 1 : 0;
  return {
    domain: [low - room, high + room],
    marks: ticks.map((tick) => ({ at: tick / 100, text: tick.toFixed(decimals).replace("-", "−") })),
  };
}
