import type { SubnetworkSnapshot } from "../../../src/contract/subnetwork.ts";
import { at } from "../../reference/array.ts";

/** A matrix as a run left it at a step: bits and values. */
export interface Left {
  readonly name: string;
  readonly layer: number | null;
  readonly rows: number;
  readonly cols: number;
  /** null: nothing is selected. */
  readonly bits: Uint8Array | null;
  readonly values: Float32Array;
  /** W0 */
  readonly start: Float32Array;
}

/** Sizes of a BERT. */
export interface Sizes {
  readonly layers: number;
  readonly hidden: number;
  readonly inner: number;
  readonly heads: number;
}

type Places = SubnetworkSnapshot["places"];

const partsByName = {
  "attention.self.query": 0,
  "attention.self.key": 1,
  "attention.self.value": 2,
  "attention.output.dense": 3,
  "intermediate.dense": 4,
  "output.dense": 5,
} as const;

/** Where the selected weights of every layer sit, weight by weight and from names alone. */
export function expectedPlaces(left: readonly Left[], sizes: Sizes): Places {
  return Array.from({ length: sizes.layers }, (_, layer) => placeOf(left, layer, sizes));
}

/** The cells of a layer, in the order of PlaceRecord's lists, in which a weight of a part lies. */
function cellsOf(part: number, row: number, col: number, sizes: Sizes): readonly [inner: number, dim: number] {
  const { hidden, inner, heads } = sizes;
  const { neuronCount, dimCount } = countsOf(sizes);
  const [inside, outside] = part === 3 || part === 5 ? [col, row] : [row, col];
  const dim = heads * 4 + neuronCount + Math.floor((outside * dimCount) / hidden);
  if (part < 4) return [Math.floor(inside / (hidden / heads)) * 4 + part, dim];
  return [heads * 4 + Math.floor((inside * neuronCount) / inner), dim];
}

function countsOf({ inner, hidden }: Sizes) {
  return { neuronCount: Math.min(128, inner), dimCount: Math.min(128, hidden) };
}

function placeOf(left: readonly Left[], layer: number, sizes: Sizes): Places[number] {
  const { neuronCount, dimCount } = countsOf(sizes);
  const neuronsFrom = sizes.heads * 4;
  const cells = Array.from({ length: neuronsFrom + neuronCount + dimCount }, () => 0);
  for (const [part, matrix] of partsOf(left, layer)) {
    for (const [row, col] of selectedIn(matrix)) for (const cell of cellsOf(part, row, col, sizes)) add(cells, cell);
  }
  const dimsFrom = neuronsFrom + neuronCount;
  const [heads, neurons] = [cells.slice(0, neuronsFrom), cells.slice(neuronsFrom, dimsFrom)];
  return { layer, heads, neurons, dims: cells.slice(dimsFrom) };
}

function partsOf(left: readonly Left[], layer: number): readonly (readonly [part: number, matrix: Left])[] {
  return Object.entries(partsByName).map(([name, part]) => {
    const matrix = left.find((one) => one.name === `bert.encoder.layer.${layer}.${name}.weight`);
    if (matrix === undefined) throw new Error(`no ${name}`);
    return [part, matrix];
  });
}

/**
 * How far each cell of a layer lies from what masks at random give, in standard deviations. A draw keeps a weight, or all
 * of a matrix's column: what one draw decides in a cell counts together.
 */
export function deviations(
  { layer, heads, neurons, dims }: Places[number],
  left: readonly Left[],
  sizes: Sizes,
  { unit, share }: { readonly unit: "weight" | "column"; readonly share: number },
): readonly number[] {
  const found = [...heads, ...neurons, ...dims];
  const [mean, variance] = [found.map(() => 0), found.map(() => 0)];
  for (const [part, { rows, cols }] of partsOf(left, layer)) {
    /** Weights by draw and cell. */
    const draws = new Map<string, { readonly cell: number; count: number }>();
    for (let weight = 0; weight < rows * cols; weight++) {
      const [row, col] = [Math.floor(weight / cols), weight % cols];
      for (const cell of cellsOf(part, row, col, sizes)) {
        const key = `${unit === "column" ? col : weight} ${cell}`;
        const draw = draws.get(key) ?? { cell, count: 0 };
        draws.set(key, draw);
        draw.count += 1;
      }
    }
    for (const { cell, count } of draws.values()) {
      mean[cell] = at(mean, cell) + share * count;
      variance[cell] = at(variance, cell) + share * (1 - share) * count ** 2;
    }
  }
  return found.map((count, cell) => (count - at(mean, cell)) / Math.sqrt(at(variance, cell)));
}

function* selectedIn({ bits, rows, cols }: Left): Generator<readonly [row: number, col: number]> {
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) if (at(bits ?? [], row * cols + col) === 1) yield [row, col];
  }
}

function add(list: number[], index: number): void {
  list[index] = at(list, index) + 1;
}

/** The layers of a snapshot. `seen`: masks of all selections so far, this one last. */
export function expectedLayers(seen: readonly (readonly Left[])[]): SubnetworkSnapshot["layers"] {
  const now = seen.at(-1) ?? [];
  return [...new Set(now.map(({ layer }) => layer))].map((layer) => {
    const bits = seen.map((left) => left.flatMap((one) => (one.layer === layer ? Array.from(one.bits ?? []) : [])));
    const [before, last = []] = [bits.at(-2), bits.at(-1)];
    const times = Array.from({ length: seen.length + 1 }, () => 0);
    last.forEach((_, weight) =>
      add(
        times,
        bits.reduce((sum, mask) => sum + at(mask, weight), 0),
      ),
    );
    return {
      layer,
      size: last.length,
      kept: last.reduce((sum, bit) => sum + bit, 0),
      both: before?.reduce((sum, bit, weight) => sum + bit * at(last, weight), 0) ?? null,
      times,
    };
  });
}

/** ‖W − W0‖ / ‖W0‖ of a matrix in float64; all weights count as selected where nothing selects. */
export function expectedDrift({ bits, values, start }: Left): SubnetworkSnapshot["drift"][number] {
  const ratioOf = (wanted: number): number | null => {
    let [moved, origin] = [0, 0];
    values.forEach((value, weight) => {
      if ((bits === null ? 1 : at(bits, weight)) !== wanted) return;
      moved += (value - at(start, weight)) ** 2;
      origin += at(start, weight) ** 2;
    });
    return origin === 0 ? null : Math.sqrt(moved / origin);
  };
  return { selected: ratioOf(1), leftOut: ratioOf(0) };
}
