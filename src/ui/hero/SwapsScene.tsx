import { useId, useMemo } from "react";
import type { ReplaySelection } from "../../contract/replay.ts";
import { formatShare } from "../../core/format.ts";
import { innerTicks } from "../../analysis/drawing/ticks.ts";
import { pathOf, scaleOf, valueAt, type Room } from "./drawing.ts";
import classes from "./scenes.module.css";

interface SceneProps {
  readonly selection: ReplaySelection;
  readonly room: Room;
  /** Which selection, from 1 for the second, with a fraction. */
  readonly at: number;
}

const left = 40;
const bottom = 24;

/** The share of the selected weights that each selection swapped, a line a layer, against that of a random choice. */
export function SwapsScene({ selection, room, at }: SceneProps) {
  const clip = useId();
  const { width, height } = room;
  const right = width < 480 ? 56 : 70;
  const { x, y, ticks, lines, chance } = useMemo(() => layOut(selection, room, right), [selection, room, right]);
  return (
    <g>
      <defs>
        <clipPath id={clip}>
          <rect x={0} y={-10} width={Math.max(0, x(at))} height={height + 20} />
        </clipPath>
      </defs>
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={left} x2={width - right} y1={y(tick)} y2={y(tick)} className={classes.grid} />
          <text x={left - 8} y={y(tick) + 4} textAnchor="end" className={classes.mark}>
            {formatShare(tick)}
          </text>
        </g>
      ))}
      <line x1={left} x2={width - right} y1={y(chance)} y2={y(chance)} className={classes.chance} />
      <text x={left + 4} y={y(chance) - 7} className={classes.mark}>
        a random choice: {formatShare(chance)}
      </text>
      <text x={left} y={height - 5} className={classes.label}>
        {width < 480 ? "swapped at each selection" : "swapped since the selection before"}
      </text>
      <text x={width - right} y={height - 5} textAnchor="end" className={classes.label}>
        {width < 480 ? "" : `selection ${selection.steps.length}`}
      </text>
      {lines.map(({ layer, points, opacity, labelY }) => {
        const value = valueAt(points, at);
        return (
          <g key={layer} className={classes.swap} opacity={opacity}>
            <path d={pathOf(points, x, y)} fill="none" clipPath={`url(#${clip})`} />
            {value !== null && <circle cx={x(at)} cy={y(value)} r={4.5} />}
            {at >= selection.steps.length - 1.05 && (
              <text x={width - right + 10} y={labelY} className={classes.end}>
                layer {layer + 1}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

function layOut({ swapped, keptShare, steps }: ReplaySelection, { width, height }: Room, right: number) {
  const chance = 1 - keptShare;
  const most = Math.max(chance, ...swapped.flatMap(({ shares }) => shares)) * 1.18;
  const x = scaleOf([1, Math.max(2, steps.length - 1)], [left, width - right]);
  const y = scaleOf([0, most], [height - bottom, 6]);
  const { ticks } = innerTicks(0, most, height < 180 ? 3 : 4);
  const ends: number[] = [];
  const lines = swapped.map(({ layer, shares }, index) => {
    const points = shares.map((share, at) => [at + 1, share] as const);
    return { layer, points, opacity: 1 - (0.6 * index) / Math.max(1, swapped.length), end: y(shares.at(-1) ?? 0) + 4 };
  });
  // Labels of lines that end close together are moved apart, from the top down.
  const placed = new Map<number, number>();
  for (const { layer, end } of [...lines].sort((a, b) => a.end - b.end)) {
    const at = Math.max(end, (ends.at(-1) ?? -Infinity) + 15);
    ends.push(at);
    placed.set(layer, at);
  }
  const over = Math.max(0, (ends.at(-1) ?? 0) - (height - bottom));
  return {
    x,
    y,
    ticks,
    chance,
    lines: lines.map(({ end, ...line }) => ({ ...line, labelY: (placed.get(line.layer) ?? end) - over })),
  };
}
