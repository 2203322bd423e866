import { useMemo } from "react";
import { lastScores } from "../../analysis/replay/replay-text.ts";
import type { Replay } from "../../contract/replay.ts";
import { formatFixed } from "../../core/format.ts";
import type { MethodLooks } from "../../analysis/drawing/method-looks.ts";
import { fall, ramp, scaleOf, scoreAxis, type Room } from "./drawing.ts";
import classes from "./scenes.module.css";

interface SceneProps {
  readonly replay: Replay;
  readonly room: Room;
  readonly looks: MethodLooks;
  /** Seconds since the scene began. */
  readonly time: number;
}

/** The reference method's last scores, a dot a seed, falling onto their axis. */
export function SeedsScene({ replay, room: { width, height }, looks, time }: SceneProps) {
  const { dots, marks, low, high, top, axisY, radius } = useMemo(
    () => layOut(replay, width, height),
    [replay, width, height],
  );
  const { color } = looks(replay.reference);
  const measured = ramp(time, 1.9, 2.4);
  return (
    <g>
      <line x1={0} x2={width} y1={axisY} y2={axisY} className={classes.axis} />
      {marks.map(({ at, text }) => (
        <text key={text} x={at} y={axisY + 20} textAnchor="middle" className={classes.mark}>
          {text}
        </text>
      ))}
      <text x={width / 2} y={axisY + 40} textAnchor="middle" className={classes.label}>
        {replay.metric} on dev, {looks(replay.reference).label}, a dot a seed
      </text>
      {dots.map(({ seed, x, y }, index) => {
        const fallen = fall(time - 0.15 - (index / dots.length) * 1.1);
        return (
          <g key={seed} transform={`translate(${x} ${-radius + (y + radius) * fallen})`} opacity={fallen === 0 ? 0 : 1}>
            <circle r={radius} fill={color} className={classes.dot} />
            <text y={4} textAnchor="middle" className={classes.seed}>
              {seed}
            </text>
          </g>
        );
      })}
      <g opacity={measured} className={classes.range}>
        <path d={`M${low} ${top}v-8H${low + (high - low) * measured}v8`} />
        <text x={(low + high) / 2} y={top - 20} textAnchor="middle" className={classes.big}>
          {rangeText(replay)}
        </text>
      </g>
    </g>
  );
}

function rangeText(replay: Replay): string {
  const scores = lastScores(replay, replay.reference).map(({ score }) => score);
  return `${formatFixed((Math.max(...scores) - Math.min(...scores)) * 100, 1)} points`;
}

/** Dots stand side by side on their scores, one above another where there is no room. */
function layOut(replay: Replay, width: number, height: number) {
  const scores = lastScores(replay, replay.reference);
  const values = scores.map(({ score }) => score);
  const { domain, marks } = scoreAxis(Math.min(...values), Math.max(...values), width < 480 ? 4 : 8);
  const radius = width < 480 ? 10 : 17;
  const axisY = height * 0.72;
  const x = scaleOf(domain, [radius + 4, width - radius - 4]);
  const placed: { readonly seed: number; readonly x: number; readonly y: number }[] = [];
  for (const { seed, score } of scores) {
    let level = 0;
    const at = x(score);
    while (placed.some((dot) => dot.y === yOf(level) && Math.abs(dot.x - at) < 2 * radius + 1)) level++;
    placed.push({ seed, x: at, y: yOf(level) });
  }
  function yOf(level: number): number {
    return axisY - radius - 3 - level * (2 * radius + 2);
  }
  const [low, high] = [x(Math.min(...values)), x(Math.max(...values))];
  const top = Math.min(...placed.map(({ y }) => y)) - radius - 14;
  return { dots: placed, top, marks: marks.map(({ at, text }) => ({ at: x(at), text })), low, high, axisY, radius };
}
