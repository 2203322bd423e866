import { Label, nameRoom } from "./draw.tsx";

/** Runs against runs. */
export interface OverlapTable {
  /** Seeds, or methods. */
  readonly names: readonly string[];
  /** Jaccard index of the last masks; null where it was not measured. */
  readonly values: readonly (readonly (number | null)[])[];
  /** What two random masks of the same shares would have. */
  readonly chance: readonly (readonly number[])[];
  /** Which of the names is on show. */
  readonly chosen: number;
}

interface OverlapPanelProps {
  readonly table: OverlapTable;
  readonly width: number;
}

const cellHeight = 26;

export function overlapHeight({ names }: OverlapTable): number {
  return 20 + names.length * cellHeight + 4;
}

/** How alike the last selections of some runs are, in numbers; coloured by how far that is above chance. */
export function OverlapPanel({ table: { names, values, chance, chosen }, width }: OverlapPanelProps) {
  const room = nameRoom(names);
  const wide = Math.min(64, (width - room - 2) / names.length);
  return (
    <g>
      {names.map((name, at) => (
        <g key={name}>
          <Label x={room - 8} y={20 + at * cellHeight + 17} anchor="end" strong={at === chosen}>
            {name}
          </Label>
          <Label x={room + (at + 0.5) * wide} y={13} anchor="middle" strong={at === chosen}>
            {wide >= name.length * 6.2 ? name : at + 1}
          </Label>
        </g>
      ))}
      {values.map((row, at) =>
        row.map((value, other) => (
          <OverlapCell
            key={`${names[at]} ${names[other]}`}
            x={room + other * wide}
            y={20 + at * cellHeight}
            wide={wide}
            value={value}
            chance={chance[at]?.[other] ?? 0}
            same={at === other}
          />
        )),
      )}
    </g>
  );
}

interface OverlapCellProps {
  readonly x: number;
  readonly y: number;
  readonly wide: number;
  readonly value: number | null;
  readonly chance: number;
  readonly same: boolean;
}

function OverlapCell({ x, y, wide, value, chance, same }: OverlapCellProps) {
  const above = value === null ? 0 : Math.min(1, Math.max(0, (value - chance) / (1 - chance)));
  const fill =
    same || value === null
      ? "var(--sunk)"
      : `color-mix(in oklab, var(--more) ${(100 * above).toFixed(0)}%, var(--as-chance))`;
  return (
    <g>
      <rect x={x} y={y} width={wide - 2} height={cellHeight - 2} rx={3} fill={fill} />
      {wide >= 25 && (
        <Label
          x={x + (wide - 2) / 2}
          y={y + 16}
          anchor="middle"
          color={above > 0.55 && !same ? "var(--card)" : same ? "var(--ink-soft)" : "var(--ink)"}
        >
          {same ? "–" : value === null ? "?" : value.toFixed(2).replace(/^0/, "")}
        </Label>
      )}
    </g>
  );
}
