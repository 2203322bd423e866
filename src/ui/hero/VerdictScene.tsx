import { useMemo } from "react";
import type { Replay } from "../../contract/replay.ts";
import { formatFixed } from "../../core/format.ts";
import { markerPath } from "../../analysis/drawing/marker.ts";
import { innerTicks } from "../../analysis/drawing/ticks.ts";
import type { MethodLooks } from "../../analysis/drawing/method-looks.ts";
import { ramp, scaleOf, type Room } from "./drawing.ts";
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
  const told = ramp(time, 4, 5);
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
      {replay.comparisons.map(({ method, seeds, differences, difference, interval }, row) => {
        const middle = each * (row + 0.5);
        const { color, label, shape } = looks(method);
        const limit = (value: number): number => Math.max(labelWidth, Math.min(width, x(value)));
        return (
          <g key={method}>
            <text
              x={0}
              y={labelWidth > 0 ? middle + 5 : middle - each / 2 + 13}
              className={classes.method}
              fill={color}
            >
              {label}
            </text>
            {interval !== null && (
              <rect
                x={limit(interval[0])}
                width={Math.max(0, limit(interval[1]) - limit(interval[0]))}
                y={middle - 3}
                height={6}
                rx={3}
                fill={color}
                opacity={0.45 * told}
              />
            )}
            {differences.map((one, index) => {
              const moved = ramp(time, 0.3 + index * 0.22, 1.4 + index * 0.22);
              return (
                <path
                  key={seeds[index]}
                  d={markerPath(
                    shape,
                    x(one * moved),
                    middle + ((index % 5) - 2) * Math.min(5, each / 11),
                    width < 480 ? 4 : 5.5,
                  )}
                  fill={color}
                  className={classes.paired}
                />
              );
            })}
            {difference !== null && (
              <rect
                x={limit(difference) - 1.5}
                width={3}
                y={middle - 15}
                height={30}
                rx={1.5}
                fill={color}
                opacity={told}
              />
            )}
          </g>
        );
      })}
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
