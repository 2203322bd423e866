import { activate } from "../../../src/nn/ops/activation.ts";
import { batch, timeMemory } from "../op-bench.ts";
import type { Op } from "../op-bench.ts";
import { scattered } from "../rig.ts";

/** GELU, as wide as between the feed-forward's products, forward and backward. */
export const activation: Op = {
  id: "activation",
  async run(bench) {
    for (const { name, sizes } of bench.shapes) {
      const shape = [batch.count, sizes.intermediate_size];
      await timeMemory(bench, `${name} ${shape.join("x")}`, (mem, fill) => {
        const [x, dout] = [mem.tensor("activations", "x", shape), mem.tensor("activations", "dout", shape)];
        fill(x, scattered(batch.count * sizes.intermediate_size));
        return (s) => activate(s, "y", x, "gelu").back(s, dout);
      });
    }
  },
};
