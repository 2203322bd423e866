import * as v from "valibot";
import { count, list, real, text } from "./schema.ts";

/** Bins of neurons, and of residual dimensions, are no more than this. */
export const mostBins = 128;

/** Attention heads of a layer are no more than this. */
const mostHeads = 1024;

/** Weights that may be looked at at once: the largest matrix of BERT-large. */
export const mostWeights = 4096 * 1024;

/** What a weight matrix does in its layer. */
export const matrixPart = v.picklist(["query", "key", "value", "context", "expand", "contract"]);

/** See WatchedMatrix. */
export const watchedMatrix = v.object({
  /** Hugging Face parameter name. */
  name: text,
  /** Encoder layer from 0, null for pooler and classifier. */
  layer: v.nullable(count),
  /** null: none of those that have a place in a layer (pooler, classifier, a bias). */
  part: v.nullable(matrixPart),
  /** Outputs and inputs of the Linear; a vector has one column. */
  rows: count,
  cols: count,
});

/**
 * Where a layer's selected weights sit, as counts of selected weights; how many there are to select from follows from
 * the matrices.
 */
export const place = v.object({
  layer: count,
  /** [heads · 4]: a head's rows of query, key and value, and its columns of context. */
  heads: list(count, 4 * mostHeads),
  /** [bins]: feed-forward neurons: rows of expand and columns of contract. */
  neurons: list(count, mostBins),
  /** [bins]: residual dimensions: columns of query, key, value and expand, rows of context and contract. */
  dims: list(count, mostBins),
});

/** The selection of a layer, or of all that lies outside the layers (null). */
export const watchedLayer = v.object({
  layer: v.nullable(count),
  size: count,
  kept: count,
  /** Weights both in this selection and in the one before; null in the first. */
  both: v.nullable(count),
  /** [selections looked at so far + 1]: how many weights were in none of them, in one, … in all. */
  times: list(count, 10_001),
});

/** ‖W − W0‖ / ‖W0‖ over the selected and the left-out weights of a matrix; null where there are none, or W0 is 0. */
export const drift = v.object({ selected: v.nullable(real), leftOut: v.nullable(real) });

/** See SubnetworkSnapshot. */
export const snapshot = v.object({
  /** The step that it was taken at, its update included; 0: before the first. */
  step: count,
  /** From 0, as in SelectionRecord; after the last step that of the last selection. */
  cycle: count,
  /** [] for a method that selects nothing. */
  layers: list(watchedLayer, 1000),
  places: list(place, 1000),
  /** In the order of the matrices; all weights count as selected where a method selects nothing. */
  drift: list(drift, 10_000),
});

/** The masks of one matrix. */
export const keptMasks = v.object({
  /** WatchedMatrix.name */
  matrix: text,
  /** By snapshot, but for one that shows a selection again: bit i of byte i/8 is weight i, rows one after another; as base64. */
  masks: list(v.pipe(v.string(), v.maxLength(64 * 2 ** 20)), 10_000),
});

/** See SubnetworkRecord. */
export const subnetwork = v.object({
  /** What a mask at random draws, and the share of it that it keeps; null: the method selects nothing. */
  drawn: v.nullable(v.object({ unit: v.picklist(["weight", "column"]), share: v.number() })),
  headCount: v.pipe(count, v.maxValue(mostHeads)),
  matrices: list(watchedMatrix, 10_000),
  snapshots: list(snapshot, 10_000),
  /** Of a matrix or two, for which there is room; [] for none. */
  masks: list(keptMasks, 100),
});

/** See SubnetworkOverlaps. */
export const overlaps = v.object({
  /** RunRecord.id */
  runs: list(text, 2000),
  /** [runs][runs]: Jaccard index of the last masks, over all matrices that both select from; null where there is none. */
  jaccard: list(list(v.nullable(v.number()), 2000), 2000),
});
