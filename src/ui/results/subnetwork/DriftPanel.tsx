import type { DriftRow } from "../../../analysis/subnetwork/drift.ts";
import { formatNumber } from "../../../core/format.ts";
import { shortLayerWord } from "../../../analysis/subnetwork/words.ts";
import { matrixWord } from "../../../store/results/subnetwork/scene.ts";
import { Label, nameRoom } from "./draw.tsx";

interface DriftPanelProps {
  readonly rows: readonly DriftRow[];
  /** Where the axis ends: the largest of all stops, so that playing moves the marks and not the axis. */
  readonly most: number;
  /** What the method is held against; null: no run of this seed selects nothing. */
  readonly reference: string | null;
  readonly width: number;
}

const rowHeight = 24;
const top = 24;

export function driftHeight(rows: readonly DriftRow[]): number {
  return top + rows.length * rowHeight + 24;
}

/** A row's name: its layer, or its matrix where all are of one layer. */
export function driftName({ layer, matrix }: DriftRow): string {
  return matrix === null ? shortLayerWord(layer) : matrixWord(matrix);
}

const marks = {
  selected: { path: "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z", fill: "var(--stays)", stroke: "var(--card)" },
  leftOut: { path: "M-4 -4h8v8h-8z", fill: "var(--card)", stroke: "var(--stays)" },
  reference: { path: "M0 -5L5 0L0 5L-5 0z", fill: "var(--line-outside)", stroke: "var(--card)" },
} as const;

/** How far weights went from where they began: those that are selected, those left out, and a run that selects nothing. */
export function DriftPanel({ rows, most, reference, width }: DriftPanelProps) {
  const right = width - 12;
  const left = nameRoom(rows.map(driftName));
  const x = (value: number): number => left + (most <= 0 ? 0 : value / most) * (right - left);
  const bottom = top + rows.length * rowHeight;
  const keys = (["selected", "leftOut", "reference"] as const).filter(
    (key) => key !== "reference" || reference !== null,
  );
  const words = { selected: "selected", leftOut: "left out", reference: reference ?? "" };
  return (
    <g>
      {keys.map((key, at) => (
        <g key={key}>
          <Mark of={key} x={6 + at * 84} y={8} />
          <Label x={16 + at * 84} y={12}>
            {words[key]}
          </Label>
        </g>
      ))}
      {rows.map((row, at) => {
        const y = top + (at + 0.5) * rowHeight;
        return (
          <g key={driftName(row)}>
            <Label x={0} y={y + 4}>
              {driftName(row)}
            </Label>
            <line x1={left} x2={right} y1={y} y2={y} stroke="var(--grid)" />
            {keys.map((key) => {
              const value = row[key];
              if (value === null || !Number.isFinite(value)) return null;
              return (
                <Mark
                  key={key}
                  of={key}
                  x={x(value)}
                  y={y}
                  title={`${driftName(row)}, ${words[key]}: ${formatNumber(value)}`}
                />
              );
            })}
          </g>
        );
      })}
      <line x1={left} x2={right} y1={bottom} y2={bottom} stroke="var(--line-strong)" />
      {[0, 0.5, 1].map((share) => (
        <Label
          key={share}
          x={x(most * share)}
          y={bottom + 16}
          anchor={share === 0 ? "start" : share === 1 ? "end" : "middle"}
        >
          {formatNumber(Number((most * share).toPrecision(2)))}
        </Label>
      ))}
    </g>
  );
}

interface MarkProps {
  readonly of: keyof typeof marks;
  readonly x: number;
  readonly y: number;
  readonly title?: string;
}

function Mark({ of, x, y, title }: MarkProps) {
  const { path, fill, stroke } = marks[of];
  return (
    <path
      d={path}
      transform={`translate(${x.toFixed(1)} ${y})`}
      fill={fill}
      stroke={stroke}
      strokeWidth={of === "leftOut" ? 1.6 : 1}
    >
      {title !== undefined && <title>{title}</title>}
    </path>
  );
}
