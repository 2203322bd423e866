import { marksAt, niceUnit, tickText, type Ticks } from "../../analysis/drawing/ticks.ts";
import type { XUnit } from "../../store/results/view.ts";

/** How every axis looks. */
const axisLook = {
  stroke: "var(--line-strong)",
  tickLine: false,
  tick: { fontSize: "var(--text-xs)", fill: "var(--ink-soft)" },
} as const;

/** Seconds between two marks that a clock has a word for. */
const clockUnits = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

function unitOf(rough: number, x: XUnit): number {
  if (x === "step") return Math.max(1, niceUnit(rough));
  const clock = x === "second" && rough > 1 ? clockUnits.find((unit) => unit >= rough * (1 - 1e-9)) : undefined;
  return clock ?? niceUnit(rough);
}

/** A chart of curves that fills the width of its place; screen readers get words and a table instead. */
export const curveChart = {
  responsive: true,
  "aria-hidden": true,
  margin: { top: 6, right: 10, bottom: 0, left: 0 },
  accessibilityLayer: false,
} as const;

/** For the dot at the end of a line. */
const endRoom = 6;

/** The axis along the bottom of a chart of curves, between two ends, with about `count` marks. */
export function xAxis([from, to]: readonly [number, number], unit: XUnit, count: number) {
  const distance = unitOf((to - from) / Math.max(1, count), unit);
  const { ticks } = marksAt(from, to, distance);
  const tickFormatter = (value: number): string =>
    unit === "second" ? clockText(value, distance) : tickText(value, distance);
  const ends = { domain: [from, to], ticks: [...ticks], tickFormatter };
  return {
    ...axisLook,
    dataKey: "x",
    type: "number",
    allowDataOverflow: true,
    minTickGap: 20,
    padding: { right: endRoom },
    ...ends,
  } as const;
}

/** The axis of a chart's values; all of its marks are written alike. */
export function valueAxis({ ticks, domain: [low, high] }: Pick<Ticks, "ticks" | "domain">) {
  return { ...axisLook, axisLine: false, ticks: [...ticks], domain: [low, high] };
}

/** 90 as "90 s", "1.5 min" where the marks lie minutes apart, "2 h" where hours. */
function clockText(seconds: number, unit: number): string {
  if (seconds === 0) return "0 s";
  if (unit < 60) return `${tickText(seconds, unit)} s`;
  const [size, name] = unit < 3600 ? [60, "min"] : [3600, "h"];
  return `${Number((seconds / size).toFixed(2))} ${name}`;
}
