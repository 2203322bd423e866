import { densityColor } from "../../../analysis/drawing/density-color.ts";
import { layerWord, pointsText, shareText } from "../../../analysis/subnetwork/words.ts";
import {
  cellName,
  colourStep,
  colourSteps,
  type CellDensity,
  type LayerDensities,
} from "../../../analysis/subnetwork/density.ts";
import { headParts, type PlaceCell } from "../../../analysis/subnetwork/cells.ts";
import { Label } from "./draw.tsx";

/** What the cells are drawn from. */
export interface WhereData {
  readonly layers: readonly LayerDensities[];
  /** Deviation at the ends of the colours. */
  readonly limit: number;
  /** Kept share of a random mask. */
  readonly share: number;
}

interface WherePanelProps extends WhereData {
  readonly width: number;
  /** The cell that is looked at closely. */
  readonly chosen: { readonly layer: number; readonly cell: PlaceCell } | null;
}

/** A list of cells side by side. */
interface Strip {
  readonly kind: PlaceCell["kind"];
  readonly x: number;
  readonly width: number;
  /** Between two heads. */
  readonly gap: number;
  /** Cells that stand together between two gaps. */
  readonly together: number;
}

interface Places {
  readonly strips: readonly Strip[];
  readonly top: number;
  readonly cellHeight: number;
  readonly pitch: number;
  readonly height: number;
}

const labelWidth = 58;
/** Narrower drawings show heads alone. */
const headsOnlyBelow = 520;

/** Where everything stands in a drawing of this width. */
export function wherePlaces({ layers }: Pick<WhereData, "layers">, width: number): Places {
  const [first] = layers;
  const count = layers.length;
  const cellHeight = count <= 4 ? 30 : count <= 12 ? 20 : 14;
  const pitch = cellHeight + (count <= 4 ? 10 : 4);
  const top = 38;
  const room = width - labelWidth;
  const cells = first?.heads.length ?? 0;
  const headCount = cells / headParts.length;
  const gap = headCount <= 4 ? 12 : headCount <= 8 ? 6 : 3;
  const alone = width < headsOnlyBelow;
  const headsWidth = alone ? room : Math.min(cells * 32 + Math.max(0, headCount - 1) * gap, room * 0.36);
  const heads: Strip = { kind: "head", x: labelWidth, width: headsWidth, gap, together: headParts.length };
  const rest = room - headsWidth - 40;
  const neurons: Strip = { kind: "neurons", x: labelWidth + headsWidth + 20, width: rest * 0.62, gap: 0, together: 1 };
  const dims: Strip = { kind: "dims", x: neurons.x + neurons.width + 20, width: rest * 0.38, gap: 0, together: 1 };
  return { strips: alone ? [heads] : [heads, neurons, dims], top, cellHeight, pitch, height: top + count * pitch };
}

/** Cells of a strip. */
function cellsIn(layer: LayerDensities, kind: PlaceCell["kind"]): readonly (CellDensity | null)[] {
  return kind === "head" ? layer.heads : layer[kind];
}

/** Left end and width of a cell. */
function cellPlace({ x, width, gap, together }: Strip, count: number, index: number): readonly [number, number] {
  const gaps = gap === 0 ? 0 : Math.max(0, Math.ceil(count / together) - 1);
  const cell = (width - gaps * gap) / Math.max(1, count);
  return [x + index * cell + Math.floor(index / together) * gap, cell];
}

/** The cell under a point of the drawing; null where there is none. */
export function cellAt(
  data: WhereData,
  width: number,
  x: number,
  y: number,
): { readonly layer: number; readonly one: CellDensity } | null {
  const { strips, top, pitch, cellHeight } = wherePlaces(data, width);
  const row = Math.floor((y - top) / pitch);
  const layer = data.layers[row];
  if (layer === undefined || y - top - row * pitch > cellHeight) return null;
  for (const strip of strips) {
    const cells = cellsIn(layer, strip.kind);
    const index = cells.findIndex((_, at) => {
      const [left, wide] = cellPlace(strip, cells.length, at);
      return x >= left && x < left + wide;
    });
    const one = cells[index];
    if (one) return { layer: layer.layer, one };
  }
  return null;
}

/** A row a layer: heads, feed-forward neurons and residual dimensions, coloured by how densely they are selected. */
export function WherePanel({ layers, limit, share, width, chosen }: WherePanelProps) {
  const places = wherePlaces({ layers }, width);
  const [heads] = places.strips;
  const headCells = layers[0]?.heads.length ?? 0;
  return (
    <g>
      <StripTitles layers={layers} places={places} />
      {layers.map((layer, row) => (
        <g key={layer.layer} transform={`translate(0 ${places.top + row * places.pitch})`}>
          <Label x={0} y={places.cellHeight / 2 + 4} strong>
            {layerWord(layer.layer)}
          </Label>
          {places.strips.map((strip) => (
            <StripCells
              key={strip.kind}
              cells={cellsIn(layer, strip.kind)}
              {...{ strip, limit, share }}
              height={places.cellHeight}
            />
          ))}
          {chosen?.layer === layer.layer && <Outline cell={chosen.cell} places={places} layer={layer} />}
        </g>
      ))}
      {heads !== undefined && headNumbers(heads, headCells, places.top)}
    </g>
  );
}

function StripTitles({ layers, places }: { readonly layers: readonly LayerDensities[]; readonly places: Places }) {
  const [first] = layers;
  const end = (cells: readonly (CellDensity | null)[] = []): number => (cells.at(-1)?.cell.to ?? -1) + 1;
  const binned = (cells: readonly (CellDensity | null)[] = []): string =>
    cells.length === end(cells) ? "" : ` in ${cells.length} strips`;
  const titles = {
    head: "q, k, v: rows; o, the output: columns",
    neurons: `${end(first?.neurons)} feed-forward neurons${binned(first?.neurons)}`,
    dims: `${end(first?.dims)} residual dimensions`,
  };
  return places.strips.map(({ kind, x }) => (
    <Label key={kind} x={x} y={12}>
      {titles[kind]}
    </Label>
  ));
}

function headNumbers(strip: Strip, count: number, top: number) {
  const heads = count / headParts.length;
  return Array.from({ length: heads }, (_, head) => {
    const [left, cell] = cellPlace(strip, count, head * headParts.length);
    const room = cell * headParts.length;
    if (room < 14) return null;
    return (
      <Label key={head} x={left} y={top - 6}>
        {room >= 44 ? `head ${head + 1}` : head + 1}
      </Label>
    );
  });
}

interface StripCellsProps {
  readonly cells: readonly (CellDensity | null)[];
  readonly strip: Strip;
  readonly limit: number;
  readonly height: number;
}

/** Cells of one colour are one shape: a large model has thousands of them. */
function StripCells({ cells, strip, limit, height }: StripCellsProps) {
  const byStep = new Map<number, string>();
  for (const [index, one] of cells.entries()) {
    if (one === null) continue;
    const [left, cell] = cellPlace(strip, cells.length, index);
    const wide = strip.kind === "head" && cell > 6 ? cell - 2 : cell + 0.3;
    const step = colourStep(one, limit);
    byStep.set(
      step,
      `${byStep.get(step) ?? ""}M${left.toFixed(2)} 0h${wide.toFixed(2)}v${height}h${(-wide).toFixed(2)}z`,
    );
  }
  return (
    <>
      {[...byStep].map(([step, path]) => (
        <path key={step} d={path} fill={densityColor(step)} />
      ))}
      {strip.kind === "head" && <Letters cells={cells} strip={strip} limit={limit} height={height} />}
    </>
  );
}

function Letters({ cells, strip, limit, height }: StripCellsProps) {
  return cells.map((one, index) => {
    const [left, cell] = cellPlace(strip, cells.length, index);
    if (one === null || cell < 9.5) return null;
    const part = headParts[index % headParts.length];
    const strong = Math.abs(colourStep(one, limit)) >= 3;
    return (
      <Label
        key={index}
        x={left + (cell - 2) / 2}
        y={height / 2 + 4}
        anchor="middle"
        color={strong ? "var(--card)" : "var(--ink)"}
      >
        {part === "context" ? "o" : part?.slice(0, 1)}
      </Label>
    );
  });
}

interface OutlineProps {
  readonly cell: PlaceCell;
  readonly places: Places;
  readonly layer: LayerDensities;
}

function Outline({ cell, places, layer }: OutlineProps) {
  const strip = places.strips.find(({ kind }) => kind === cell.kind);
  if (strip === undefined) return null;
  const [left, wide] = cellPlace(strip, cellsIn(layer, cell.kind).length, cell.index);
  const own = cell.kind === "head" && wide > 6 ? wide - 2 : wide;
  return (
    <rect
      x={left - 1.5}
      y={-1.5}
      width={own + 3}
      height={places.cellHeight + 3}
      rx={2}
      fill="none"
      stroke="var(--ink)"
      strokeWidth={2}
    />
  );
}

/** What the colours mean; 300 wide, 34 high. */
export function WhereLegend({ limit }: { readonly limit: number }) {
  const steps = Array.from({ length: 2 * colourSteps + 1 }, (_, at) => at - colourSteps);
  const wide = 18;
  const end = `${Math.round(limit * 100)} points`;
  return (
    <g>
      {steps.map((step, at) => (
        <rect key={step} x={at * wide} y={0} width={wide + 0.3} height={12} fill={densityColor(step)} />
      ))}
      <Label x={0} y={26}>
        −{end}
      </Label>
      <Label x={(steps.length * wide) / 2} y={26} anchor="middle">
        as chance
      </Label>
      <Label x={steps.length * wide} y={26} anchor="end">
        +{end}
      </Label>
    </g>
  );
}

/** "Layer 2 · head 2 · value: 84 % of 8,192 weights selected, +14.2 points (a random mask: ±1.0)". */
export function cellText(layer: number, { cell, density, deviation, sd, notable }: CellDensity): string {
  const against = `${pointsText(deviation)}, ${notable ? "more than" : "as"} a random mask (±${(200 * sd).toFixed(1)})`;
  return `${layerWord(layer)} · ${cellName(cell)}: ${shareText(density)} of ${cell.size.toLocaleString("en")} weights, ${against}`;
}
