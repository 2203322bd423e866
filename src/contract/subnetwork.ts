import type {
  drift,
  keptMasks,
  matrixPart,
  overlaps,
  place,
  snapshot,
  subnetwork,
  watchedLayer,
  watchedMatrix,
} from "./schemas/subnetwork.ts";
import type { Checked } from "./schemas/schema.ts";

export type MatrixPart = Checked<typeof matrixPart>;

/** A weight matrix that a method selects from; of a method that selects nothing, one that others do. */
export type WatchedMatrix = Checked<typeof watchedMatrix>;

export type PlaceRecord = Checked<typeof place>;

export type WatchedLayer = Checked<typeof watchedLayer>;

export type DriftRecord = Checked<typeof drift>;

/**
 * A run's subnetwork at one step: after each selection, or ten times evenly spread over a run that makes none or one
 * anew in every step; and after the last step.
 */
export type SubnetworkSnapshot = Checked<typeof snapshot>;

export type KeptMasks = Checked<typeof keptMasks>;

/** How the subnetwork of a run, and its weights, moved. */
export type SubnetworkRecord = Checked<typeof subnetwork>;

/** Which runs select the same weights. */
export type SubnetworkOverlaps = Checked<typeof overlaps>;

/** Weights of a matrix to look at: rows `top` to `bottom` and columns `left` to `right`, ends not included. */
export interface MatrixRegion {
  /** RunRecord.id */
  readonly run: string;
  /** WatchedMatrix.name */
  readonly matrix: string;
  /** SubnetworkSnapshot.cycle */
  readonly cycle: number;
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/**
 * A region's weights, rows one after another. What is no longer kept is null; scores and drift are those of now or of the
 * end, and so only there for the last selection.
 */
export interface MatrixView {
  /** 1: selected. */
  readonly mask: Uint8Array;
  /** The selection before; null in the first. */
  readonly before: Uint8Array | null;
  /** Selections up to this one that it was in. */
  readonly times: Uint8Array | null;
  /** What it was selected by. */
  readonly scores: Float32Array | null;
  /** |W − W0|. */
  readonly drift: Float32Array | null;
  /** Why there are no scores or no drift, as a sentence; absent where both are there. */
  readonly note?: string;
}
