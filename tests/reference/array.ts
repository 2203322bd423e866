/** A float64 result and, per element, the sum of absolute terms behind it: the scale of its rounding bound. */
export interface Reference {
  readonly value: Float64Array;
  readonly magnitude: Float64Array;
}

/** Element `index`; throws past the end, so that a reference can never read a hole. */
export function at<T>(values: ArrayLike<T>, index: number): T {
  const value = values[index];
  if (value === undefined) throw new RangeError(`index ${index} of ${values.length} elements`);
  return value;
}

/** An empty result of `count` elements, to be filled. */
export function emptyReference(count: number): Reference {
  return { value: new Float64Array(count), magnitude: new Float64Array(count) };
}

/** Values that carry no rounding of their own: magnitude 0, so only the allowance of a comparison is left. */
export function exactReference(values: ArrayLike<number>): Reference {
  return { value: Float64Array.from(values), magnitude: new Float64Array(values.length) };
}

/** Value and magnitude of one element. */
export function put(result: Reference, index: number, value: number, magnitude: number): void {
  if (!(index >= 0 && index < result.value.length)) throw new RangeError(`index ${index}`);
  result.value[index] = value;
  result.magnitude[index] = magnitude;
}
