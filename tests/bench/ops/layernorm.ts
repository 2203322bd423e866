import { layerNormVariants } from "../../../src/nn/ops/layernorm.ts";
import { batch, timeVariants } from "../op-bench.ts";
import type { Op } from "../op-bench.ts";

/** A residual sum and its LayerNorm, forward and backward. */
export const layernorm: Op = {
  id: "layernorm",
  async run(bench) {
    const asked = bench.shapes.map(({ name, sizes }) => {
      const cols = sizes.hidden_size;
      return {
        label: `${name} ${batch.count}x${cols}`,
        question: { op: "layernorm", real: "f32", rows: batch.count, cols } as const,
      };
    });
    await timeVariants(bench, layerNormVariants, asked);
  },
};
