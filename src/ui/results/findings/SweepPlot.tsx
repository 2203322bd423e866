import type { Box, Sweep, SweepGroup } from "../../../analysis/grids/sweep.ts";
import { hundredText, outerTicks } from "../../../analysis/drawing/ticks.ts";
import { formatScore } from "../../../core/format.ts";
import type { MethodLook } from "../../kit/palette.ts";
import { Marker } from "../../kit/marks/Marker.tsx";
import chartClasses from "../../charts/charts.module.css";

const height = 260;
const left = 44;
const bottom = 40;
const top = 8;

/** Quartiles of fewer seeds would be drawn from nothing. */
export const leastForBox = 5;

interface SweepPlotProps {
  readonly sweep: Sweep;
  readonly width: number;
  readonly look: (method: string) => MethodLook;
  readonly label: string;
  /** A value of the setting in a reader's words. */
  readonly word: (value: number) => string;
}

/** The boxes, with their axes. */
export function SweepPlot({ sweep, width, look, label, word }: SweepPlotProps) {
  const { groups, values, references } = sweep;
  const methods = [...new Set(groups.map(({ method }) => method))];
  const { domain, ticks, unit } = outerTicks(
    [...groups.flatMap(({ scores }) => scores), ...references.map(({ mean }) => mean)],
    5,
  );
  const [low, high] = domain;
  const y = (score: number): number => top + ((high - score) / (high - low)) * (height - top - bottom);
  const column = (width - left) / values.length;
  // Of very many values not all have room for their number.
  const every = Math.ceil(34 / column);
  const slot = Math.min(60, (column * 0.8) / methods.length);
  const x = ({ method, value }: SweepGroup): number =>
    left + column * (values.indexOf(value) + 0.5) + slot * (methods.indexOf(method) - (methods.length - 1) / 2);
  return (
    <svg
      className={chartClasses.drawing}
      width="100%"
      height={height}
      role="img"
      aria-label={describe(sweep, look, label, word)}
    >
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={left} x2={width} y1={y(tick)} y2={y(tick)} stroke="var(--grid)" />
          <text x={left - 8} y={y(tick) + 4} textAnchor="end" className={chartClasses.tick}>
            {hundredText(tick, unit)}
          </text>
        </g>
      ))}
      {values.map(
        (value, index) =>
          index % every === 0 && (
            <text
              key={value}
              x={left + column * (index + 0.5)}
              y={height - bottom + 16}
              textAnchor="middle"
              className={chartClasses.tick}
            >
              {word(value)}
            </text>
          ),
      )}
      <text x={left + (width - left) / 2} y={height - 6} textAnchor="middle" className={chartClasses.tick}>
        {label}
      </text>
      {references.map(({ method, mean }) => (
        <line
          key={method}
          x1={left}
          x2={width}
          y1={y(mean)}
          y2={y(mean)}
          stroke={look(method).color}
          strokeWidth={2}
          strokeDasharray={look(method).dash}
        />
      ))}
      {groups.map((group) => (
        <BoxMark
          key={`${group.method} ${group.value}`}
          group={group}
          x={x(group)}
          y={y}
          width={slot * 0.7}
          look={look(group.method)}
          word={word}
        />
      ))}
    </svg>
  );
}

interface BoxMarkProps {
  readonly group: SweepGroup;
  readonly x: number;
  readonly y: (score: number) => number;
  readonly width: number;
  readonly look: MethodLook;
  readonly word: (value: number) => string;
}

function BoxMark({ group, x, y, width, look, word }: BoxMarkProps) {
  const { box, scores } = group;
  return (
    <g stroke={look.color}>
      <title>{`${look.label} at ${word(group.value)}: median ${formatScore(box.median)} of ${scores.length} seeds`}</title>
      {scores.length >= leastForBox && <Quartiles box={box} x={x} y={y} width={width} look={look} />}
      <line x1={x - width / 2} x2={x + width / 2} y1={y(box.median)} y2={y(box.median)} strokeWidth={2.5} />
      {scores.map((score, index) => (
        <Marker
          // oxlint-disable-next-line react/no-array-index-key -- two seeds may have the same score
          key={index}
          look={look}
          x={x + ((index % 5) - 2) * Math.min(3, width / 8)}
          y={y(score)}
          radius={3}
        />
      ))}
    </g>
  );
}

/** The middle half of the seeds, with whiskers. */
function Quartiles({ box, x, y, width, look }: Omit<BoxMarkProps, "group" | "word"> & { readonly box: Box }) {
  const [q1, q3] = box.quartiles;
  const [from, to] = box.whiskers;
  const place = { x: x - width / 2, width, y: y(q3), height: Math.max(1, y(q1) - y(q3)), rx: 3 };
  return (
    <>
      <line x1={x} x2={x} y1={y(from)} y2={y(to)} strokeWidth={1.5} />
      <rect {...place} fill="var(--card)" stroke="none" />
      <rect {...place} fill={look.color} fillOpacity={0.2} strokeWidth={1.5} strokeDasharray={look.dash} />
    </>
  );
}

function describe(
  { groups }: Sweep,
  look: (method: string) => MethodLook,
  label: string,
  word: (value: number) => string,
): string {
  return groups
    .map(
      ({ method, value, box }) => `${look(method).label}, ${label} ${word(value)}: median ${formatScore(box.median)}`,
    )
    .join("; ");
}
