import type {
  drift,
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

/** How the subnetwork of a run, and its weights, moved. */
export type SubnetworkRecord = Checked<typeof subnetwork>;

/** Which runs select the same weights. */
export type SubnetworkOverlaps = Checked<typeof overlaps>;
