import { at, emptyReference, put, type Reference } from "./array.ts";
import { erf, erfc } from "./erf.ts";

/** GELU in its erf form: y = x/2 (1 + erf(x/sqrt(2))), element by element. */
export function gelu(x: Float64Array): Reference {
  const result = emptyReference(x.length);
  for (let index = 0; index < x.length; index++) {
    const value = at(x, index);
    const inner = value / Math.SQRT2;
    put(result, index, (value / 2) * erfc(-inner), (Math.abs(value) / 2) * (1 + Math.abs(erf(inner))));
  }
  return result;
}
