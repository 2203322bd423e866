import type { Reference } from "./array.ts";

/** sqrt of the sum of squares over every tensor. One element. */
export function globalNorm(tensors: readonly Float64Array[]): Reference {
  let squares = 0;
  for (const tensor of tensors) {
    for (const value of tensor) squares += value * value;
  }
  const norm = Math.sqrt(squares);
  return { value: Float64Array.of(norm), magnitude: Float64Array.of(norm) };
}
