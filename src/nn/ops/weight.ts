import type { Tensor } from "../../gpu/tensor.ts";
import type { Param } from "../params.ts";
import type { Scope } from "../scope.ts";

/**
 * Records what reads a weight: the value, or the effective weight that a method makes of it, which is in memory only for as
 * long. `matrix`: of the parameter's shape.
 */
export function withWeight(s: Scope, { spec, value, effective }: Param, read: (matrix: Tensor) => void): void {
  if (effective === undefined) {
    read(value);
    return;
  }
  const made = s.temporary("effective weight", spec.shape);
  effective(s.rec, made);
  read(made);
  s.free(made);
}
