import { at } from "./array.ts";

/** log softmax of one row. */
function logShares(scores: Float64Array): Float64Array {
  const highest = scores.reduce((best, score) => Math.max(best, score), -Infinity);
  const base = highest + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - highest), 0));
  return scores.map((score) => score - base);
}

/** KL(softmax(a) | softmax(b)) + KL(softmax(b) | softmax(a)), mean over rows of `cols`. */
export function symmetricKl(a: Float64Array, b: Float64Array, cols: number): number {
  const rows = a.length / cols;
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const [p, q] = [a, b].map((all) => logShares(all.subarray(row * cols, (row + 1) * cols)));
    if (p === undefined || q === undefined) throw new RangeError("a row is missing");
    p.forEach((log, col) => (sum += (Math.exp(log) - Math.exp(at(q, col))) * (log - at(q, col))));
  }
  return sum / rows;
}

/** KL of sigmoid(a) and sigmoid(b) as chances of yes and no, both ways, mean over all elements. */
export function symmetricBernoulliKl(a: Float64Array, b: Float64Array): number {
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  const chances = (x: number): readonly [number, number] => [sigmoid(x), sigmoid(-x)];
  const divergence = (x: number, y: number): number => {
    const [p, q] = [chances(x), chances(y)];
    return p.reduce((sum, share, answer) => sum + share * Math.log(share / at(q, answer)), 0);
  };
  return a.reduce((sum, x, index) => sum + divergence(x, at(b, index)) + divergence(at(b, index), x), 0) / a.length;
}

/** 2 (a - b)², mean over the rows. */
export function squaredDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, row) => sum + 2 * (value - at(b, row)) ** 2, 0) / a.length;
}
