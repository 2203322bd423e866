import { at, type Reference } from "./array.ts";

/** Mean over the batch of (prediction - target)²; one output a row. One element. */
export function meanSquaredError(predictions: Float64Array, targets: ArrayLike<number>): Reference {
  let sum = 0;
  let magnitude = 0;
  for (let row = 0; row < targets.length; row++) {
    const difference = at(predictions, row) - at(targets, row);
    sum += difference * difference;
    magnitude += Math.abs(difference) * (Math.abs(at(predictions, row)) + Math.abs(at(targets, row)));
  }
  return {
    value: Float64Array.of(sum / targets.length),
    magnitude: Float64Array.of(magnitude / targets.length),
  };
}
