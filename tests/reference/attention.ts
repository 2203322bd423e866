import { at, emptyReference, put, type Reference } from "./array.ts";

/** q, k, v [tokens, heads * headSize] of packed sequences: sequence b owns tokens offsets[b] … offsets[b+1]-1. */
export interface AttentionInput {
  readonly q: Float64Array;
  readonly k: Float64Array;
  readonly v: Float64Array;
  readonly offsets: ArrayLike<number>;
  readonly heads: number;
  readonly headSize: number;
  /** Dropout of probabilities: 1 keeps row i, column j (places inside sequence b) of a head. null: no dropout. */
  readonly keep: ((b: number, h: number, i: number, j: number) => 0 | 1) | null;
  readonly keepShare: number;
  /** Whether row i sees columns 0 … i alone, not every one of its sequence. */
  readonly causal?: boolean;
}

/** How many columns row i of a sequence of so many tokens sees, from the first. */
export function seenBy({ causal = false }: Pick<AttentionInput, "causal">, i: number, length: number): number {
  return causal ? i + 1 : length;
}

/** out [tokens, heads * headSize]; lse [heads, tokens]: log of the sum of exponentials of the scaled scores. */
export interface AttentionReference {
  readonly out: Reference;
  readonly lse: Reference;
}

/**
 * out_i = sum_j softmax_j(q_i · k_j / sqrt(headSize)) keep_ij / keepShare v_j over the columns that row i sees, inside each sequence and head.
 *
 * The magnitude lets a score's rounding through the softmax: a probability is off by P (d_ij + sum_j P d_ij), and an
 * exponential of a far score by the size of its argument.
 */
export function attention(input: AttentionInput): AttentionReference {
  const { offsets, heads, headSize } = input;
  const width = heads * headSize;
  const tokens = input.q.length / width;
  const out = emptyReference(tokens * width);
  const lse = emptyReference(heads * tokens);
  for (let b = 0; b + 1 < offsets.length; b++) {
    for (let h = 0; h < heads; h++) {
      for (let i = 0; i < at(offsets, b + 1) - at(offsets, b); i++) attendRow(input, b, h, i, tokens, out, lse);
    }
  }
  return { out, lse };
}

function attendRow(
  input: AttentionInput,
  b: number,
  h: number,
  i: number,
  tokens: number,
  out: Reference,
  lse: Reference,
): void {
  const { v, heads, headSize, keep, keepShare } = input;
  const start = at(input.offsets, b);
  const width = heads * headSize;
  const { scores, sizes } = scaledScores(input, b, h, i);
  const highest = scores.reduce((best, score) => Math.max(best, score), -Infinity);
  const weights = scores.map((score) => Math.exp(score - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const errors = sizes.map((size, j) => size + highest - at(scores, j) + 1);
  const meanError = errors.reduce((sum, error, j) => sum + (error * at(weights, j)) / total, 0);
  put(
    lse,
    h * tokens + start + i,
    highest + Math.log(total),
    Math.abs(highest) + Math.abs(Math.log(total)) + meanError,
  );
  for (let d = 0; d < headSize; d++) {
    let value = 0;
    let magnitude = 0;
    for (let j = 0; j < scores.length; j++) {
      const factor = keep === null ? 1 : keep(b, h, i, j) / keepShare;
      const term = (at(weights, j) / total) * factor * at(v, (start + j) * width + h * headSize + d);
      value += term;
      magnitude += Math.abs(term) * (1 + at(errors, j) + meanError);
    }
    put(out, (start + i) * width + h * headSize + d, value, magnitude);
  }
}

/** Row i of q·kᵀ / sqrt(headSize), and the sums of absolute products behind it. */
function scaledScores(input: AttentionInput, b: number, h: number, i: number) {
  const { q, k, heads, headSize } = input;
  const start = at(input.offsets, b);
  const length = seenBy(input, i, at(input.offsets, b + 1) - start);
  const width = heads * headSize;
  const scores = new Float64Array(length);
  const sizes = new Float64Array(length);
  for (let j = 0; j < length; j++) {
    let sum = 0;
    let size = 0;
    for (let d = 0; d < headSize; d++) {
      const term = at(q, (start + i) * width + h * headSize + d) * at(k, (start + j) * width + h * headSize + d);
      sum += term;
      size += Math.abs(term);
    }
    scores[j] = sum / Math.sqrt(headSize);
    sizes[j] = size / Math.sqrt(headSize);
  }
  return { scores, sizes };
}
