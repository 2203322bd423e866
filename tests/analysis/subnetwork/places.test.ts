import { describe, expect, test } from "vitest";
import { placesOf } from "../../../src/analysis/subnetwork/places.ts";
import type { MatrixPart, WatchedMatrix } from "../../../src/contract/subnetwork.ts";

function matrix(part: MatrixPart | null, rows: number, cols: number, layer: number | null = 0): WatchedMatrix {
  return { name: `${layer} ${part}`, layer, part, rows, cols };
}

/** Hidden size 6 with 3 heads; 300 neurons, more than there are bins. */
const layer = [
  matrix("query", 6, 6),
  matrix("key", 6, 6),
  matrix("value", 6, 6),
  matrix("context", 6, 6),
  matrix("expand", 300, 6),
  matrix("contract", 6, 300),
];
const bias = matrix(null, 6, 1);
const pooler = matrix(null, 6, 6, null);

function nothing({ rows, cols }: WatchedMatrix) {
  return { rows: Array.from({ length: rows }, () => 0), cols: Array.from({ length: cols }, () => 0) };
}

function everything({ rows, cols }: WatchedMatrix) {
  return { rows: Array.from({ length: rows }, () => cols), cols: Array.from({ length: cols }, () => rows) };
}

/** One selected weight of one matrix. */
function only(part: MatrixPart, row: number, col: number) {
  const counts = layer.map((one) => {
    const own = nothing(one);
    if (one.part === part) [own.rows[row], own.cols[col]] = [1, 1];
    return own;
  });
  const [place] = placesOf(layer, 3, counts);
  const filled = (list: readonly number[] = []): readonly number[] =>
    list.flatMap((count, bin) => Array.from({ length: count }, () => bin));
  return { heads: filled(place?.heads), neurons: filled(place?.neurons), dims: filled(place?.dims) };
}

describe("a selected weight", () => {
  test.each([
    ["query", 0, 5, 0],
    ["key", 1, 0, 1],
    ["value", 4, 3, 2 * 4 + 2],
  ] as const)("of %s lies in the head of its row and the dimension of its column", (part, row, col, head) => {
    expect(only(part, row, col)).toEqual({ heads: [head], neurons: [], dims: [col] });
  });

  test("of context lies in the head of its column and the dimension of its row", () => {
    expect(only("context", 1, 5)).toEqual({ heads: [2 * 4 + 3], neurons: [], dims: [1] });
  });

  test("of the feed-forward part lies in the bin of its neuron", () => {
    expect(only("expand", 299, 2)).toEqual({ heads: [], neurons: [127], dims: [2] });
    expect(only("contract", 2, 5)).toEqual({ heads: [], neurons: [Math.floor((5 * 128) / 300)], dims: [2] });
  });
});

test("what lies outside the layers, or is no matrix, has no place", () => {
  const all = [bias, pooler];
  expect(placesOf(all, 3, all.map(nothing))).toEqual([]);
});

test("masks that keep all count every weight of a layer once by head or neuron, and once by dimension", () => {
  const all = [pooler, bias, ...layer];
  const [sizes] = placesOf(all, 3, all.map(everything));
  const sum = (list: readonly number[] = []): number => list.reduce((total, count) => total + count, 0);
  const weights = layer.reduce((total, { rows, cols }) => total + rows * cols, 0);
  expect(sizes?.heads).toEqual(Array.from({ length: 12 }, () => 12));
  expect([sizes?.neurons.length, sizes?.dims.length]).toEqual([128, 6]);
  expect(sum(sizes?.heads) + sum(sizes?.neurons)).toBe(weights);
  expect(sum(sizes?.dims)).toBe(weights);
});
