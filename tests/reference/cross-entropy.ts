import { at, type Reference } from "./array.ts";

/** Mean over the batch of logsumexp(logits) - logits[label]; logits [batch, labels]. One element. */
export function crossEntropy(logits: Float64Array, labels: ArrayLike<number>): Reference {
  const classes = logits.length / labels.length;
  let sum = 0;
  let magnitude = 0;
  for (let row = 0; row < labels.length; row++) {
    const scores = logits.subarray(row * classes, (row + 1) * classes);
    const highest = scores.reduce((best, score) => Math.max(best, score), -Infinity);
    const total = scores.reduce((partial, score) => partial + Math.exp(score - highest), 0);
    const wanted = at(scores, at(labels, row));
    sum += highest - wanted + Math.log(total);
    // 1 + |score - highest| bounds the exponentials, as in attention.
    const reach = scores.reduce((most, score) => Math.max(most, highest - score), 0);
    magnitude += Math.abs(highest) + Math.abs(wanted) + Math.log(total) + 1 + reach;
  }
  return {
    value: Float64Array.of(sum / labels.length),
    magnitude: Float64Array.of(magnitude / labels.length),
  };
}
