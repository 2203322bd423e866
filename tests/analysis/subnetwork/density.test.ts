import { describe, expect, it } from "vitest";
import { binEdges, binOf, cellsOf, placedLayers } from "../../../src/analysis/subnetwork/cells.ts";
import {
  cellName,
  densitiesOf,
  deviationLimit,
  notableShare,
  randomSd,
  type Drawn,
  type LayerDensities,
} from "../../../src/analysis/subnetwork/density.ts";
import type { SubnetworkRecord } from "../../../src/contract/subnetwork.ts";
import { matricesOf, randomMasks, recordOf, settlingMasks } from "./masks.ts";

const model = { layers: 2, heads: 2, hidden: 16, intermediate: 40 };
const matrices = matricesOf(model);
const masked = { matrices, headCount: 2 };

/** The same masks as rectangles of ones, counted weight by weight. */
function countIn(mask: Uint8Array, cols: number, block: { top: number; bottom: number; left: number; right: number }) {
  let count = 0;
  for (let row = block.top; row < block.bottom; row++) {
    for (let col = block.left; col < block.right; col++) count += mask[row * cols + col] ?? 0;
  }
  return count;
}

describe("cells", () => {
  it("cover every weight of a layer once by head and neuron, and once by dimension", () => {
    const cells = cellsOf(masked, 1);
    const weights = 4 * 16 * 16 + 2 * 16 * 40;
    const size = (all: readonly { size: number }[]): number => all.reduce((sum, one) => sum + one.size, 0);
    expect(size(cells.heads) + size(cells.neurons)).toBe(weights);
    expect(size(cells.dims)).toBe(weights);
    expect(placedLayers(masked)).toEqual([0, 1]);
  });

  it("have the counts that the blocks have in the masks", () => {
    const masks = settlingMasks(matrices, 1, 0.7, 3);
    const record = recordOf(model, masks, { unit: "weight", share: 0.7 }, []);
    const cells = cellsOf(record, 1);
    const place = record.snapshots[0]?.places[1];
    const counted = [...cells.heads, ...cells.neurons, ...cells.dims].map(({ blocks }) =>
      blocks.reduce((sum, block) => {
        const index = matrices.findIndex(({ name }) => name === block.matrix.name);
        return sum + countIn(masks[0]?.[index] ?? new Uint8Array(), block.matrix.cols, block);
      }, 0),
    );
    expect(counted).toEqual([...(place?.heads ?? []), ...(place?.neurons ?? []), ...(place?.dims ?? [])]);
  });

  it("put as many items in a bin as binOf says, where they do not divide", () => {
    for (const [count, bins] of [
      [3072, 128],
      [300, 128],
      [129, 128],
      [7, 7],
    ] as const) {
      const edges = binEdges(count, bins);
      for (let item = 0; item < count; item++) {
        const bin = binOf(item, count, bins);
        expect(item >= (edges[bin] ?? 0) && item < (edges[bin + 1] ?? 0)).toBe(true);
      }
    }
  });

  it("leave out what a layer has no matrix of", () => {
    const cells = cellsOf({ matrices: matrices.filter(({ part }) => part === "query"), headCount: 2 }, 0);
    expect(cells.heads.map(({ size }) => size)).toEqual([128, 0, 0, 0, 128, 0, 0, 0]);
    expect(cells.neurons).toEqual([]);
    const place = { layer: 0, heads: [64, 0, 0, 0, 64, 0, 0, 0], neurons: [], dims: [] };
    expect(densitiesOf(cells, place, { unit: "weight", share: 0.5 }).heads[1]).toBe(null);
  });

  it("have names", () => {
    const cells = cellsOf({ matrices: matricesOf({ ...model, intermediate: 512 }), headCount: 2 }, 0);
    expect(cells.heads.slice(5, 8).map(cellName)).toEqual(["head 2 · key", "head 2 · value", "head 2 · output"]);
    expect(cells.neurons.slice(1, 2).map(cellName)).toEqual(["neurons 5–8"]);
    expect(cells.dims.slice(3, 4).map(cellName)).toEqual(["dimension 4"]);
  });
});

describe("a random mask", () => {
  const drawn: readonly Drawn[] = [
    { unit: "weight", share: 0.7 },
    { unit: "weight", share: 0.3 },
    { unit: "column", share: 0.3 },
    { unit: "column", share: 0.6 },
  ];

  it.each(drawn)("has the deviations that the formula says, each $unit drawn with $share", (one) => {
    const count = 400;
    const masks = randomMasks(matrices, count, one, 11);
    const kinds = cellsOf(masked, 0);
    for (const { blocks, size } of [kinds.heads[0], kinds.heads[3], kinds.neurons[5], kinds.dims[2]].flatMap(
      (c) => c ?? [],
    )) {
      const densities = masks.map(
        (mask) =>
          blocks.reduce((sum, block) => {
            const index = matrices.findIndex(({ name }) => name === block.matrix.name);
            return sum + countIn(mask[index] ?? new Uint8Array(), block.matrix.cols, block);
          }, 0) / size,
      );
      const mean = densities.reduce((sum, value) => sum + value, 0) / count;
      const sd = Math.sqrt(densities.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1));
      const expected = randomSd(blocks, one);
      // The standard deviation of n draws is off by 1/√(2n): four of that.
      expect(Math.abs(sd / expected - 1)).toBeLessThan(4 / Math.sqrt(2 * count));
      expect(Math.abs(mean - one.share)).toBeLessThan((4 * expected) / Math.sqrt(count));
    }
  });

  const far = (record: SubnetworkRecord, one: Drawn, cells: (of: LayerDensities) => LayerDensities): number => {
    const shares = record.snapshots.map(({ places }) =>
      notableShare(places.map((place) => cells(densitiesOf(cellsOf(record, place.layer), place, one)))),
    );
    return shares.reduce((sum, share) => sum + share, 0) / shares.length;
  };

  it.each(drawn.slice(0, 2))("stays grey in about 95 % of the cells, weights drawn with $share", (one) => {
    const wide = { layers: 2, heads: 4, hidden: 64, intermediate: 128 };
    const share = far(recordOf(wide, randomMasks(matricesOf(wide), 6, one, 5), one, []), one, (all) => all);
    // 2,500 cells, each weight in two of them: 5 % ± three deviations.
    expect(share).toBeGreaterThan(0.03);
    expect(share).toBeLessThan(0.07);
  });

  it.each(drawn.slice(2))("stays grey in about 95 % of the cells, columns drawn with $share", (one) => {
    const wide = { layers: 1, heads: 4, hidden: 64, intermediate: 128 };
    const record = recordOf(wide, randomMasks(matricesOf(wide), 60, one, 5), one, []);
    // Heads share their columns: seven independent cells a draw, 5 % ± three deviations.
    const heads = far(record, one, (all) => ({ ...all, neurons: [], dims: [] }));
    expect(heads).toBeGreaterThan(0.018);
    expect(heads).toBeLessThan(0.082);
    // A dimension has six columns or rows to be drawn, too few for a bell's tails: fewer stand out, never more.
    expect(far(record, one, (all) => all)).toBeLessThan(0.07);
  });

  it("is told from one that was chosen", () => {
    const share = 0.7;
    const record = recordOf(model, settlingMasks(matrices, 1, share, 3), { unit: "weight", share }, []);
    const layers = (record.snapshots[0]?.places ?? []).map((place) =>
      densitiesOf(cellsOf(record, place.layer), place, { unit: "weight", share }),
    );
    expect(notableShare(layers)).toBeGreaterThan(3 * 0.05);
    const sizes = layers
      .flatMap(({ heads, neurons, dims }) => [...heads, ...neurons, ...dims])
      .map((one) => Math.abs(one?.deviation ?? 0));
    const within = sizes.filter((size) => size <= deviationLimit(layers)).length / sizes.length;
    expect(within).toBeGreaterThanOrEqual(0.98);
  });
});
