/** Outlines about (0, 0) within a circle of radius 1, as corners; the circle itself has none. Areas are about the same. */
const outlines = {
  circle: [],
  square: corners(4, 1.15, 45),
  triangle: corners(3, 1.3, -90),
  diamond: corners(4, 1.3, 0),
  down: corners(3, 1.3, 90),
  plus: cross(0),
  star: star(),
  times: cross(45),
  right: corners(3, 1.3, 0),
  left: corners(3, 1.3, 180),
} as const satisfies Readonly<Record<string, readonly Corner[]>>;

type Corner = readonly [number, number];

/** The shape of a dot. */
export type MarkerShape = keyof typeof outlines;

/** All shapes, those that are easiest to tell apart first. */
export const markerShapes: readonly MarkerShape[] = [
  "circle",
  "square",
  "triangle",
  "diamond",
  "down",
  "plus",
  "star",
  "times",
  "right",
  "left",
];

/** The outline of a dot at (x, y), as large as a circle of that radius, for the `d` of a path. */
export function markerPath(shape: MarkerShape, x: number, y: number, radius: number): string {
  const at = (value: number): string => String(Number(value.toFixed(2)));
  const points: readonly Corner[] = outlines[shape];
  if (points.length === 0) {
    const arc = `a${at(radius)},${at(radius)} 0 1,0`;
    return `M${at(x - radius)},${at(y)}${arc} ${at(2 * radius)},0${arc} ${at(-2 * radius)},0Z`;
  }
  return `M${points.map(([dx, dy]) => `${at(x + dx * radius)},${at(y + dy * radius)}`).join("L")}Z`;
}

function corners(count: number, reach: number, turn: number): readonly Corner[] {
  return Array.from({ length: count }, (_, index) => onCircle(turn + (360 * index) / count, reach));
}

function star(): readonly Corner[] {
  return Array.from({ length: 10 }, (_, index) => onCircle(-90 + 36 * index, index % 2 === 0 ? 1.5 : 0.62));
}

/** A cross of two bars, turned by so many degrees. */
function cross(turn: number): readonly Corner[] {
  const [long, wide] = [1.3, 0.42];
  const [reach, tilt] = [Math.hypot(long, wide), (Math.atan2(wide, long) * 180) / Math.PI];
  return [0, 90, 180, 270].flatMap((arm) => [
    onCircle(turn + arm - tilt, reach),
    onCircle(turn + arm + tilt, reach),
    onCircle(turn + arm + 45, wide * Math.SQRT2),
  ]);
}

function onCircle(degrees: number, reach: number): Corner {
  const angle = (degrees * Math.PI) / 180;
  return [Math.cos(angle) * reach, Math.sin(angle) * reach];
}
