import type {
  SubnetworkOverlaps,
  SubnetworkRecord,
  SubnetworkSnapshot,
  WatchedMatrix,
} from "../../../src/contract/subnetwork.ts";
import { toBase64 } from "../../../src/core/base64.ts";
import { drawNormal, drawUniform } from "../../../src/core/rng.ts";

/** A model to select from. */
export interface MaskedModel {
  readonly layers: number;
  readonly heads: number;
  readonly hidden: number;
  readonly intermediate: number;
}

/** Masks of every matrix at every selection: [selection][matrix][weight], 1 for a selected one. */
export type Masks = readonly (readonly Uint8Array[])[];

/** The matrices of a BERT of that size, with pooler and a classifier of two labels. */
export function matricesOf({ layers, hidden, intermediate }: MaskedModel): WatchedMatrix[] {
  const parts = [
    ["query", "attention.self.query", hidden, hidden],
    ["key", "attention.self.key", hidden, hidden],
    ["value", "attention.self.value", hidden, hidden],
    ["context", "attention.output.dense", hidden, hidden],
    ["expand", "intermediate.dense", intermediate, hidden],
    ["contract", "output.dense", hidden, intermediate],
  ] as const;
  const inLayers = Array.from({ length: layers }, (_, layer) =>
    parts.map(([part, name, rows, cols]) => ({
      name: `bert.encoder.layer.${layer}.${name}.weight`,
      layer,
      part,
      rows,
      cols,
    })),
  ).flat();
  return [
    ...inLayers,
    { name: "bert.pooler.dense.weight", layer: null, part: null, rows: hidden, cols: hidden },
    { name: "classifier.weight", layer: null, part: null, rows: 2, cols: hidden },
  ];
}

/** Random masks: each weight, or each column, drawn by itself. */
export function randomMasks(
  matrices: readonly WatchedMatrix[],
  count: number,
  drawn: { readonly unit: "weight" | "column"; readonly share: number },
  seed: number,
): Masks {
  return Array.from({ length: count }, (_, at) =>
    matrices.map(({ name, rows, cols }) =>
      Uint8Array.from({ length: rows * cols }, (_, i) =>
        drawUniform(seed, name, at, drawn.unit === "column" ? i % cols : i) < drawn.share ? 1 : 0,
      ),
    ),
  );
}

/** Masks with a structure that settles: each matrix keeps the share with the largest score, of rows, columns and noise. */
export function settlingMasks(matrices: readonly WatchedMatrix[], count: number, share: number, seed: number): Masks {
  const fixed = matrices.map(({ name, rows, cols, part }, index) => {
    const byRow = Array.from({ length: rows }, (_, row) => 0.5 * drawNormal(seed, `${name} rows`, 0, row));
    const byColumn = Array.from({ length: cols }, (_, col) => 0.3 * drawNormal(7, "columns", 0, col));
    const half = part === "value" ? 0.5 : part === "key" ? -0.4 : 0;
    return Float64Array.from({ length: rows * cols }, (_, i) => {
      const row = Math.floor(i / cols);
      const head = (index % 2 === 0 ? 1 : -1) * (row < rows / 2 ? half : -half);
      return (byRow[row] ?? 0) + (byColumn[i % cols] ?? 0) + head + 0.8 * drawNormal(seed, name, 0, i);
    });
  });
  return Array.from({ length: count }, (_, at) =>
    matrices.map(({ name }, index) => {
      const noise = 0.9 / (1 + at);
      const scores = (fixed[index] ?? new Float64Array()).map(
        (score, i) => score + noise * drawNormal(seed, name, at + 1, i),
      );
      const kept = Math.ceil(scores.length * share);
      const threshold = [...scores].sort((a, b) => b - a)[kept - 1] ?? 0;
      return Uint8Array.from(scores, (score) => (score >= threshold ? 1 : 0));
    }),
  );
}

/** Bit i of byte i/8 is weight i, as base64. */
function packed(mask: Uint8Array): string {
  const bytes = new Uint8Array(Math.ceil(mask.length / 8));
  for (let i = 0; i < mask.length; i++) if (mask[i] === 1) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7));
  return toBase64(bytes);
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, one) => total + one, 0);

/** What is told of the masks of one selection, counted plainly. `cycle`: place of that selection among the masks. */
export function snapshotOf(
  model: MaskedModel,
  matrices: readonly WatchedMatrix[],
  masks: Masks,
  cycle: number,
  step: number,
): SubnetworkSnapshot {
  const now = masks[cycle] ?? [];
  const before = cycle === 0 ? null : (masks[cycle - 1] ?? null);
  const layers = [...new Set(matrices.map(({ layer }) => layer))].map((layer) => {
    const own = matrices.flatMap((matrix, index) => (matrix.layer === layer ? [index] : []));
    const times = Array.from({ length: cycle + 2 }, () => 0);
    for (const index of own) {
      for (let i = 0; i < (now[index]?.length ?? 0); i++) {
        const count = sum(masks.slice(0, cycle + 1).map((one) => one[index]?.[i] ?? 0));
        times[count] = (times[count] ?? 0) + 1;
      }
    }
    return {
      layer,
      size: sum(own.map((index) => now[index]?.length ?? 0)),
      kept: sum(own.map((index) => sum(now[index] ?? []))),
      both:
        before === null
          ? null
          : sum(own.map((index) => sum((now[index] ?? []).map((one, i) => one & (before[index]?.[i] ?? 0))))),
      times,
    };
  });
  const places = Array.from({ length: model.layers }, (_, layer) => placeOf(model, matrices, now, layer));
  const drift = matrices.map((_, index) => ({
    selected: 0.004 * Math.sqrt(step) * (1 + 0.1 * (index % 7)),
    leftOut: 0.0012 * Math.sqrt(step) * (1 + 0.1 * (index % 5)),
  }));
  return { step, cycle, layers, places, drift };
}

function placeOf(model: MaskedModel, matrices: readonly WatchedMatrix[], now: readonly Uint8Array[], layer: number) {
  const { heads, hidden, intermediate } = model;
  const bins = (count: number): number[] => Array.from({ length: Math.min(128, count) }, () => 0);
  const place = {
    layer,
    heads: Array.from({ length: heads * 4 }, () => 0),
    neurons: bins(intermediate),
    dims: bins(hidden),
  };
  const add = (list: number[], at: number): void => {
    list[at] = (list[at] ?? 0) + 1;
  };
  for (const [index, { layer: its, part, cols }] of matrices.entries()) {
    if (its !== layer) continue;
    const mask = now[index] ?? new Uint8Array();
    for (let i = 0; i < mask.length; i++) {
      if (mask[i] !== 1) continue;
      const [row, col] = [Math.floor(i / cols), i % cols];
      const head = ["query", "key", "value", "context"].indexOf(part ?? "");
      if (head >= 0) add(place.heads, Math.floor((part === "context" ? col : row) / (hidden / heads)) * 4 + head);
      const neuron = part === "expand" ? row : part === "contract" ? col : null;
      if (neuron !== null) add(place.neurons, Math.floor((neuron * place.neurons.length) / intermediate));
      const dim = part === "context" || part === "contract" ? row : col;
      add(place.dims, Math.floor((dim * place.dims.length) / hidden));
    }
  }
  return place;
}

/** A run's whole record; `kept`: indices of matrices whose masks stay in it. */
export function recordOf(
  model: MaskedModel,
  masks: Masks,
  drawn: SubnetworkRecord["drawn"],
  kept: readonly number[],
): SubnetworkRecord {
  const matrices = matricesOf(model);
  return {
    drawn,
    headCount: model.heads,
    matrices,
    snapshots: masks.map((_, cycle) => snapshotOf(model, matrices, masks, cycle, 10 + 20 * cycle)),
    masks: kept.map((index) => ({
      matrix: matrices[index]?.name ?? "",
      masks: masks.map((one) => packed(one[index] ?? new Uint8Array())),
    })),
  };
}

/** Jaccard indices of the last masks of some runs. */
export function overlapsOf(runs: readonly (readonly [id: string, masks: Masks])[]): SubnetworkOverlaps {
  const last = runs.map(([, masks]) => masks.at(-1) ?? []);
  const jaccard = last.map((one) =>
    last.map((other) => {
      let both = 0;
      let either = 0;
      for (const [index, mask] of one.entries()) {
        for (let i = 0; i < mask.length; i++) {
          both += (mask[i] ?? 0) & (other[index]?.[i] ?? 0);
          either += (mask[i] ?? 0) | (other[index]?.[i] ?? 0);
        }
      }
      return either === 0 ? null : both / either;
    }),
  );
  return { runs: runs.map(([id]) => id), jaccard };
}
