import type { Tensor } from "../../gpu/tensor.ts";
import type { Activation } from "../kernels.ts";
import type { Param } from "../params.ts";
import type { Scope } from "../scope.ts";
import { dropout } from "./dropout.ts";
import { matmulNN, matmulNT, matmulTN } from "./matmul.ts";
import { realOf } from "./real.ts";
import { withWeight } from "./weight.ts";

/** A linear layer's pass; its backward writes dx where the caller wants it, or adds it to what stands there. */
export interface LinearPass {
  readonly out: Tensor;
  back(s: Scope, dout: Tensor, dx: Tensor, accumulate: 0 | 1): void;
}

/**
 * y = x Wᵀ + b, and its backward dx = dy W, dW = dyᵀ x, db = column sums of dy.
 *
 * x [rows, in], weight [out, in], bias [out] or null for none, y [rows, out]. y and dx are of the type of x, parameters and
 * their gradients f32 whatever it is.
 */
export function linear(s: Scope, label: string, x: Tensor, weight: Param, bias: Param | null): LinearPass {
  const real = realOf(x);
  const out = s.saved(label, [x.shape[0] ?? 0, weight.spec.shape[0] ?? 0], real);
  withWeight(s, weight, real, (matrix) => matmulNT(s, x, matrix, out, bias === null ? {} : { bias: bias.value }));
  return {
    out,
    back(s, dout, dx, accumulate) {
      parameterGradients(s, dout, x, weight, bias);
      withWeight(s, weight, real, (matrix) => matmulNN(s, dout, matrix, dx, { accumulate }));
    },
  };
}

function parameterGradients(s: Scope, dout: Tensor, x: Tensor, weight: Param, bias: Param | null): void {
  matmulTN(s, dout, x, weight.grad, biasSums(s, dout, bias), s.claim(weight));
}

/** Where the column sums of a gradient [rows, out] go: to that of a bias, or where nobody reads them. */
export function biasSums(s: Scope, dout: Tensor, bias: Param | null) {
  if (bias === null) return { into: s.saved("sums of no bias", [dout.shape[1] ?? 0]), accumulate: 0 } as const;
  return { into: bias.grad, accumulate: s.claim(bias) };
}

/** Weight and bias of a linear layer. */
interface Layer {
  readonly weight: Param;
  readonly bias: Param;
}

/** What a feed-forward part is made of. */
export interface FeedForward {
  readonly expand: Layer;
  readonly activation: Activation;
  readonly contract: Layer;
  /** Probability of dropping what the activation gives. */
  readonly dropout: number;
}

/**
 * Two linear layers with an activation between them, GELU say: y = gelu(x W1ᵀ + b1) W2ᵀ + b2. It is a part of the products
 * on its two sides, there and back, so that what is as wide as the layer between is read and written once less each way. Dropout
 * of what the activation gives comes between, where there is any: a product by elements, as the activation's own derivative is.
 *
 * x, y [rows, in], W1 [inner, in], W2 [in, inner]. Source: Vaswani et al. 2017, section 3.3, with GELU as in BERT.
 */
export function feedForward(
  s: Scope,
  label: string,
  x: Tensor,
  { expand, activation, contract, dropout: rate }: FeedForward,
): LinearPass {
  const [rows = 0] = x.shape;
  const inner = [rows, expand.weight.spec.shape[0] ?? 0];
  const real = realOf(x);
  const [expanded, activated] = [s.saved(`${label} expanded`, inner, real), s.saved(`${label} activated`, inner, real)];
  const through = { activation, before: expanded };
  withWeight(s, expand.weight, real, (matrix) =>
    matmulNT(s, x, matrix, activated, { bias: expand.bias.value, through }),
  );
  const dropped = dropout(s, `${label} activated dropout`, activated, rate);
  const contracted = linear(s, `${label} contracted`, dropped.out, contract.weight, contract.bias);
  return {
    out: contracted.out,
    back(s, dout, dx, accumulate) {
      const dexpanded = s.temporary("d expanded", inner, real);
      parameterGradients(s, dout, dropped.out, contract.weight, contract.bias);
      withWeight(s, contract.weight, real, (matrix) => matmulNN(s, dout, matrix, dexpanded, { through }));
      dropped.back(s, dexpanded);
      parameterGradients(s, dexpanded, x, expand.weight, expand.bias);
      withWeight(s, expand.weight, real, (matrix) => matmulNN(s, dexpanded, matrix, dx, { accumulate }));
      s.free(dexpanded);
    },
  };
}
