import type { Tensor } from "../../gpu/tensor.ts";
import type { Scope } from "../scope.ts";

/** Two forwards of one batch with what the task's loss gave of either; all [B, outputs] but `other` [1, 8]. */
export interface Passes {
  readonly first: Tensor;
  readonly second: Tensor;
  readonly dfirst: Tensor;
  readonly dsecond: Tensor;
  /** The second pass's loss is its first element. */
  readonly other: Tensor;
}

/** Where the whole loss goes, which holds the first pass's, and what counts how much. */
export interface ComparisonPlace {
  readonly results: Tensor;
  readonly slot: number;
  readonly shares: readonly [first: number, second: number];
  readonly weight: number;
}

/**
 * Joins two passes: results[slot, 0] and both gradients become those of
 * shares[0]·L(first) + shares[1]·L(second) + weight·(D(first, second) + D(second, first)).
 */
export type Comparison = (s: Scope, passes: Passes, place: ComparisonPlace) => void;
