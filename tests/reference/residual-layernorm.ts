import { at, emptyReference, put, type Reference } from "./array.ts";
import { dropout } from "./dropout.ts";
import { layernorm, type LayernormParams, type LayernormReference } from "./layernorm.ts";

/** The normalised rows, and the sum before normalisation. */
export interface ResidualLayernormReference extends LayernormReference {
  readonly sum: Reference;
}

/** layernorm(residual + x · mask / keepShare); x, residual, mask [rows, cols], mask null for no dropout. */
export function residualLayernorm(
  x: Float64Array,
  residual: Float64Array,
  mask: ArrayLike<number> | null,
  keepShare: number,
  params: LayernormParams,
): ResidualLayernormReference {
  const dropped = dropout({ value: x, magnitude: x.map(Math.abs) }, mask, keepShare);
  const sum = emptyReference(x.length);
  for (let index = 0; index < x.length; index++) {
    const magnitude = Math.abs(at(residual, index)) + at(dropped.magnitude, index);
    put(sum, index, at(residual, index) + at(dropped.value, index), magnitude);
  }
  return { ...layernorm(sum.value, params, sum.magnitude), sum };
}
