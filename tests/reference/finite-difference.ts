import { at } from "./array.ts";

/** Step of every central difference: its own error is then about 1e-8 of the third derivative, in float64. */
export const differenceStep = 1e-4;

/** A scalar function of many numbers; it must not keep or change its argument. */
export type ScalarFunction = (point: Float64Array) => number;

/** d f / d point[index], by central difference. */
export function partialDerivative(f: ScalarFunction, point: Float64Array, index: number): number {
  const direction = new Float64Array(point.length);
  direction[index] = 1;
  return directionalDerivative(f, point, direction);
}

/** Partial derivatives at the chosen indices, in their order. */
export function partialDerivatives(f: ScalarFunction, point: Float64Array, indices: ArrayLike<number>): Float64Array {
  return Float64Array.from(indices, (index) => partialDerivative(f, point, index));
}

/** The whole gradient: two evaluations an element. */
export function gradient(f: ScalarFunction, point: Float64Array): Float64Array {
  return partialDerivatives(
    f,
    point,
    Array.from(point, (_, index) => index),
  );
}

/** d/dt f(point + t * direction) at t = 0: checks a whole gradient g at once, as it must equal g · direction. */
export function directionalDerivative(f: ScalarFunction, point: Float64Array, direction: Float64Array): number {
  if (direction.length !== point.length)
    throw new RangeError(`${direction.length} directions, ${point.length} numbers`);
  const ahead = Float64Array.from(point, (value, index) => value + differenceStep * at(direction, index));
  const behind = Float64Array.from(point, (value, index) => value - differenceStep * at(direction, index));
  return (f(ahead) - f(behind)) / (2 * differenceStep);
}
