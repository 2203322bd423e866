import { at, type Reference } from "./array.ts";

/** Mean over the tokens of -log of the probability that the logistic of a logit gives to its label, 0 or 1. */
export function binaryCrossEntropy(logits: Float64Array, labels: ArrayLike<number>): Reference {
  let sum = 0;
  let magnitude = 0;
  logits.forEach((logit, token) => {
    const toward = at(labels, token) === 1 ? logit : -logit;
    const loss = toward > 0 ? Math.log1p(Math.exp(-toward)) : Math.log1p(Math.exp(toward)) - toward;
    sum += loss;
    magnitude += Math.abs(logit) + loss;
  });
  return { value: Float64Array.of(sum / logits.length), magnitude: Float64Array.of(magnitude / logits.length) };
}
