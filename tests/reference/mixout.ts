import { at, emptyReference, put, type Reference } from "./array.ts";

/**
 * Effective weight (n⊙W + (1-n)⊙T - p·T)/(1-p), element by element.
 *
 * weight, target, kept [elements]; kept is n, 0 or 1: for a draw per column, repeat it on every row (perColumn).
 */
export function mixout(
  weight: Float64Array,
  target: Float64Array,
  kept: ArrayLike<number>,
  dropShare: number,
): Reference {
  const result = emptyReference(weight.length);
  for (let index = 0; index < weight.length; index++) {
    const own = at(kept, index) * at(weight, index);
    const others = (1 - at(kept, index)) * at(target, index);
    const shift = dropShare * at(target, index);
    const magnitude = (Math.abs(own) + Math.abs(others) + Math.abs(shift)) / (1 - dropShare);
    put(result, index, (own + others - shift) / (1 - dropShare), magnitude);
  }
  return result;
}

/** A vector of columns repeated on every one of `rows` rows. */
export function perColumn(columns: ArrayLike<number>, rows: number): Float64Array {
  return Float64Array.from({ length: rows * columns.length }, (_, index) => at(columns, index % columns.length));
}
