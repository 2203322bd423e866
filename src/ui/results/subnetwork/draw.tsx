import type { ReactNode } from "react";

interface LabelProps {
  readonly x: number;
  readonly y: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly strong?: boolean;
  readonly color?: string;
  readonly children: ReactNode;
}

/** Small text in a drawing. What it looks like stands in attributes, so that a picture file has it too. */
export function Label({ x, y, anchor = "start", strong = false, color, children }: LabelProps) {
  return (
    <text
      x={x}
      y={y}
      textAnchor={anchor}
      fill={color ?? (strong ? "var(--ink)" : "var(--ink-soft)")}
      fontWeight={strong ? 600 : 400}
      style={{ fontSize: "var(--text-xs)" }}
    >
      {children}
    </text>
  );
}

/** Room of names at the left. */
export function nameRoom(names: readonly string[]): number {
  return Math.min(140, Math.max(...names.map(({ length }) => length)) * 7 + 14);
}

/** Marks on an axis of shares from 0: the largest of a few round distances that gives at least two of them. */
export function shareTicks(most: number): readonly number[] {
  const unit = [0.5, 0.25, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001].find((one) => most / one >= 2.5) ?? 0.001;
  return Array.from({ length: Math.floor(most / unit + 1e-9) + 1 }, (_, at) => at * unit);
}

/** Places along an axis that keep their order and stand at least `distance` apart, as near as can be to where they belong. */
export function spreadOut(places: readonly number[], distance: number, low: number, high: number): readonly number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  let least = low;
  for (const one of order) {
    one.place = Math.max(one.place, least);
    least = one.place + distance;
  }
  let most = high;
  for (const one of order.toReversed()) {
    one.place = Math.min(one.place, most);
    most = one.place - distance;
  }
  return order.sort((a, b) => a.index - b.index).map(({ place }) => place);
}
