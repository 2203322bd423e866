import { Area, Line, ReferenceArea } from "recharts";
import type { CurveData } from "../../../store/results/curves.ts";
import { Marker } from "../../kit/marks/Marker.tsx";
import type { MethodLook, MethodLooks } from "../../kit/palette.ts";

interface LayerProps {
  readonly data: CurveData;
  readonly looks: MethodLooks;
}

/** Stage II, behind all else. */
export function Shades({ data, looks }: LayerProps) {
  return data.shades.map((shade) => (
    <ReferenceArea
      key={`${shade.method ?? ""}${shade.from}`}
      x1={shade.from}
      x2={shade.to}
      ifOverflow="hidden"
      fill={shade.method === null ? "var(--shade)" : looks(shade.method).color}
      fillOpacity={0.07}
      stroke="none"
    />
  ));
}

/** The axis of the raw values: with one of their own, hovering finds the rows of the lines alone. */
export const rawAxis = "raw";

/** Values before smoothing, faint. */
export function RawLines({ data, looks }: LayerProps) {
  return data.raw.map(({ key, method, points }) => (
    <Line
      key={key}
      xAxisId={rawAxis}
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

/** Mean ± standard deviation over seeds; its edges have the method's dash. */
export function Bands({ data, looks }: LayerProps) {
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

/** Means, or a line a seed. `dots`: on every point, else at the end only. */
export function Lines({ data, looks, dots }: LayerProps & { readonly dots: boolean }) {
  const opacity = data.lines.length > 12 ? 0.55 : 1;
  return data.lines.map(({ key, method }) => {
    const only = dots ? null : lastIndexOf(data.rows, key);
    return (
      <Line
        key={key}
        dataKey={key}
        stroke={looks(method).color}
        strokeWidth={2}
        strokeOpacity={opacity}
        strokeDasharray={looks(method).dash}
        dot={(place: DotPlace) => <Dot key={place.index} place={place} look={looks(method)} only={only} />}
        activeDot={(place: DotPlace) => <Dot place={place} look={looks(method)} only={null} radius={4.5} />}
        connectNulls
        isAnimationActive={false}
      />
    );
  });
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
