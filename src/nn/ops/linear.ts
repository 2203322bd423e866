import type { Tensor } from "../../gpu/tensor.ts";
import type { Param } from "../params.ts";
import type { Scope } from "../scope.ts";
import { matmulNN, matmulNT, matmulTN } from "./matmul.ts";

/** A linear layer's pass; its backward writes dx where the caller wants it, or adds it to what stands there. */
export interface LinearPass {
  readonly out: Tensor;
  back(s: Scope, dout: Tensor, dx: Tensor, accumulate: 0 | 1): void;
}

/**
 * y = x Wᵀ + b, and its backward dx = dy W, dW = dyᵀ x, db = column sums of dy.
 *
 * x [rows, in], weight [out, in], bias [out], y [rows, out].
 */
export function linear(s: Scope, label: string, x: Tensor, weight: Param, bias: Param): LinearPass {
  const out = s.saved(label, [x.shape[0] ?? 0, weight.spec.shape[0] ?? 0]);
  matmulNT(s, x, weight.value, out, { bias: bias.value });
  return {
    out,
    back(s, dout, dx, accumulate) {
      const columnSums = { into: bias.grad, accumulate: s.claim(bias) };
      matmulTN(s, dout, x, weight.grad, { accumulate: s.claim(weight), columnSums });
      matmulNN(s, dout, weight.value, dx, { accumulate });
    },
  };
}
