import { useElementSize } from "@mantine/hooks";
import { scoreGroups, type ScoreGroup } from "../../store/results/scores.ts";
import { useSelect } from "../app-context.ts";
import { formatScore, formatSpread } from "../../core/format.ts";
import { useMethodLooks, type MethodLook, type MethodLooks } from "../kit/palette.ts";
import { Marker } from "../kit/marks/Marker.tsx";
import { useMetric } from "../results/use-metric.ts";
import { useShownRuns } from "../results/use-shown.ts";
import type { ChartTable } from "./card/chart-table.ts";
import { ChartCard, ChartWaiting } from "./ChartCard.tsx";
import { seedTicks } from "../../analysis/drawing/score-ticks.ts";
import { hundredText } from "../../analysis/drawing/ticks.ts";
import { hiddenText, useAllHidden } from "./hidden.ts";
import classes from "./charts.module.css";

/** Few methods get taller rows, so that the chart fills its place. */
function rowHeightFor(count: number): number {
  return Math.min(84, Math.max(52, 230 / count));
}

const margin = 14;

/** Last score of every seed as dots, with each method's mean and standard deviation: how much luck there is in a seed. */
export function SpreadChart() {
  const runs = useShownRuns();
  const hidden = useSelect((state) => state.view.hidden);
  const looks = useMethodLooks();
  const { metric } = useMetric();
  const { ref, width } = useElementSize();
  const allHidden = useAllHidden();
  const groups = scoreGroups(runs, metric.id, hidden);
  const rowHeight = rowHeightFor(groups.length);
  const scale = scaleOf(groups, Math.max(120, width));
  return (
    <ChartCard
      title="Every seed"
      about={`last ${metric.set === null ? "dev " : ""}${metric.label} × 100; line: mean, bar: ± standard deviation`}
      table={groups.length === 0 ? null : () => tableOf(groups, looks, metric.label)}
    >
      <div ref={ref}>
        {groups.length === 0 ? (
          <ChartWaiting text={allHidden ? hiddenText : "A dot for every seed will show here."} />
        ) : (
          <svg
            className={classes.drawing}
            width="100%"
            height={groups.length * rowHeight + 24}
            role="img"
            aria-label={describe(groups, looks)}
          >
            {scale.ticks.map((tick) => (
              <g key={tick}>
                <line
                  x1={scale.x(tick)}
                  x2={scale.x(tick)}
                  y1={0}
                  y2={groups.length * rowHeight}
                  stroke="var(--grid)"
                />
                <text x={scale.x(tick)} y={groups.length * rowHeight + 16} textAnchor="middle" className={classes.tick}>
                  {hundredText(tick, scale.unit)}
                </text>
              </g>
            ))}
            {groups.map((group, index) => (
              <Strip key={group.method} group={group} look={looks(group.method)} y={index * rowHeight} x={scale.x} />
            ))}
          </svg>
        )}
      </div>
    </ChartCard>
  );
}

function tableOf(groups: readonly ScoreGroup[], looks: MethodLooks, metric: string): ChartTable {
  return {
    columns: ["Method", "Seed", `Last ${metric} × 100`, "State"],
    rows: groups.flatMap(({ method, scores }) =>
      scores.map(({ seed, score, ended }) => [looks(method).label, seed, score * 100, ended ? "completed" : "so far"]),
    ),
  };
}

interface StripProps {
  readonly group: ScoreGroup;
  readonly look: MethodLook;
  readonly y: number;
  readonly x: (score: number) => number;
}

function Strip({ group, look, y, x }: StripProps) {
  const middle = y + 33;
  const { mean, std } = group;
  return (
    <g>
      <text x={margin - 10} y={y + 13} className={classes.stripName}>
        {look.label}
        <tspan className={classes.stripValue}> {formatSpread(mean, std)}</tspan>
      </text>
      {mean !== null && std !== null && (
        <rect
          x={x(mean - std)}
          width={Math.max(1, x(mean + std) - x(mean - std))}
          y={middle - 9}
          height={18}
          rx={4}
          fill={look.color}
          fillOpacity={0.14}
          stroke={look.color}
          strokeOpacity={0.6}
          strokeDasharray={look.dash}
        />
      )}
      {mean !== null && (
        <line x1={x(mean)} x2={x(mean)} y1={middle - 12} y2={middle + 12} stroke={look.color} strokeWidth={2} />
      )}
      {group.scores.map((one, index) => (
        <Marker
          key={one.seed}
          look={look}
          x={x(one.score)}
          y={middle + ((index % 5) - 2) * 2.6}
          hollow={!one.ended}
          title={`${look.label}, seed ${one.seed}: ${formatScore(one.score)}${one.ended ? "" : " so far"}`}
        />
      ))}
    </g>
  );
}

interface Scale {
  readonly x: (score: number) => number;
  readonly ticks: readonly number[];
  readonly unit: number;
}

function scaleOf(groups: readonly ScoreGroup[], width: number): Scale {
  const values = groups.flatMap(({ scores, mean, std }) => {
    const spread = mean === null || std === null ? [] : [mean - std, mean + std];
    return [...scores.map((one) => one.score), ...spread];
  });
  const { domain, ticks, unit } = seedTicks(values, Math.max(2, Math.floor(width / 90)));
  const [from, to] = domain;
  const x = (score: number): number => margin + ((score - from) / (to - from)) * (width - 2 * margin);
  return { x, ticks, unit };
}

function describe(groups: readonly ScoreGroup[], looks: MethodLooks): string {
  return groups
    .map(
      (group) =>
        `${looks(group.method).label}: ${formatSpread(group.mean, group.std)} over ${group.scores.length} seeds`,
    )
    .join("; ");
}
