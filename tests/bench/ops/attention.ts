import { attentionVariants } from "../../../src/nn/ops/attention.ts";
import { batch, timeVariants } from "../op-bench.ts";
import type { Op } from "../op-bench.ts";

/** Attention of one layer, forward and backward. */
export const attention: Op = {
  id: "attention",
  async run(bench) {
    const asked = bench.shapes.map(({ name, sizes }) => {
      const heads = sizes.num_attention_heads;
      const size = sizes.hidden_size / heads;
      const lengths = { tokens: batch.count, sequences: batch.rows, longest: batch.tokens };
      return {
        label: `${name} ${heads}x${size}`,
        question: { op: "attention", real: "f32", heads, size, ...lengths } as const,
      };
    });
    await timeVariants(bench, attentionVariants, asked);
  },
};
