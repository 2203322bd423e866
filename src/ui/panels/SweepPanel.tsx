import { useElementSize } from "@mantine/hooks";
import { useMemo } from "react";
import { sweepOf } from "../../analysis/sweep.ts";
import type { Sweep, SweepGroup } from "../../analysis/sweep.ts";
import { useSelect } from "../app-context.ts";
import { ChartCard } from "../charts/ChartCard.tsx";
import chartClasses from "../charts/charts.module.css";
import { outerTicks } from "../charts/ticks.ts";
import { formatNumber, formatScore } from "../format.ts";
import { useMethodLooks } from "../palette.ts";
import type { MethodLook } from "../palette.ts";
import { useMetric } from "../use-metric.ts";
import classes from "./comparison.module.css";
import panelClasses from "./panels.module.css";
import { Swatch } from "./Swatch.tsx";

const height = 260;
const left = 44;
const bottom = 40;
const top = 8;

/** Box plots of several results over the setting that varies among them; methods without it as lines at their mean. */
export function SweepPanel() {
  const runs = useSelect((state) => state.sweep.runs);
  const resultCount = useSelect((state) => state.sweep.resultCount);
  const catalog = useSelect((state) => state.engine.catalog);
  const looks = useMethodLooks();
  const { metric } = useMetric();
  const { ref, width } = useElementSize();
  const sweep = useMemo(() => sweepOf(runs, metric.id), [runs, metric.id]);
  if (sweep === null || sweep.groups.length === 0) return null;
  const fields = catalog?.methods.flatMap((method) => method.fields) ?? [];
  const label = fields.find(({ id }) => id === sweep.field)?.label ?? sweep.field;
  const lines = sweep.references.map(
    (one) => `Dashed: ${looks(one.method).label}, mean of ${one.seedCount} seeds ${formatScore(one.mean)}`,
  );
  const few = sweep.groups.some(({ scores }) => scores.length < 5);
  const notes = [
    ...lines,
    ...(few ? ["Some boxes hold fewer than five seeds: dots, not their spread, are what is known."] : []),
  ];
  return (
    <ChartCard
      wide
      title={`${metric.label} by ${label.toLowerCase()}`}
      about={`${resultCount} results side by side; dev score × 100 after the last step; box: middle half of the seeds, line: median`}
      notes={notes}
      controls={
        <div className={classes.keys}>
          {[...new Set(sweep.groups.map(({ method }) => method))].map((method) => (
            <span key={method} className={panelClasses.named}>
              <Swatch look={looks(method)} /> {looks(method).label}
            </span>
          ))}
        </div>
      }
    >
      <div ref={ref}>
        <Plot sweep={sweep} width={Math.max(240, width)} look={looks} label={label} />
      </div>
    </ChartCard>
  );
}

interface PlotProps {
  readonly sweep: Sweep;
  readonly width: number;
  readonly look: (method: string) => MethodLook;
  readonly label: string;
}

function Plot({ sweep, width, look, label }: PlotProps) {
  const { groups, values, references } = sweep;
  const methods = [...new Set(groups.map(({ method }) => method))];
  const { domain, ticks } = outerTicks(
    [...groups.flatMap(({ scores }) => scores), ...references.map(({ mean }) => mean)],
    5,
  );
  const [low, high] = domain;
  const y = (score: number): number => top + ((high - score) / (high - low)) * (height - top - bottom);
  const column = (width - left) / values.length;
  const slot = Math.min(60, (column * 0.8) / methods.length);
  const x = ({ method, value }: SweepGroup): number =>
    left + column * (values.indexOf(value) + 0.5) + slot * (methods.indexOf(method) - (methods.length - 1) / 2);
  return (
    <svg
      className={chartClasses.spread}
      width="100%"
      height={height}
      role="img"
      aria-label={describe(sweep, look, label)}
    >
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={left} x2={width} y1={y(tick)} y2={y(tick)} stroke="var(--grid)" />
          <text x={left - 8} y={y(tick) + 4} textAnchor="end" className={chartClasses.tick}>
            {formatNumber(tick * 100)}
          </text>
        </g>
      ))}
      {values.map((value, index) => (
        <text
          key={value}
          x={left + column * (index + 0.5)}
          y={height - bottom + 16}
          textAnchor="middle"
          className={chartClasses.tick}
        >
          {formatNumber(value)}
        </text>
      ))}
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
          strokeDasharray="6 4"
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
}

function BoxMark({ group, x, y, width, look }: BoxMarkProps) {
  const { box, scores } = group;
  const [q1, q3] = box.quartiles;
  const [from, to] = box.whiskers;
  return (
    <g stroke={look.color}>
      <title>{`${look.label} at ${formatNumber(group.value)}: median ${formatScore(box.median)} of ${scores.length} seeds`}</title>
      <line x1={x} x2={x} y1={y(from)} y2={y(to)} strokeWidth={1.5} />
      <rect
        x={x - width / 2}
        width={width}
        y={y(q3)}
        height={Math.max(1, y(q1) - y(q3))}
        rx={3}
        fill="var(--card)"
        stroke="none"
      />
      <rect
        x={x - width / 2}
        width={width}
        y={y(q3)}
        height={Math.max(1, y(q1) - y(q3))}
        rx={3}
        fill={look.color}
        fillOpacity={0.2}
        strokeWidth={1.5}
        strokeDasharray={look.dash}
      />
      <line x1={x - width / 2} x2={x + width / 2} y1={y(box.median)} y2={y(box.median)} strokeWidth={2.5} />
      {scores.map((score, index) => (
        <circle
          // oxlint-disable-next-line react/no-array-index-key -- two seeds may have the same score
          key={index}
          cx={x + ((index % 5) - 2) * Math.min(3, width / 8)}
          cy={y(score)}
          r={2.5}
          fill={look.color}
          stroke="var(--card)"
          strokeWidth={0.75}
        />
      ))}
    </g>
  );
}

function describe({ groups }: Sweep, look: (method: string) => MethodLook, label: string): string {
  return groups
    .map(
      ({ method, value, box }) =>
        `${look(method).label}, ${label} ${formatNumber(value)}: median ${formatScore(box.median)}`,
    )
    .join("; ");
}
