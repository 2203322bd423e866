import { at, emptyReference, put, type Reference } from "./array.ts";

/** y = tanh(x), element by element. */
export function tanh(x: Float64Array): Reference {
  const result = emptyReference(x.length);
  for (let index = 0; index < x.length; index++) {
    const value = Math.tanh(at(x, index));
    put(result, index, value, Math.abs(value) + Math.abs(at(x, index)) * (1 - value * value));
  }
  return result;
}
