import { useMemo } from "react";
import type { Replay } from "../../contract/replay.ts";
import { formatFixed } from "../../core/format.ts";
import { markerPath } from "../../analysis/drawing/marker.ts";
import { innerTicks } from "../../analysis/drawing/ticks.ts";
import type { MethodLook, MethodLooks } from "../../analysis/drawing/method-looks.ts";
import { ramp, scaleOf, type Room, type Scale } from "./drawing.ts";
import classes from "./scenes.module.css";

interface SceneProps {
  readonly replay: Replay;
  readonly room: Room;
  readonly looks: MethodLooks;
  /** Seconds since the scene began. */
  readonly time: number;
}

const bottom = 24;

/** Every method against the reference: a dot a seed moves from zero to its difference; then mean and interval. */
export function VerdictScene({ replay, room, looks, time }: SceneProps) {
  const { width, height } = room;
  const { x, ticks, unit, labelWidth } = useMemo(() => layOut(replay, room), [replay, room]);
  const each = (height - bottom) / Math.max(1, replay.comparisons.length);
  return (
    <g>
      {ticks.map((tick) => (
        <g key={tick}>
          <line
            x1={x(tick)}
            x2={x(tick)}
            y1={0}
            y2={height - bottom}
            className={tick === 0 ? classes.zero : classes.grid}
          />
          <text x={x(tick)} y={height - 6} textAnchor="middle" className={classes.mark}>
            {tick > 0 && "+"}
            {formatFixed(tick * 100, unit < 0.0099 ? 1 : 0)}
          </text>
        </g>
      ))}
      <text x={0} y={height - 6} className={classes.label}>
        {labelWidth > 0 && `points over ${looks(replay.reference).label}`}
      </text>
      {replay.comparisons.map((record, row) => (
        <Method
          key={record.method}
          record={record}
          look={looks(record.method)}
          time={time}
          place={{ x, width, labelWidth, each, middle: each * (row + 0.5) }}
        />
      ))}
    </g>
  );
}

interface MethodProps {
  readonly record: Replay["comparisons"][number];
  readonly look: MethodLook;
  readonly time: number;
  /** Where its row stands; `each`: how high it is. */
  readonly place: {
    readonly x: Scale;
    readonly width: number;
    readonly labelWidth: number;
    readonly each: number;
    readonly middle: number;
  };
}

function Method({ record, look, time, place: { x, width, labelWidth, each, middle } }: MethodProps) {
  const { seeds, differences, difference, interval } = record;
  const told = ramp(time, 4, 5);
  const limit = (value: number): number => Math.max(labelWidth, Math.min(width, x(value)));
  const [from, to] = interval === null ? [0, 0] : [limit(interval[0]), limit(interval[1])];
  const spread = Math.min(5, each / 11);
  return (
    <g fill={look.color}>
      <text x={0} y={labelWidth > 0 ? middle + 5 : middle - each / 2 + 13} className={classes.method}>
        {look.label}
      </text>
      <rect x={from} width={Math.max(0, to - from)} y={middle - 3} height={6} rx={3} opacity={0.45 * told} />
      {differences.map((one, index) => {
        const moved = ramp(time, 0.3 + index * 0.22, 1.4 + index * 0.22);
        const y = middle + ((index % 5) - 2) * spread;
        const d = markerPath(look.shape, x(one * moved), y, width < 480 ? 4 : 5.5);
        return <path key={seeds[index]} d={d} className={classes.paired} />;
      })}
      {difference !== null && (
        <rect x={limit(difference) - 1.5} width={3} y={middle - 15} height={30} rx={1.5} opacity={told} />
      )}
    </g>
  );
}

/** One axis for all rows: it holds zero and every seed. */
function layOut({ comparisons }: Replay, { width }: Room) {
  const values = comparisons.flatMap(({ differences, interval }) => [...differences, ...(interval ?? [])]);
  const most = Math.max(0.005, ...comparisons.flatMap(({ differences }) => differences.map(Math.abs))) * 2.5;
  const low = Math.max(-most, Math.min(-0.005, ...values));
  const high = Math.min(most, Math.max(0.005, ...values));
  const room = (high - low) * 0.06;
  const { domain, ticks, unit } = innerTicks(low - room, high + room, width < 480 ? 4 : 8);
  const labelWidth = width < 560 ? 0 : 130;
  return { x: scaleOf(domain, [labelWidth + 8, width - 8]), ticks, unit, labelWidth };
}
