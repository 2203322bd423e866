import { at } from "./array.ts";
import { scoreOf, scoreScale, seenBy, type AttentionInput } from "./attention.ts";

/** Sums of absolute terms behind the gradients of attention, [tokens, heads * headSize] each; of tables by their rows. */
export interface AttentionMagnitudes {
  readonly dq: Float64Array;
  readonly dk: Float64Array;
  readonly dv: Float64Array;
  readonly dkeys: Float64Array;
  readonly dqueries: Float64Array;
}

/** What the gradients of one row's cells are made of, in absolute terms. */
interface Cell {
  /** The probability. */
  readonly weight: number;
  /** Keep mask over keep share. */
  readonly share: number;
  /** Roundings that reach the probability, in units of the last place. */
  readonly lost: number;
  /** The sum of absolute products behind the gradient of the masked probability. */
  readonly product: number;
}

/**
 * The scale of the gradients' rounding: the terms that a float32 backward adds up, each with the rounding that its
 * probability brings along. dout: gradient of out.
 */
export function gradientMagnitudes(input: AttentionInput, dout: Float64Array): AttentionMagnitudes {
  const { q, offsets, heads, relative } = input;
  const tables = relative?.keys?.length ?? relative?.queries?.length ?? 0;
  const sums = {
    dq: new Float64Array(q.length),
    dk: new Float64Array(q.length),
    dv: new Float64Array(q.length),
    dkeys: new Float64Array(tables),
    dqueries: new Float64Array(tables),
  };
  for (let b = 0; b + 1 < offsets.length; b++) {
    for (let h = 0; h < heads; h++) {
      for (let i = 0; i < at(offsets, b + 1) - at(offsets, b); i++) addRow(input, dout, b, h, i, sums);
    }
  }
  return sums;
}

function addRow(
  input: AttentionInput,
  dout: Float64Array,
  b: number,
  h: number,
  i: number,
  sums: AttentionMagnitudes,
): void {
  const { q, k, offsets, heads, headSize, relative } = input;
  const place = (token: number) => ((at(offsets, b) + token) * heads + h) * headSize;
  const cells = rowCells(input, dout, b, h, i);
  const meanLost = cells.reduce((sum, { weight, lost }) => sum + weight * lost, 0);
  const delta = cells.reduce((sum, { weight, product }) => sum + weight * product, 0);
  const deltaTerms = cells.reduce((sum, cell) => sum + cell.weight * cell.product * (cell.lost + meanLost), 0);
  cells.forEach(({ weight, lost, product, share }, j) => {
    const passed = weight * (lost + meanLost);
    const dscore = (passed * (product + delta) + weight * deltaTerms) * scoreScale(input);
    const row = relative === undefined ? 0 : (relative.rowOf(i - j) * heads + h) * headSize;
    for (let d = 0; d < headSize; d++) {
      const [own, other] = [place(i) + d, place(j) + d];
      sums.dq[own] = at(sums.dq, own) + dscore * Math.abs(at(k, other));
      sums.dk[other] = at(sums.dk, other) + dscore * Math.abs(at(q, own));
      sums.dv[other] = at(sums.dv, other) + passed * share * Math.abs(at(dout, own));
      const [keys, queries] = [relative?.keys ?? null, relative?.queries ?? null];
      if (keys !== null) {
        sums.dq[own] = at(sums.dq, own) + dscore * Math.abs(at(keys, row + d));
        sums.dkeys[row + d] = at(sums.dkeys, row + d) + dscore * Math.abs(at(q, own));
      }
      if (queries !== null) {
        sums.dk[other] = at(sums.dk, other) + dscore * Math.abs(at(queries, row + d));
        sums.dqueries[row + d] = at(sums.dqueries, row + d) + dscore * Math.abs(at(k, other));
      }
    }
  });
}

function rowCells(input: AttentionInput, dout: Float64Array, b: number, h: number, i: number): readonly Cell[] {
  const { v, offsets, heads, headSize, keep, keepShare } = input;
  const start = at(offsets, b);
  const product = (j: number) => {
    let sum = 0;
    for (let d = 0; d < headSize; d++) {
      const [own, other] = [((start + i) * heads + h) * headSize + d, ((start + j) * heads + h) * headSize + d];
      sum += Math.abs(at(dout, own) * at(v, other));
    }
    return sum;
  };
  const columns = Array.from({ length: seenBy(input, i, at(offsets, b + 1) - start) }, (_, j) => j);
  const scored = columns.map((j) => scoreOf(input, b, h, i, j));
  const scores = scored.map(({ score }) => score);
  const top = scores.reduce((highest, score) => Math.max(highest, score), -Infinity);
  const total = scores.reduce((sum, score) => sum + Math.exp(score - top), 0);
  return scored.map(({ score, size }, j) => {
    const share = (keep?.(b, h, i, j) ?? 1) / keepShare;
    // An exponential is off by the rounding of its argument: that of the score, and of the log of the row's sum.
    const lost = 1 + size + Math.abs(score) + Math.abs(top) + Math.log(total);
    return { weight: Math.exp(score - top) / total, share, lost, product: share * product(j) };
  });
}
