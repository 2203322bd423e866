import { mostBins } from "../../contract/schemas/subnetwork.ts";
import type { MatrixPart, SubnetworkRecord, WatchedMatrix } from "../../contract/subnetwork.ts";

/** A rectangle of a weight matrix; ends not included. */
export interface Block {
  readonly matrix: WatchedMatrix;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** The matrices of a layer that have a place per head, in the order of PlaceRecord.heads. */
export const headParts = ["query", "key", "value", "context"] as const;

/** A place whose weights are counted together: those of a head in one matrix, of some neurons, of some dimensions. */
export interface PlaceCell {
  readonly kind: "head" | "neurons" | "dims";
  /** Place in the list of its kind. */
  readonly index: number;
  /** The first and the last head, neuron or dimension in it. */
  readonly from: number;
  readonly to: number;
  /** What of which matrix is in it; [] where the layer has no such matrix. */
  readonly blocks: readonly Block[];
  /** Weights. */
  readonly size: number;
}

/** The cells of a layer, in the order of PlaceRecord. */
export interface LayerCells {
  readonly layer: number;
  readonly heads: readonly PlaceCell[];
  readonly neurons: readonly PlaceCell[];
  readonly dims: readonly PlaceCell[];
}

/** Which of `bins` bins the item stands in, of `count` that are spread over them in order. */
export function binOf(item: number, count: number, bins: number): number {
  return Math.floor((item * bins) / count);
}

/** Where each bin begins, and behind the last where it ends: [bins + 1]. */
export function binEdges(count: number, bins: number): readonly number[] {
  return Array.from({ length: bins + 1 }, (_, bin) => Math.ceil((bin * count) / bins));
}

type Layered = Pick<SubnetworkRecord, "matrices" | "headCount">;

/** Layers that have matrices with a place, from the first. */
export function placedLayers({ matrices }: Pick<SubnetworkRecord, "matrices">): readonly number[] {
  const layers = matrices.flatMap(({ layer, part }) => (layer === null || part === null ? [] : [layer]));
  return [...new Set(layers)].sort((a, b) => a - b);
}

/** What stands where in a layer. */
export function cellsOf({ matrices, headCount }: Layered, layer: number): LayerCells {
  const find = (part: MatrixPart): WatchedMatrix | undefined =>
    matrices.find((matrix) => matrix.layer === layer && matrix.part === part);
  const parts = {
    query: find("query"),
    key: find("key"),
    value: find("value"),
    context: find("context"),
    expand: find("expand"),
    contract: find("contract"),
  };
  const heads = Array.from({ length: headCount }, (_, head) =>
    headParts.map((part, at) => headCell(parts[part], part, head, headCount, head * headParts.length + at)),
  ).flat();
  const neuronCount = parts.expand?.rows ?? parts.contract?.cols ?? 0;
  const dimCount = parts.query?.cols ?? parts.contract?.rows ?? parts.expand?.cols ?? 0;
  const neurons = binned("neurons", neuronCount, [parts.expand], [parts.contract]);
  const dims = binned(
    "dims",
    dimCount,
    [parts.context, parts.contract],
    [parts.query, parts.key, parts.value, parts.expand],
  );
  return { layer, heads, neurons, dims };
}

function headCell(
  matrix: WatchedMatrix | undefined,
  part: (typeof headParts)[number],
  head: number,
  headCount: number,
  index: number,
): PlaceCell {
  const block = matrix === undefined ? [] : [headBlock(matrix, part === "context", head, headCount)];
  return { kind: "head", index, from: head, to: head, blocks: block, size: sizeOf(block) };
}

function headBlock(matrix: WatchedMatrix, byColumns: boolean, head: number, headCount: number): Block {
  const [from = 0, to = 0] = binEdges(byColumns ? matrix.cols : matrix.rows, headCount).slice(head, head + 2);
  return byColumns ? columnsOf(matrix, from, to) : rowsOf(matrix, from, to);
}

function rowsOf(matrix: WatchedMatrix, top: number, bottom: number): Block {
  return { matrix, top, bottom, left: 0, right: matrix.cols };
}

function columnsOf(matrix: WatchedMatrix, left: number, right: number): Block {
  return { matrix, top: 0, bottom: matrix.rows, left, right };
}

/** Bins of `count` items, each a row of some matrices and a column of others. */
function binned(
  kind: "neurons" | "dims",
  count: number,
  byRows: readonly (WatchedMatrix | undefined)[],
  byColumns: readonly (WatchedMatrix | undefined)[],
): PlaceCell[] {
  const bins = Math.min(count, mostBins);
  const edges = binEdges(count, bins);
  return Array.from({ length: bins }, (_, index) => {
    const from = edges[index] ?? 0;
    const end = edges[index + 1] ?? count;
    const blocks = [
      ...byRows.flatMap((matrix) => (matrix === undefined ? [] : [rowsOf(matrix, from, end)])),
      ...byColumns.flatMap((matrix) => (matrix === undefined ? [] : [columnsOf(matrix, from, end)])),
    ];
    return { kind, index, from, to: end - 1, blocks, size: sizeOf(blocks) };
  });
}

function sizeOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { top, bottom, left, right }) => sum + (bottom - top) * (right - left), 0);
}
