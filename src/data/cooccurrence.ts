import type { EncodedCorpus } from "./encoded-corpus.ts";
import type { SparseMatrix } from "./sparse-matrix.ts";

/** How words that stand near each other are counted and weighed. */
export interface CooccurrenceChoice {
  /** Tokens to each side; one at distance d counts 1/d. */
  readonly window: number;
  /** Power of the contexts' counts; below 1 rare contexts weigh less. */
  readonly smoothing: number;
  /** What stands together less often than this factor of chance is 0. */
  readonly shift: number;
}

/** Counters that are held at a time: 256 MiB. */
const blockSize = 2 ** 26;

/**
 * Positive pointwise mutual information of tokens and the tokens around them:
 *
 *   M[w, c] = max(0, log(n(w,c) · Σ n(·)^s / (n(w) · n(c)^s)) - log shift)
 *
 * Returns [vocabulary, vocabulary]; windows end with their document; marks stand beside nothing.
 * Source: Levy, Goldberg and Dagan 2015, sections 2 and 3; the weight 1/d as in Pennington et al. 2014.
 */
export function mutualInformation(corpus: EncodedCorpus, choice: CooccurrenceChoice): SparseMatrix {
  const size = corpus.vocabularySize;
  const blockRows = Math.min(size, Math.max(1, Math.floor(blockSize / size)));
  const totals = contextTotals(corpus, choice.window);
  const smoothed = totals.map((total) => total ** choice.smoothing);
  const sum = smoothed.reduce((left, right) => left + right, 0);
  const counts = new Float32Array(blockRows * size);
  const offsets = new Uint32Array(size + 1);
  const columns: Uint32Array[] = [];
  const values: Float32Array[] = [];
  for (let first = 0; first < size; first += blockRows) {
    const last = Math.min(size, first + blockRows);
    countBlock(corpus, choice.window, first, last, counts);
    for (let row = first; row < last; row++) {
      const own = counts.subarray((row - first) * size, (row - first + 1) * size);
      const [rowColumns, rowValues] = associations(own, smoothed, sum / (totals[row] ?? 0) / choice.shift);
      columns.push(rowColumns);
      values.push(rowValues);
      offsets[row + 1] = (offsets[row] ?? 0) + rowColumns.length;
    }
  }
  return { rows: size, cols: size, offsets, ...laidEndToEnd(columns, values, offsets[size] ?? 0) };
}

/** Positive associations of one row. counts, smoothed [vocabulary]; factor: Σ n(·)^s / n(w) / shift. */
function associations(counts: Float32Array, smoothed: Float64Array, factor: number): [Uint32Array, Float32Array] {
  const columns: number[] = [];
  const values: number[] = [];
  for (let column = 0; column < counts.length; column++) {
    const count = counts[column] ?? 0;
    if (count === 0) continue;
    const ratio = (count * factor) / (smoothed[column] ?? 1);
    if (ratio <= 1) continue;
    columns.push(column);
    values.push(Math.log(ratio));
  }
  return [Uint32Array.from(columns), Float32Array.from(values)];
}

function laidEndToEnd(
  columns: readonly Uint32Array[],
  values: readonly Float32Array[],
  count: number,
): { readonly columns: Uint32Array; readonly values: Float32Array } {
  const all = { columns: new Uint32Array(count), values: new Float32Array(count) };
  let at = 0;
  for (const [row, rowColumns] of columns.entries()) {
    all.columns.set(rowColumns, at);
    all.values.set(values[row] ?? [], at);
    at += rowColumns.length;
  }
  return all;
}

/** Calls `visit` with every two tokens of a document that stand at most `window` apart, and 1/distance. */
function visitPairs(
  corpus: EncodedCorpus,
  window: number,
  visit: (left: number, right: number, weight: number) => void,
): void {
  const { ids, sentences, documents, special } = corpus;
  const marks = new Set<number>(Object.values(special));
  for (let document = 0; document + 1 < documents.length; document++) {
    const begin = sentences[documents[document] ?? 0] ?? 0;
    const end = sentences[documents[document + 1] ?? 0] ?? 0;
    for (let at = begin; at < end; at++) {
      const left = ids[at] ?? 0;
      if (marks.has(left)) continue;
      const reach = Math.min(window, end - 1 - at);
      for (let distance = 1; distance <= reach; distance++) {
        const right = ids[at + distance] ?? 0;
        if (!marks.has(right)) visit(left, right, 1 / distance);
      }
    }
  }
}

/** [vocabulary] weight of all that stands around each token. */
function contextTotals(corpus: EncodedCorpus, window: number): Float64Array {
  const totals = new Float64Array(corpus.vocabularySize);
  visitPairs(corpus, window, (left, right, weight) => {
    totals[left] = (totals[left] ?? 0) + weight;
    totals[right] = (totals[right] ?? 0) + weight;
  });
  return totals;
}

/** counts [last - first, vocabulary]: what stands around tokens first … last - 1. */
function countBlock(corpus: EncodedCorpus, window: number, first: number, last: number, counts: Float32Array): void {
  const size = corpus.vocabularySize;
  counts.fill(0);
  visitPairs(corpus, window, (left, right, weight) => {
    if (left >= first && left < last) {
      const at = (left - first) * size + right;
      counts[at] = (counts[at] ?? 0) + weight;
    }
    if (right >= first && right < last) {
      const at = (right - first) * size + left;
      counts[at] = (counts[at] ?? 0) + weight;
    }
  });
}
