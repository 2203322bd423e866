import { activationOf, layoutOf } from "../../../src/nn/kernels.ts";
import type { MatmulKind } from "../../../src/nn/kernels.ts";
import { matmulVariants } from "../../../src/nn/ops/matmul.ts";
import { batch, timeVariants } from "../op-bench.ts";
import type { Op } from "../op-bench.ts";
import type { Shape } from "../shapes.ts";

/** The products of a layer, kind by kind. Parts of the inner extent are of use to dW alone. */
export const matmul: Op = {
  id: "matmul",
  async run(bench) {
    for (const kind of ["nt", "nt_gelu", "nt_gelu_tanh", "nn", "nn_gelu", "nn_gelu_tanh", "tn"] as const) {
      const variants = [...matmulVariants].filter(([, { parts }]) => kind === "tn" || parts === 1);
      const asked = bench.shapes.flatMap(({ name, sizes }) =>
        weightsOf(kind, sizes).map(([outputs, inputs]) => ({
          label: `${name} ${kind} ${outputs}x${inputs}`,
          question: { op: "matmul", real: "f32", kind, sizes: sizesOf(kind, outputs, inputs) } as const,
        })),
      );
      await timeVariants(bench, new Map(variants), asked);
    }
  },
};

type Weight = readonly [outputs: number, inputs: number];

/** The weights that a kind is asked for: GELU stands between the two of the feed-forward. */
function weightsOf(kind: MatmulKind, { hidden_size: hidden, intermediate_size: inner }: Shape): readonly Weight[] {
  const weights = { square: [hidden, hidden], expand: [inner, hidden], contract: [hidden, inner] } as const;
  const { square, expand, contract } = weights;
  if (activationOf(kind) !== null) return layoutOf(kind) === "nt" ? [expand] : [contract];
  return { nt: [square, contract], nn: [square, expand], tn: [square, expand, contract] }[layoutOf(kind)];
}

function sizesOf(kind: MatmulKind, outputs: number, inputs: number) {
  const forward = { M: batch.count, N: outputs, K: inputs };
  const backward = { M: batch.count, N: inputs, K: outputs };
  return {
    nt: forward,
    nn: backward,
    tn: { M: outputs, N: inputs, K: batch.count },
  }[layoutOf(kind)];
}
