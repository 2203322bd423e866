import { clipByGlobalNorm } from "../../../src/optim/clip.ts";
import { timeMemory } from "../op-bench.ts";
import type { Op } from "../op-bench.ts";
import { firstParams } from "../params.ts";

/** The global norm of the gradients of the embeddings and a layer. */
export const norm: Op = {
  id: "norm",
  async run(bench) {
    for (const { name, sizes } of bench.shapes) {
      await timeMemory(bench, `${name}, embeddings and a layer`, (mem) => {
        const params = firstParams(mem, sizes);
        const results = mem.tensor("results", "results", [1, 8]);
        return (s) => s.free(clipByGlobalNorm(s, params, 1, { results, slot: 0 }));
      });
    }
  },
};
