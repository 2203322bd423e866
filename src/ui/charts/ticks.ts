import { innerTicks, type Ticks } from "../../analysis/drawing/ticks.ts";

/** How every axis looks. */
const axisLook = {
  stroke: "var(--line-strong)",
  tickLine: false,
  tick: { fontSize: "var(--text-xs)", fill: "var(--ink-soft)" },
} as const;

/** A chart of steps that fills the width of its place; screen readers get words instead. */
export const stepChart = {
  responsive: true,
  "aria-hidden": true,
  margin: { top: 6, right: 10, bottom: 0, left: 0 },
  accessibilityLayer: false,
} as const;

/** The axis along the bottom of a chart of steps, which ends at `last`, with about `count` marks. */
export function stepAxis(last: number, count: number) {
  const ticks = innerTicks(0, last, count).ticks.filter((tick) => Number.isInteger(tick));
  return { ...axisLook, dataKey: "step", type: "number", domain: [0, last], ticks, minTickGap: 20 } as const;
}

/** The axis of a chart's values. */
export function valueAxis({ ticks, domain: [low, high] }: Ticks) {
  return { ...axisLook, axisLine: false, ticks: [...ticks], domain: [low, high] };
}
