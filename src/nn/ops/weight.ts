import type { Real, Tensor } from "../../gpu/tensor.ts";
import type { Param } from "../params.ts";
import type { Scope } from "../scope.ts";
import { convert } from "./convert.ts";

/** Records what reads a matrix, f32, as numbers of a type; what is made of it for that is in memory only for as long. */
export function inType(s: Scope, matrix: Tensor, real: Real, read: (matrix: Tensor) => void): void {
  if (matrix.dtype === real) {
    read(matrix);
    return;
  }
  const made = s.temporary("weight in use", matrix.shape, real);
  convert(s, matrix, made);
  read(made);
  s.free(made);
}

/** The same for a weight: for its value, or for the effective weight that a method makes of it, as shortly in memory. */
export function withWeight(
  s: Scope,
  { spec, value, effective }: Param,
  real: Real,
  read: (matrix: Tensor) => void,
): void {
  if (effective === undefined) {
    inType(s, value, real, read);
    return;
  }
  const made = s.temporary("effective weight", spec.shape);
  effective(s.rec, made);
  inType(s, made, real, read);
  s.free(made);
}
