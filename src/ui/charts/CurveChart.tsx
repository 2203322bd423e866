import { VisuallyHidden } from "@mantine/core";
import { CartesianGrid, ComposedChart, ReferenceLine, Tooltip, XAxis, YAxis } from "recharts";
import { aboveZero } from "../../store/results/curve-rows.ts";
import type { CurveData } from "../../store/results/curves.ts";
import { formatNumber } from "../../core/format.ts";
import { useSelect } from "../app-context.ts";
import { useMethodLooks, type MethodLooks } from "../kit/palette.ts";
import { ChartCard, ChartWaiting } from "./ChartCard.tsx";
import { CurveTip } from "./CurveTip.tsx";
import { logFormat, logTicks, outerTicks, tickFormat } from "../../analysis/drawing/ticks.ts";
import { curveTable } from "./curves/curve-table.ts";
import { DragZoom } from "./curves/DragZoom.tsx";
import { heldValues } from "./curves/extent.ts";
import { Bands, Lines, rawAxis, RawLines, Shades } from "./curves/layers.tsx";
import { hiddenText, useAllHidden } from "./hidden.ts";
import { curveChart, valueAxis, xAxis } from "./ticks.ts";
import classes from "./charts.module.css";

interface CurveChartProps {
  readonly data: CurveData;
  readonly looks: MethodLooks;
  readonly height: number;
  /** Said to screen readers in place of the picture. */
  readonly label: string;
  readonly format?: (value: number) => string;
  /** What a value is multiplied by on the axis: 100 for scores. */
  readonly factor?: number;
  /** Dots on every point: few points, as for evaluations. */
  readonly dots?: boolean;
  /** Values by their logarithm; all of them are above zero. */
  readonly log: boolean;
  /** A line across, to see the others against, where it is near enough; null for none. */
  readonly reference?: CurveReference | null;
}

/** A value that no run has to reach, but every run should. */
export interface CurveReference {
  readonly value: number;
  readonly label: string;
}

interface CurveCardProps extends Omit<CurveChartProps, "looks" | "log"> {
  readonly title: string;
  readonly about: string;
  readonly notes?: readonly string[];
  /** Stands there until there are values. */
  readonly waiting?: string;
  /** Values that may be drawn by their logarithm, where a person wants that. */
  readonly logarithmic?: boolean;
}

/** Curves over the steps, epochs or seconds of the experiment, in the frame of every chart. */
export function CurveCard({ title, about, notes = [], waiting, logarithmic = false, ...chart }: CurveCardProps) {
  const looks = useMethodLooks();
  const wanted = useSelect((state) => state.view.log);
  const hidden = useAllHidden();
  const { data, log } = byLogarithm(chart.data, logarithmic && wanted);
  const empty = data.rows.length === 0;
  const text = hidden ? hiddenText : (waiting ?? "The first steps will show here.");
  return (
    <ChartCard
      title={title}
      about={about}
      notes={[...notes, ...(data.spreadEvenly ? [spreadNote] : [])]}
      table={empty ? null : () => curveTable(data, looks)}
      legend={[...new Set(data.lines.map(({ method }) => method))].map(looks)}
    >
      {empty ? <ChartWaiting text={text} /> : <CurveChart {...chart} data={data} log={log} looks={looks} />}
    </ChartCard>
  );
}

const spreadNote =
  "This result does not say when its steps were done: each run’s time is spread evenly over its steps.";

/** Without what is not above zero; the plain data where nothing is. */
function byLogarithm(data: CurveData, wanted: boolean): { readonly data: CurveData; readonly log: boolean } {
  const rows = wanted ? aboveZero(data.rows, data.lines) : [];
  if (rows.length === 0) return { data, log: false };
  const raw = data.raw.map((line) => ({ ...line, points: line.points.filter(({ value }) => value > 0) }));
  return { data: { ...data, rows, raw }, log: true };
}

/** Charts show the same place, or what they have nearest to it: scores are fewer than steps, seconds differ by chart. */
function nearestTick(
  ticks: readonly { readonly value: unknown }[],
  at: { readonly activeLabel?: string | number | undefined },
): number {
  const wanted = Number(at.activeLabel);
  const distances = ticks.map(({ value }) => Math.abs(Number(value) - wanted));
  return distances.indexOf(Math.min(...distances));
}

/** Lines with bands, raw values behind and stage II shaded; hovering marks the same place in every chart. */
function CurveChart({
  data,
  looks,
  height,
  label,
  format,
  factor = 1,
  dots = false,
  log,
  reference = null,
}: CurveChartProps) {
  const bottom = xAxis(data.ends, data.unit, 6);
  const values = heldValues(data, reference?.value ?? null);
  const plain = outerTicks(values, 4);
  const axis = log ? logTicks(values) : plain;
  const tick = log
    ? logFormat(axis)
    : tickFormat({ ticks: plain.ticks.map((one) => one * factor), unit: plain.unit * factor });
  // A hundredth of the distance of two marks is as much as an eye can tell.
  const read = log
    ? (value: number) => formatNumber(Number(value.toPrecision(3)))
    : tickFormat({ ticks: plain.ticks, unit: plain.unit / 100 });
  return (
    <div className={classes.plot}>
      <VisuallyHidden>{label}</VisuallyHidden>
      <ComposedChart
        {...curveChart}
        style={{ width: "100%", height }}
        data={[...data.rows]}
        syncId="curves"
        syncMethod={nearestTick}
      >
        <CartesianGrid vertical={false} stroke="var(--grid)" />
        <XAxis {...bottom} />
        <XAxis {...bottom} xAxisId={rawAxis} hide />
        <YAxis
          {...valueAxis(axis)}
          scale={log ? "log" : "linear"}
          width={48}
          tickFormatter={(value: number) => tick(value * factor)}
          allowDataOverflow
        />
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
        <DragZoom />
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: "var(--line-strong)" }}
          content={<CurveTip data={data} looks={looks} format={format ?? read} />}
        />
      </ComposedChart>
    </div>
  );
}
