import { memo, useId, useMemo } from "react";
import { markerPath } from "../../analysis/drawing/marker.ts";
import type { Replay } from "../../contract/replay.ts";
import { formatFixed, formatWhole } from "../../core/format.ts";
import type { MethodLooks } from "../../analysis/drawing/method-looks.ts";
import { meanCurves, pathOf, scaleOf, scoreAxis, valueAt, type Room, type Scale } from "./drawing.ts";
import classes from "./scenes.module.css";

interface SceneProps {
  readonly replay: Replay;
  readonly room: Room;
  readonly looks: MethodLooks;
  /** How many steps are done, with a fraction. */
  readonly step: number;
}

const left = 34;
const right = 12;
const bottom = 24;

/** Every run's score as it grows, thin; each method's mean, strong; stage II shaded. */
export function CurvesScene({ replay, room, looks, step }: SceneProps) {
  const clip = useId();
  const means = useMemo(() => meanCurves(replay), [replay]);
  const { x, y, marks } = useMemo(() => layOut(replay, room), [replay, room]);
  return (
    <g>
      <defs>
        <clipPath id={clip}>
          <rect x={0} y={-10} width={Math.max(0, x(step))} height={room.height + 20} />
        </clipPath>
      </defs>
      <Frame replay={replay} room={room} x={x} y={y} marks={marks} />
      <g clipPath={`url(#${clip})`}>
        <Shades replay={replay} room={room} x={x} />
        <Lines replay={replay} means={means} looks={looks} x={x} y={y} />
      </g>
      {means.map(({ method, points }) => {
        const value = valueAt(points, step);
        return (
          value !== null && (
            <path
              key={method}
              d={markerPath(looks(method).shape, x(step), y(value), 5)}
              fill={looks(method).color}
              className={classes.dot}
            />
          )
        );
      })}
    </g>
  );
}

interface PartProps {
  readonly replay: Replay;
  readonly room: Room;
  readonly x: Scale;
}

const Frame = memo(function Frame({
  replay,
  room: { width, height },
  y,
  marks,
}: PartProps & { readonly y: Scale; readonly marks: readonly { at: number; text: string }[] }) {
  const { guess, metric, stepCount } = replay;
  return (
    <>
      {marks.map(({ at, text }) => (
        <g key={text}>
          <line x1={left} x2={width - right} y1={y(at)} y2={y(at)} className={classes.grid} />
          <text x={left - 8} y={y(at) + 4} textAnchor="end" className={classes.mark}>
            {text}
          </text>
        </g>
      ))}
      {guess !== null && (
        <>
          <line x1={left} x2={width - right} y1={y(guess)} y2={y(guess)} className={classes.chance} />
          <text x={width - right} y={y(guess) - 6} textAnchor="end" className={classes.mark}>
            {width < 480 ? "guessing" : "guessing the commonest answer"}: {formatFixed(guess * 100, 1)}
          </text>
        </>
      )}
      <text x={left} y={height - 5} className={classes.label}>
        {metric} on dev
      </text>
      <text x={width - right} y={height - 5} textAnchor="end" className={classes.label}>
        step {formatWhole(stepCount)}
      </text>
    </>
  );
});

const Shades = memo(function Shades({ replay, room, x }: PartProps) {
  return (replay.selection?.updates ?? []).map(([from, to]) => (
    <rect
      key={from}
      x={x(from - 1)}
      y={0}
      width={x(to) - x(from - 1)}
      height={room.height - bottom}
      className={classes.shade}
    />
  ));
});

const Lines = memo(function Lines({
  replay,
  means,
  looks,
  x,
  y,
}: Omit<PartProps, "room"> & {
  readonly means: ReturnType<typeof meanCurves>;
  readonly looks: MethodLooks;
  readonly y: Scale;
}) {
  return (
    <g fill="none">
      {replay.curves.map(({ method, seed, points }) => (
        <path
          key={`${method} ${seed}`}
          d={pathOf(points, x, y)}
          stroke={looks(method).color}
          className={classes.thin}
        />
      ))}
      {means.map(({ method, points }) => (
        <path
          key={method}
          d={pathOf(points, x, y)}
          stroke={looks(method).color}
          strokeDasharray={looks(method).dash}
          className={classes.strong}
        />
      ))}
    </g>
  );
});

function layOut({ curves, guess, stepCount }: Replay, { width, height }: Room) {
  const values = [
    ...curves.flatMap(({ points }) => points.map(([, value]) => value)),
    ...(guess === null ? [] : [guess]),
  ];
  const { domain, marks } = scoreAxis(Math.min(...values), Math.max(...values), height < 180 ? 3 : 5);
  return {
    x: scaleOf([0, stepCount], [left, width - right]),
    y: scaleOf(domain, [height - bottom, 4]),
    marks,
  };
}
