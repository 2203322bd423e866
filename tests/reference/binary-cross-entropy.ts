import { at, type Reference } from "./array.ts";

/**
 * Mean over rows and labels of -w y log sigmoid(x) - (1 - y) log(1 - sigmoid(x)); logits x, labels y [batch, labels],
 * weights w [labels]. One element.
 */
export function binaryCrossEntropy(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights: ArrayLike<number>,
): Reference {
  let [sum, magnitude] = [0, 0];
  for (let index = 0; index < logits.length; index++) {
    const [x, y, w] = [at(logits, index), at(labels, index), at(weights, index % weights.length)];
    // -log sigmoid(x) = log(1 + e^-x): log1p keeps what the sum with 1 would round away.
    const on = Math.max(-x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    const off = Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    sum += w * y * on + (1 - y) * off;
    magnitude += (w * y + (1 - y)) * (1 + Math.abs(x));
  }
  return {
    value: Float64Array.of(sum / logits.length),
    magnitude: Float64Array.of(magnitude / logits.length),
  };
}
