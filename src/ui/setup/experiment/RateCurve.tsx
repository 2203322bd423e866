import { useId } from "react";
import { rateCurve, suggestedRate, type RatePoint } from "../../../analysis/rates/rate-finder.ts";
import type { RateTrial } from "../../../contract/engine/rates.ts";
import { formatFixed, formatNumber } from "../../../core/format.ts";
import { ScrollRegion } from "../../kit/ScrollRegion.tsx";
import textClasses from "../../kit/text.module.css";
import classes from "./RateFinder.module.css";

/** Of the drawing, in its own units. */
const [width, height, left, bottom, top] = [360, 150, 34, 22, 10] as const;

/** The loss over the learning rate: every step faintly, their moving average, and the rate it speaks for. */
export function RateCurve({ trials }: { readonly trials: readonly RateTrial[] }) {
  const titleId = useId();
  const points = rateCurve(trials).filter(({ loss }) => Number.isFinite(loss));
  const place = placeOf(points);
  if (place === null) return null;
  const { x, y, low, high, decades } = place;
  const rate = suggestedRate(trials);
  const line = points.map(({ rate: at, smoothed }) => `${x(at)},${y(smoothed)}`).join(" ");
  return (
    <figure className={classes.figure} aria-labelledby={titleId}>
      <figcaption id={titleId} className={textClasses.hint}>
        Loss over the learning rate; line: moving average{rate !== null && `, dashed: ${formatNumber(rate)}`}
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} className={classes.curve} aria-hidden>
        {[low, high].map((value) => (
          <g key={value}>
            <line className={classes.grid} x1={left} x2={width} y1={y(value)} y2={y(value)} />
            <text x={left - 5} y={y(value) + 3} textAnchor="end">
              {formatFixed(value, 2)}
            </text>
          </g>
        ))}
        {decades.map((decade) => (
          <text key={decade} x={x(decade)} y={height - 6} textAnchor="middle">
            {formatNumber(decade)}
          </text>
        ))}
        {points.map((point) => (
          <circle key={point.rate} cx={x(point.rate)} cy={y(point.loss)} r={1.6} />
        ))}
        <polyline points={line} />
        {rate !== null && <line className={classes.mark} x1={x(rate)} x2={x(rate)} y1={top} y2={height - bottom} />}
      </svg>
      <details>
        <summary className={textClasses.hint}>As a table</summary>
        <CurveTable points={points} />
      </details>
    </figure>
  );
}

interface Place {
  readonly x: (rate: number) => number;
  readonly y: (loss: number) => number;
  readonly low: number;
  readonly high: number;
  /** Powers of ten among the rates. */
  readonly decades: readonly number[];
}

/** Where points lie; null for fewer than two. What is far above the first losses is drawn at the upper end. */
function placeOf(points: readonly RatePoint[]): Place | null {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return null;
  const [from, to] = [Math.log10(first.rate), Math.log10(last.rate)];
  const low = Math.min(...points.map(({ smoothed }) => smoothed));
  const fall = first.smoothed - low;
  const most = Math.max(...points.map(({ smoothed }) => smoothed));
  const high = Math.max(low + 0.01, Math.min(most, first.smoothed + Math.max(fall, 0.1)));
  const decades = Array.from({ length: Math.floor(to) - Math.ceil(from) + 1 }, (_, at) => 10 ** (Math.ceil(from) + at));
  return {
    x: (rate) => left + 8 + ((Math.log10(rate) - from) / (to - from)) * (width - left - 20),
    y: (loss) => top + (1 - Math.min(1.05, Math.max(-0.05, (loss - low) / (high - low)))) * (height - bottom - top),
    low,
    high,
    decades,
  };
}

function CurveTable({ points }: { readonly points: readonly RatePoint[] }) {
  return (
    <ScrollRegion label="Loss by learning rate">
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">Rate</th>
            <th scope="col">Loss</th>
            <th scope="col">Average</th>
          </tr>
        </thead>
        <tbody>
          {points.map(({ rate, loss, smoothed }) => (
            <tr key={rate}>
              <th scope="row">{rate.toExponential(1)}</th>
              <td>{formatFixed(loss, 4)}</td>
              <td>{formatFixed(smoothed, 4)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
