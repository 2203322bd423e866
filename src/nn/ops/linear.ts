import type { Tensor } from "../../gpu/tensor.ts";
import type { Param } from "../params.ts";
import type { Pass, Scope } from "../scope.ts";
import { columnSum } from "./column-sum.ts";
import { matmulNN, matmulNT, matmulTN } from "./matmul.ts";

/** A linear layer's pass; its backward can add into a gradient that other branches already wrote. */
export interface LinearPass extends Pass {
  back(s: Scope, dout: Tensor, into?: Tensor): Tensor;
}

/**
 * y = x Wᵀ + b, and its backward dx = dy W, dW = dyᵀ x, db = column sums of dy.
 *
 * x [rows, in], weight [out, in], bias [out], y [rows, out]. `back` adds dx to `into` where given, else writes it to
 * the temporary "linear dx".
 */
export function linear(s: Scope, label: string, x: Tensor, weight: Param, bias: Param): LinearPass {
  const [rows = 0, inputs = 0] = x.shape;
  const out = s.saved(label, [rows, weight.spec.shape[0] ?? 0]);
  matmulNT(s, x, weight.value, out, { bias: bias.value });
  return {
    out,
    back(s, dout, into) {
      matmulTN(s, dout, x, weight.grad, { accumulate: s.claim(weight) });
      columnSum(s, dout, bias.grad, s.claim(bias));
      const dx = into ?? s.temporary("linear dx", [rows, inputs]);
      matmulNN(s, dout, weight.value, dx, { accumulate: into === undefined ? 0 : 1 });
      return dx;
    },
  };
}
