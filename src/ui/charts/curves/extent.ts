import { extentOf } from "../../../core/extent.ts";
import type { CurveData } from "../../../store/results/curves.ts";

/** What the axis must hold: what is drawn, and a value to see it against where that does not flatten the lines. */
export function heldValues(data: CurveData, reference: number | null): number[] {
  const drawn = drawnValues(data);
  return reference !== null && isNear(reference, drawn) ? [...drawn, reference] : drawn;
}

/** No farther from what is drawn than that is from itself. */
function isNear(value: number, drawn: readonly number[]): boolean {
  const [low, high] = extentOf(drawn);
  return value >= low - (high - low) && value <= high + (high - low);
}

/** Lines, bands, and most of the raw values; the few beyond would flatten the lines. */
function drawnValues(data: CurveData): number[] {
  const { rows, lines, raw } = data;
  const drawn = rows.flatMap((row) => lines.flatMap(({ key }) => row[key] ?? [])).flat();
  const bands = rows.flatMap((row) => lines.flatMap(({ band }) => (band === null ? [] : (row[band] ?? [])))).flat();
  // A mean minus its deviation may lie below zero; a value that never does needs no axis there.
  const floor = drawn.every((value) => value >= 0) ? 0 : -Infinity;
  const behind = raw.flatMap(({ points }) => middleOf(points.map((point) => point.value)));
  return [...drawn, ...bands.map((value) => Math.max(floor, value)), ...behind];
}

/** The ends of the middle nine tenths. */
function middleOf(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor(sorted.length * 0.05)];
  const high = sorted[Math.ceil(sorted.length * 0.95) - 1];
  return low === undefined || high === undefined ? [] : [low, high];
}
