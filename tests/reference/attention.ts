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
  /** Terms of the distance i - j in the scores; none unless said. */
  readonly relative?: RelativeInput;
}

/** keys, queries [rows, heads * headSize]: q_i · keys_r + k_j · queries_r is added to q_i · k_j; null: that one is not. */
export interface RelativeInput {
  readonly keys: Float64Array | null;
  readonly queries: Float64Array | null;
  readonly rowOf: (distance: number) => number;
}

/** What a sum of products is divided by the root of, a head's size unless there are terms of the distance. */
export function scoreScale({ headSize, relative }: Pick<AttentionInput, "headSize" | "relative">): number {
  const terms = [relative?.keys, relative?.queries].filter((table) => table !== null && table !== undefined);
  return 1 / Math.sqrt(headSize * (1 + terms.length));
}

/** The score of row i and column j, and the sum of absolute products behind it. */
export function scoreOf(input: AttentionInput, b: number, h: number, i: number, j: number) {
  const { q, k, offsets, heads, headSize, relative } = input;
  const place = (token: number) => ((at(offsets, b) + token) * heads + h) * headSize;
  const [query, key] = [place(i), place(j)];
  const row = relative === undefined ? 0 : (relative.rowOf(i - j) * heads + h) * headSize;
  const products: readonly (readonly [Float64Array | null, number, Float64Array | null, number])[] = [
    [q, query, k, key],
    [q, query, relative?.keys ?? null, row],
    [k, key, relative?.queries ?? null, row],
  ];
  let [sum, size] = [0, 0];
  for (const [x, fromX, y, fromY] of products) {
    if (x === null || y === null) continue;
    for (let d = 0; d < headSize; d++) {
      const term = at(x, fromX + d) * at(y, fromY + d);
      sum += term;
      size += Math.abs(term);
    }
  }
  const scale = scoreScale(input);
  return { score: sum * scale, size: size * scale };
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
 * out_i = sum_j softmax_j(score_ij) keep_ij / keepShare v_j over the columns that row i sees, inside each sequence and head, where
 * score_ij = q_i · k_j / sqrt(headSize), or with terms of the distance scoreScale of all products.
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

/** Row i of the scores, and the sums of absolute products behind it. */
function scaledScores(input: AttentionInput, b: number, h: number, i: number) {
  const length = seenBy(input, i, at(input.offsets, b + 1) - at(input.offsets, b));
  const scores = new Float64Array(length);
  const sizes = new Float64Array(length);
  for (let j = 0; j < length; j++) {
    const { score, size } = scoreOf(input, b, h, i, j);
    scores[j] = score;
    sizes[j] = size;
  }
  return { scores, sizes };
}
