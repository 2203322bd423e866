import { at, emptyReference, put, type Reference } from "./array.ts";

/** y = x · mask / keepShare; mask 0 or 1 per element, null keeps all unscaled. */
export function dropout(x: Reference, mask: ArrayLike<number> | null, keepShare: number): Reference {
  if (mask === null) return x;
  const result = emptyReference(x.value.length);
  for (let index = 0; index < x.value.length; index++) {
    const factor = at(mask, index) / keepShare;
    put(result, index, at(x.value, index) * factor, at(x.magnitude, index) * factor);
  }
  return result;
}
