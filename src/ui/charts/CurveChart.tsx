import { VisuallyHidden } from "@mantine/core";
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceLine,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import type { CurveData } from "../../store/results/curves.ts";
import { formatNumber } from "../../core/format.ts";
import { Marker } from "../kit/marks/Marker.tsx";
import { useMethodLooks, type MethodLook, type MethodLooks } from "../kit/palette.ts";
import { ChartCard, ChartWaiting } from "./ChartCard.tsx";
import { CurveTip } from "./CurveTip.tsx";
import { outerTicks } from "../../analysis/drawing/ticks.ts";
import { stepAxis, stepChart, valueAxis } from "./ticks.ts";
import classes from "./charts.module.css";

interface CurveChartProps {
  readonly data: CurveData;
  readonly looks: MethodLooks;
  readonly height: number;
  /** Said to screen readers in place of the picture. */
  readonly label: string;
  readonly format?: (value: number) => string;
  /** Dots on every point: few points, as for evaluations. */
  readonly dots?: boolean;
  /** A line across, to see the others against, where it is near enough; null for none. */
  readonly reference?: CurveReference | null;
}

/** A value that no run has to reach, but every run should. */
export interface CurveReference {
  readonly value: number;
  readonly label: string;
}

interface CurveCardProps extends Omit<CurveChartProps, "looks"> {
  readonly title: string;
  readonly about: string;
  readonly notes?: readonly string[];
  /** Stands there until there are values. */
  readonly waiting?: string;
}

/** Curves over the steps of the experiment, in the frame of every chart. */
export function CurveCard({ title, about, notes = [], waiting, ...chart }: CurveCardProps) {
  const looks = useMethodLooks();
  return (
    <ChartCard title={title} about={about} notes={notes}>
      {chart.data.rows.length === 0 ? (
        <ChartWaiting text={waiting ?? "The first steps will show here."} />
      ) : (
        <CurveChart {...chart} looks={looks} />
      )}
    </ChartCard>
  );
}

/** Lines over steps with bands, raw values behind and stage II shaded; hovering marks the same step in every chart. */
function CurveChart({
  data,
  looks,
  height,
  label,
  format = formatNumber,
  dots = false,
  reference = null,
}: CurveChartProps) {
  const drawn = drawnValues(data);
  const held = reference !== null && isNear(reference.value, drawn) ? [...drawn, reference.value] : drawn;
  return (
    <div className={classes.plot}>
      <VisuallyHidden>{label}</VisuallyHidden>
      <ComposedChart
        {...stepChart}
        style={{ width: "100%", height }}
        data={data.rows}
        syncId="steps"
        syncMethod="value"
      >
        <CartesianGrid vertical={false} stroke="var(--grid)" />
        <XAxis {...stepAxis(Math.max(2, data.lastStep), 6)} />
        <YAxis {...valueAxis(outerTicks(held, 4))} width={48} tickFormatter={format} allowDataOverflow />
        <Shades data={data} looks={looks} />
        {reference !== null && (
          <ReferenceLine
            y={reference.value}
            stroke="var(--ink-soft)"
            strokeDasharray="2 4"
            label={{ value: reference.label, position: "insideBottomRight", className: classes.reference ?? "" }}
          />
        )}
        <RawLines data={data} looks={looks} />
        <Bands data={data} looks={looks} />
        <Lines data={data} looks={looks} dots={dots} />
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: "var(--line-strong)" }}
          content={<CurveTip lines={data.lines} looks={looks} format={format} />}
        />
      </ComposedChart>
    </div>
  );
}

type LayerProps = Pick<CurveChartProps, "data" | "looks">;

function Shades({ data, looks }: LayerProps) {
  return data.shades.map((shade) => (
    <ReferenceArea
      key={`${shade.method ?? ""}${shade.from}`}
      x1={shade.from - 0.5}
      x2={Math.min(shade.to + 0.5, data.lastStep)}
      ifOverflow="hidden"
      fill={shade.method === null ? "var(--shade)" : looks(shade.method).color}
      fillOpacity={0.07}
      stroke="none"
    />
  ));
}

function RawLines({ data, looks }: LayerProps) {
  return data.raw.map(({ key, method, points }) => (
    <Line
      key={key}
      data={points}
      dataKey="value"
      stroke={looks(method).color}
      strokeOpacity={0.17}
      strokeWidth={1}
      dot={false}
      activeDot={false}
      isAnimationActive={false}
      tooltipType="none"
    />
  ));
}

function Bands({ data, looks }: LayerProps) {
  return data.lines.map(({ band, method }) =>
    band === null ? null : (
      <Area
        key={band}
        dataKey={band}
        fill={looks(method).color}
        fillOpacity={0.13}
        stroke={looks(method).color}
        strokeOpacity={0.35}
        strokeDasharray={looks(method).dash}
        activeDot={false}
        connectNulls
        isAnimationActive={false}
        tooltipType="none"
      />
    ),
  );
}

function Lines({ data, looks, dots }: LayerProps & { readonly dots: boolean }) {
  const opacity = data.lines.length > 12 ? 0.55 : 1;
  return data.lines.map(({ key, method }) => (
    <Line
      key={key}
      dataKey={key}
      stroke={looks(method).color}
      strokeWidth={2}
      strokeOpacity={opacity}
      strokeDasharray={looks(method).dash}
      dot={(place: DotPlace) => (
        <Dot key={place.index} place={place} look={looks(method)} only={dots ? null : lastIndexOf(data.rows, key)} />
      )}
      activeDot={(place: DotPlace) => <Dot place={place} look={looks(method)} only={null} radius={4.5} />}
      connectNulls
      isAnimationActive={false}
    />
  ));
}

/** Where the chart puts a dot, and of which row. */
interface DotPlace {
  readonly cx?: number | undefined;
  readonly cy?: number | undefined;
  readonly index?: number | undefined;
}

interface DotProps {
  readonly place: DotPlace;
  readonly look: MethodLook;
  /** The only row that gets one: a line of many points is marked at its end. null: all of them. */
  readonly only: number | null;
  readonly radius?: number;
}

function Dot({ place: { cx, cy, index }, look, only, radius = 3.5 }: DotProps) {
  if (typeof cx !== "number" || typeof cy !== "number" || (only !== null && only !== index)) return null;
  return <Marker look={look} x={cx} y={cy} radius={radius} />;
}

function lastIndexOf(rows: CurveData["rows"], key: string): number {
  return rows.findLastIndex((row) => typeof row[key] === "number");
}

/** What the axis must hold: lines, bands, and most of the raw values; the few beyond would flatten the lines. */
function drawnValues(data: CurveData): number[] {
  const keys = data.lines.flatMap(({ key, band }) => (band === null ? [key] : [key, band]));
  const drawn = data.rows.flatMap((row) => keys.flatMap((key) => row[key] ?? []));
  return [...drawn, ...data.raw.flatMap(({ points }) => middleOf(points.map((point) => point.value)))];
}

/** Whether the axis can hold it without flattening the lines: no farther from them than they are from each other. */
function isNear(value: number, drawn: readonly number[]): boolean {
  const [low, high] = [Math.min(...drawn), Math.max(...drawn)];
  return value >= low - (high - low) && value <= high + (high - low);
}

/** The ends of the middle nine tenths. */
function middleOf(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor(sorted.length * 0.05)];
  const high = sorted[Math.ceil(sorted.length * 0.95) - 1];
  return low === undefined || high === undefined ? [] : [low, high];
}
