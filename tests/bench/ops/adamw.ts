import { AdamW } from "../../../src/optim/adamw.ts";
import { reserveMask } from "../../../src/methods/selection.ts";
import { ParamSet } from "../../../src/nn/params.ts";
import { timeMemory } from "../op-bench.ts";
import type { Op } from "../op-bench.ts";
import { firstParams } from "../params.ts";

/** AdamW over the embeddings and a layer: all weights, then those of the matrices that a mask lets through. */
export const adamw: Op = {
  id: "adamw",
  async run(bench) {
    for (const { name, sizes } of bench.shapes) {
      for (const masked of [false, true]) {
        await timeMemory(bench, masked ? `${name}, a layer's matrices` : `${name}, embeddings and a layer`, (mem) => {
          const all = firstParams(mem, sizes);
          const params = masked ? new ParamSet(all.list.filter(({ spec }) => spec.selectable)) : all;
          const optimizer = new AdamW(mem, params, { weightDecay: 0.01 });
          const control = mem.tensor("activations", "control", [4]);
          const masks = params.list.map((param) => [param.spec.name, reserveMask(mem, param)] as const);
          const updated = new Map(masked ? masks : []);
          return (s) => optimizer.step(s, params, { step: 1, learningRate: 1e-4, control, updated });
        });
      }
    }
  },
};
