import { at } from "./array.ts";

/** mask: 1 where the score is kept. */
export interface SelectionReference {
  readonly rank: number;
  readonly threshold: number;
  readonly kept: number;
  readonly mask: Uint8Array;
}

/**
 * The top share of scores by sorting: K = ceil(N(1-p)), threshold = the K-th largest, mask = score >= threshold.
 *
 * scores: f32, not negative, finite. Ties with the threshold are all kept, so an all-zero matrix keeps everything.
 */
export function selectTopShare(scores: Float32Array, maskedShare: number): SelectionReference {
  if (!scores.every((score) => Number.isFinite(score) && score >= 0))
    throw new RangeError("scores must be finite, >= 0");
  const rank = Math.ceil(scores.length * (1 - maskedShare));
  const threshold = at(sortedAscending(scores), scores.length - rank);
  const mask = Uint8Array.from(scores, (score) => (score >= threshold ? 1 : 0));
  return { rank, threshold, kept: mask.reduce((sum, bit) => sum + bit, 0), mask };
}

/** Scores from low to high, ordered by value and, for zeros, the negative one first. */
export function sortedAscending(scores: Float32Array): Float32Array {
  return Float32Array.from(scores).sort();
}
