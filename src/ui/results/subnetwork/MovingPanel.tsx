import { layerWord, shareText, shortLayerWord } from "../../../analysis/subnetwork/words.ts";
import type { Movement } from "../../../analysis/subnetwork/movement.ts";
import { layerColor } from "../../../analysis/drawing/layer-color.ts";
import { Label, shareTicks, spreadOut } from "./draw.tsx";

interface MovingPanelProps {
  readonly movement: readonly Movement[];
  /** Share that a fresh random mask would swap. */
  readonly chance: number;
  /** Cycle on show, from 0. */
  readonly cycle: number | null;
  /** Layer whose line is drawn strongly. */
  readonly chosen: number | null;
  readonly width: number;
}

export const movingHeight = 212;

const frame = { left: 40, top: 18, bottom: 176 };
/** More lines are named by a scale of their colours. */
const mostNamed = 7;
const shapes = ["circle", "square", "diamond", "triangle"] as const;

interface LineData {
  readonly layer: number | null;
  readonly points: readonly { readonly cycle: number; readonly swapped: number }[];
}

function linesOf(movement: readonly Movement[]): readonly LineData[] {
  const layers = [...new Set(movement.flatMap(({ layers }) => layers.map(({ layer }) => layer)))];
  return layers.map((layer) => ({
    layer,
    points: movement.flatMap(({ cycle, layers }) => {
      const own = layers.find((one) => one.layer === layer);
      return own === undefined ? [] : [{ cycle, swapped: own.swapped }];
    }),
  }));
}

/** Share of the selection that each cycle swapped, a line a layer, against a fresh random mask. */
export function MovingPanel({ movement, chance, cycle, chosen, width }: MovingPanelProps) {
  const lines = linesOf(movement);
  const layerCount = lines.filter(({ layer }) => layer !== null).length;
  const named = lines.length <= mostNamed;
  const right = width - (named ? 92 : 14);
  const first = movement[0]?.cycle ?? 0;
  const last = Math.max(movement.at(-1)?.cycle ?? 1, first + 1);
  const most = Math.max(chance, ...movement.flatMap(({ layers }) => layers.map(({ swapped }) => swapped))) * 1.06;
  const x = (at: number): number => frame.left + 14 + ((at - first) / (last - first)) * (right - frame.left - 28);
  const y = (share: number): number => frame.bottom - (share / most) * (frame.bottom - frame.top);
  const every = Math.ceil((last - first + 1) / Math.max(2, Math.floor((right - frame.left) / 34)));
  return (
    <g>
      <Axis most={most} right={right} y={y} />
      {movement.map(({ cycle: at }) =>
        (at - first) % every === 0 ? (
          <Label key={at} x={x(at)} y={frame.bottom + 16} anchor="middle" strong={at === cycle}>
            {at + 1}
          </Label>
        ) : null,
      )}
      <Label x={right} y={frame.bottom + 32} anchor="end">
        cycle
      </Label>
      {cycle !== null && cycle >= first && cycle <= last && (
        <line
          x1={x(cycle)}
          x2={x(cycle)}
          y1={frame.top}
          y2={frame.bottom}
          stroke="var(--line-strong)"
          strokeWidth={9}
          strokeOpacity={0.35}
        />
      )}
      <line x1={frame.left} x2={right} y1={y(chance)} y2={y(chance)} stroke="var(--ink)" strokeDasharray="5 4" />
      <Label x={frame.left} y={frame.top - 7} anchor="start" color="var(--ink)">
        chance: {shareText(chance)} (a fresh random mask)
      </Label>
      {lines.map((line, index) => (
        <LayerLine
          key={line.layer}
          line={line}
          shape={shapes[index % shapes.length] ?? "circle"}
          strong={line.layer === chosen}
          {...{ layerCount, x, y }}
        />
      ))}
      {named ? (
        <Names lines={lines} layerCount={layerCount} at={right + 6} y={y} chosen={chosen} />
      ) : (
        <Scale layerCount={layerCount} />
      )}
    </g>
  );
}

interface AxisProps {
  readonly most: number;
  readonly right: number;
  readonly y: (share: number) => number;
}

function Axis({ most, right, y }: AxisProps) {
  return shareTicks(most).map((tick) => (
    <g key={tick}>
      <line x1={frame.left} x2={right} y1={y(tick)} y2={y(tick)} stroke="var(--grid)" />
      <Label x={frame.left - 6} y={y(tick) + 4} anchor="end">
        {Math.round(tick * 1000) / 10} %
      </Label>
    </g>
  ));
}

interface LayerLineProps {
  readonly line: LineData;
  readonly shape: (typeof shapes)[number];
  readonly strong: boolean;
  readonly layerCount: number;
  readonly x: (cycle: number) => number;
  readonly y: (share: number) => number;
}

function LayerLine({ line: { layer, points }, shape, strong, layerCount, x, y }: LayerLineProps) {
  const color = layerColor(layer, layerCount);
  const path = points.map(
    ({ cycle, swapped }, at) => `${at === 0 ? "M" : "L"}${x(cycle).toFixed(1)} ${y(swapped).toFixed(1)}`,
  );
  return (
    <g>
      <path d={path.join("")} fill="none" stroke={color} strokeWidth={strong ? 3 : 1.75} strokeLinejoin="round" />
      {points.length <= 40 &&
        points.map(({ cycle, swapped }) => (
          <Marker
            key={cycle}
            shape={shape}
            x={x(cycle)}
            y={y(swapped)}
            color={color}
            title={`${layerWord(layer)}, cycle ${cycle + 1}: ${shareText(swapped)} swapped`}
          />
        ))}
    </g>
  );
}

interface MarkerProps {
  readonly shape: (typeof shapes)[number];
  readonly x: number;
  readonly y: number;
  readonly color: string;
  readonly title?: string;
}

const outlines = {
  circle: "M-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0 -7.2 0z",
  square: "M-3.2 -3.2h6.4v6.4h-6.4z",
  diamond: "M0 -4.6L4.6 0L0 4.6L-4.6 0z",
  triangle: "M0 -4.4L4.2 3.4H-4.2z",
};

function Marker({ shape, x, y, color, title }: MarkerProps) {
  return (
    <path
      d={outlines[shape]}
      transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`}
      fill={color}
      stroke="var(--card)"
      strokeWidth={1}
    >
      {title !== undefined && <title>{title}</title>}
    </path>
  );
}

interface NamesProps {
  readonly lines: readonly LineData[];
  readonly layerCount: number;
  readonly at: number;
  readonly y: (share: number) => number;
  readonly chosen: number | null;
}

/** At the ends of the lines, pushed apart where they would lie on one another. */
function Names({ lines, layerCount, at, y, chosen }: NamesProps) {
  const ends = lines.map(({ points }) => y(points.at(-1)?.swapped ?? 0) + 4);
  const places = spreadOut(ends, 14, frame.top + 6, frame.bottom + 2);
  return lines.map(({ layer }, index) => (
    <g key={layer}>
      <Marker
        shape={shapes[index % shapes.length] ?? "circle"}
        x={at + 5}
        y={(places[index] ?? 0) - 4}
        color={layerColor(layer, layerCount)}
      />
      <Label x={at + 13} y={places[index] ?? 0} strong={layer === chosen}>
        {shortLayerWord(layer)}
      </Label>
    </g>
  ));
}

function Scale({ layerCount }: { readonly layerCount: number }) {
  const y = frame.bottom + 24;
  return (
    <g>
      <Label x={frame.left} y={y + 8}>
        Layer 1
      </Label>
      {Array.from({ length: layerCount }, (_, layer) => (
        <rect
          key={layer}
          x={frame.left + 46 + layer * 9}
          y={y}
          width={9.3}
          height={9}
          fill={layerColor(layer, layerCount)}
        />
      ))}
      <Label x={frame.left + 52 + layerCount * 9} y={y + 8}>
        Layer {layerCount}
      </Label>
    </g>
  );
}
