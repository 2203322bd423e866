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

function placeOf(left: readonly Left[], layer: number, { hidden, inner, heads: headCount }: Sizes): Places[number] {
  const heads = Array.from({ length: headCount * 4 }, () => 0);
  const neurons = Array.from({ length: Math.min(128, inner) }, () => 0);
  const dims = Array.from({ length: Math.min(128, hidden) }, () => 0);
  for (const [name, part] of Object.entries(partsByName)) {
    const matrix = left.find((one) => one.name === `bert.encoder.layer.${layer}.${name}.weight`);
    if (matrix === undefined) throw new Error(`no ${name}`);
    for (const [row, col] of selectedIn(matrix)) {
      const [inside, outside] = part === 3 || part === 5 ? [col, row] : [row, col];
      if (part < 4) add(heads, Math.floor(inside / (hidden / headCount)) * 4 + part);
      else add(neurons, Math.floor((inside * neurons.length) / inner));
      add(dims, Math.floor((outside * dims.length) / hidden));
    }
  }
  return { layer, heads, neurons, dims };
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
