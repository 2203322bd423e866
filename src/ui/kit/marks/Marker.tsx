import type { MethodLook } from "../palette.ts";
import { markerPath } from "../../../analysis/drawing/marker.ts";

interface MarkerProps {
  readonly look: Pick<MethodLook, "color" | "shape">;
  readonly x: number;
  readonly y: number;
  readonly radius?: number;
  /** An outline only: not the last word. */
  readonly hollow?: boolean;
  /** What hovering says. */
  readonly title?: string;
}

/** A dot in a method's colour and shape, within an svg. */
export function Marker({ look: { color, shape }, x, y, radius = 4, hollow = false, title }: MarkerProps) {
  return (
    <path
      d={markerPath(shape, x, y, radius)}
      fill={hollow ? "var(--card)" : color}
      stroke={hollow ? color : "var(--card)"}
      strokeWidth={hollow ? 1.5 : 0.75}
      strokeLinejoin="round"
    >
      {title !== undefined && <title>{title}</title>}
    </path>
  );
}

/** The same dot on its own, in the flow of text or wherever it is put. */
export function MarkerIcon({ look, radius = 4, title }: Omit<MarkerProps, "x" | "y">) {
  const size = 3 * radius + 2;
  return (
    <svg width={size} height={size} viewBox={`0 0 ${size} ${size}`} aria-hidden style={{ flex: "none" }}>
      <Marker look={look} x={size / 2} y={size / 2} radius={radius} {...(title !== undefined && { title })} />
    </svg>
  );
}
