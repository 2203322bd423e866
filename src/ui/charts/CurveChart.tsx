import { Area, CartesianGrid, ComposedChart, Line, ReferenceArea, Tooltip, XAxis, YAxis } from "recharts";
import type { CurveData } from "../../store/curves.ts";
import { formatNumber } from "../format.ts";
import type { MethodLooks } from "../palette.ts";
import { CurveTip } from "./CurveTip.tsx";
import classes from "./charts.module.css";
import { innerTicks, outerTicks } from "./ticks.ts";

interface CurveChartProps {
  readonly data: CurveData;
  readonly looks: MethodLooks;
  readonly height: number;
  /** Said to screen readers in place of the picture. */
  readonly label: string;
  readonly format?: (value: number) => string;
  /** Dots on every point: few points, as for evaluations. */
  readonly dots?: boolean;
}

const axis = {
  stroke: "var(--line-strong)",
  tickLine: false,
  tick: { fontSize: 11, fill: "var(--ink-soft)" },
} as const;

/** Lines over steps with bands, raw values behind and stage II shaded; hovering marks the same step in every chart. */
export function CurveChart(props: CurveChartProps) {
  const { data, looks, height, label, format = formatNumber, dots = false } = props;
  const last = data.lastStep;
  const x = innerTicks(0, Math.max(2, last), 6);
  const y = outerTicks(drawnValues(data), 4);
  const opacity = data.lines.length > 12 ? 0.55 : 1;
  return (
    <div className={classes.plot} role="img" aria-label={label}>
      <ComposedChart
        responsive
        style={{ width: "100%", height }}
        data={data.rows}
        margin={{ top: 6, right: 10, bottom: 0, left: 0 }}
        syncId="steps"
        syncMethod="value"
        accessibilityLayer={false}
      >
        <CartesianGrid vertical={false} stroke="var(--grid)" />
        <XAxis
          {...axis}
          dataKey="step"
          type="number"
          domain={[0, Math.max(2, last)]}
          ticks={x.ticks.filter((tick) => Number.isInteger(tick))}
          minTickGap={20}
        />
        <YAxis
          {...axis}
          axisLine={false}
          width={48}
          tickFormatter={format}
          ticks={[...y.ticks]}
          domain={[y.domain[0], y.domain[1]]}
          allowDataOverflow
        />
        {data.shades.map((shade) => (
          <ReferenceArea
            key={`${shade.method ?? ""}${shade.from}`}
            x1={shade.from - 0.5}
            x2={Math.min(shade.to + 0.5, last)}
            ifOverflow="hidden"
            fill={shade.method === null ? "var(--shade)" : looks(shade.method).color}
            fillOpacity={shade.method === null ? 0.07 : 0.06}
            stroke="none"
          />
        ))}
        {data.raw.map((raw) => (
          <Line
            key={raw.key}
            data={raw.points}
            dataKey="value"
            stroke={looks(raw.method).color}
            strokeOpacity={0.17}
            strokeWidth={1}
            dot={false}
            activeDot={false}
            isAnimationActive={false}
            tooltipType="none"
          />
        ))}
        {data.lines.map(({ band, method }) =>
          band === null ? null : (
            <Area
              key={band}
              dataKey={band}
              fill={looks(method).color}
              fillOpacity={0.13}
              stroke="none"
              activeDot={false}
              connectNulls
              isAnimationActive={false}
              tooltipType="none"
            />
          ),
        )}
        {data.lines.map(({ key, method }) => (
          <Line
            key={key}
            dataKey={key}
            stroke={looks(method).color}
            strokeWidth={2}
            strokeOpacity={opacity}
            strokeDasharray={looks(method).dash}
            dot={dots ? { r: 2.5, fill: looks(method).color, stroke: "var(--card)", strokeWidth: 1 } : false}
            activeDot={{ r: 4, stroke: "var(--card)", strokeWidth: 1.5, fill: looks(method).color }}
            connectNulls
            isAnimationActive={false}
          />
        ))}
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: "var(--line-strong)" }}
          content={({ active, label: step, payload }) => (
            <CurveTip
              active={active === true}
              step={step}
              row={payload[0]?.payload}
              lines={data.lines}
              looks={looks}
              format={format}
            />
          )}
        />
      </ComposedChart>
    </div>
  );
}

/** What the axis must hold: lines and bands. Raw values may run out of the picture, or noise would flatten the lines. */
function drawnValues(data: CurveData): number[] {
  const keys = data.lines.flatMap(({ key, band }) => (band === null ? [key] : [key, band]));
  return data.rows.flatMap((row) => keys.flatMap((key) => row[key] ?? []));
}
