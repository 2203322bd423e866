import type { PlaceRecord, SubnetworkRecord, SubnetworkSnapshot } from "../../contract/subnetwork.ts";
import { cellsOf, headParts, type Block, type LayerCells, type PlaceCell } from "./cells.ts";

/** What is drawn of a random mask: SubnetworkRecord.drawn of a method that selects. */
export type Drawn = NonNullable<SubnetworkRecord["drawn"]>;

/** Deviations that a random mask shows in 95 % of the cells. */
const chanceDeviations = 2;

/** How densely a cell is selected, against a random mask. */
export interface CellDensity {
  readonly cell: PlaceCell;
  readonly kept: number;
  /** Share of the cell that is selected. */
  readonly density: number;
  /** Of what a random mask would keep: density − share. */
  readonly deviation: number;
  /** Standard deviation of a random mask's density in this cell. */
  readonly sd: number;
  /** Whether the deviation is more than a random mask's would be in 95 of 100 cells. */
  readonly notable: boolean;
}

/**
 * Standard deviation of the density that a random mask has over some blocks of matrices, n weights in all.
 *
 * Each weight drawn by itself, kept with probability p: the count is Binomial(n, p), so sd = √(p(1−p)/n).
 * Whole columns drawn: a kept column gives a block of r rows r weights at once, so its count is r · Binomial(c, p) over
 * the c columns in it, of variance r²·c·p(1−p). Columns of different matrices are independent: over blocks variances add,
 * sd = √(p(1−p) · Σ r²c) / Σ rc. For one block that is √(p(1−p)/c), by the number of independent columns.
 */
export function randomSd(blocks: readonly Block[], { unit, share }: Drawn): number {
  let size = 0;
  let variance = 0;
  for (const { top, bottom, left, right } of blocks) {
    const rows = bottom - top;
    const cols = right - left;
    size += rows * cols;
    variance += (unit === "column" ? rows * rows : rows) * cols * share * (1 - share);
  }
  return size === 0 ? 0 : Math.sqrt(variance) / size;
}

/** Densities of a layer's cells; null: there is no such matrix. */
export interface LayerDensities {
  readonly layer: number;
  readonly heads: readonly (CellDensity | null)[];
  readonly neurons: readonly (CellDensity | null)[];
  readonly dims: readonly (CellDensity | null)[];
}

/** How densely each place of a layer is selected. */
export function densitiesOf(cells: LayerCells, place: PlaceRecord, drawn: Drawn): LayerDensities {
  const all = (of: readonly PlaceCell[], counts: readonly number[]) =>
    of.map((cell, index) => densityOf(cell, counts[index] ?? 0, drawn));
  return {
    layer: cells.layer,
    heads: all(cells.heads, place.heads),
    neurons: all(cells.neurons, place.neurons),
    dims: all(cells.dims, place.dims),
  };
}

function densityOf(cell: PlaceCell, kept: number, drawn: Drawn): CellDensity | null {
  if (cell.size === 0) return null;
  const density = kept / cell.size;
  const deviation = density - drawn.share;
  const sd = randomSd(cell.blocks, drawn);
  return { cell, kept, density, deviation, sd, notable: Math.abs(deviation) > chanceDeviations * sd };
}

/** How densely each place of every layer is selected at a snapshot. */
export function densitiesIn(
  record: Pick<SubnetworkRecord, "matrices" | "headCount">,
  { places }: Pick<SubnetworkSnapshot, "places">,
  drawn: Drawn,
): readonly LayerDensities[] {
  return places.map((place) => densitiesOf(cellsOf(record, place.layer), place, drawn));
}

/** How much of the cells is told from chance: a random mask has about 5 %. */
export function notableShare(layers: readonly LayerDensities[]): number {
  const all = layers
    .flatMap(({ heads, neurons, dims }) => [...heads, ...neurons, ...dims])
    .filter((one) => one !== null);
  return all.length === 0 ? 0 : all.filter(({ notable }) => notable).length / all.length;
}

/**
 * Where the colours end: the smallest of the round values that holds 98 % of all deviations, so that a cell or two do
 * not flatten the rest.
 */
export function deviationLimit(layers: readonly LayerDensities[]): number {
  const sizes = layers
    .flatMap(({ heads, neurons, dims }) => [...heads, ...neurons, ...dims])
    .flatMap((one) => (one === null ? [] : Math.abs(one.deviation)))
    .sort((a, b) => a - b);
  const most = sizes[Math.floor(0.98 * (sizes.length - 1))] ?? 0;
  return roundLimits.find((limit) => limit >= most) ?? 1;
}

/** Colours on each side of chance. */
export const colourSteps = 5;

/** Which of the colours a cell has: 0 as a random mask would, ±1 to ±colourSteps by how far it is from that. */
export function colourStep({ notable, deviation }: CellDensity, limit: number): number {
  if (!notable) return 0;
  return (
    Math.sign(deviation) * Math.min(colourSteps, Math.max(1, Math.ceil((Math.abs(deviation) / limit) * colourSteps)))
  );
}

const roundLimits = [0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7];

/** "head 2 · value", "neurons 5–8", "dimension 12". */
export function cellName({ kind, index, from, to }: PlaceCell): string {
  if (kind === "head") return `head ${from + 1} · ${partWord(headParts[index % headParts.length])}`;
  const one = kind === "neurons" ? "neuron" : "dimension";
  return from === to ? `${one} ${from + 1}` : `${one}s ${from + 1}–${to + 1}`;
}

/** The output projection is called context in parameter names' terms, output in the paper's. */
function partWord(part: (typeof headParts)[number] | undefined): string {
  return part === "context" ? "output" : (part ?? "");
}
