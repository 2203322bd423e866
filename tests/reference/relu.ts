import { at, emptyReference, put, type Reference } from "./array.ts";

/** y = max(x, 0), element by element. */
export function relu(x: Float64Array): Reference {
  const result = emptyReference(x.length);
  for (let index = 0; index < x.length; index++) put(result, index, Math.max(at(x, index), 0), Math.abs(at(x, index)));
  return result;
}
