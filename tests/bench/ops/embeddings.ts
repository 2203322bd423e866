import { makeBatch } from "../../../src/data/dataset/batch.ts";
import { groupByRow, plainTokens, reserveInputs, sizesOf } from "../../../src/nn/inputs.ts";
import type { Gather, Inputs } from "../../../src/nn/inputs.ts";
import type { Arena } from "../../../src/gpu/arena.ts";
import type { Tensor } from "../../../src/gpu/tensor.ts";
import { embeddings as record } from "../../../src/nn/ops/embeddings.ts";
import { syntheticSplit } from "../../train/synthetic.ts";
import { batch, timeMemory } from "../op-bench.ts";
import type { Op } from "../op-bench.ts";
import { firstParams } from "../params.ts";

/** The sum of a token's three rows, and the gather of every row's gradient. */
export const embeddings: Op = {
  id: "embeddings",
  async run(bench) {
    for (const { name, sizes } of bench.shapes) {
      const { vocab_size: words, hidden_size: cols } = sizes;
      await timeMemory(bench, `${name} ${words}x${cols}`, (mem, fill) => {
        const params = firstParams(mem, sizes);
        const inputs = inputsOf(mem, words, fill);
        const dout = mem.tensor("activations", "dout", [batch.count, cols]);
        const table = (which: string) => params.of(`bert.embeddings.${which}_embeddings.weight`);
        const [word, position, type] = [table("word"), table("position"), table("token_type")];
        return (s) => record(s, "sum", inputs, word, position, type).back(s, dout);
      });
    }
  },
};

function inputsOf(mem: Arena, words: number, fill: (tensor: Tensor, values: Uint32Array) => void): Inputs {
  const rows = makeBatch(
    syntheticSplit(batch.rows, batch.tokens, words),
    Uint32Array.from({ length: batch.rows }, (_, row) => row),
  );
  const groups = {
    byWord: groupByRow(rows.ids),
    byPosition: groupByRow(rows.positions),
    byType: groupByRow(rows.types),
  };
  const rowCounts = [groups.byWord, groups.byPosition, groups.byType].map((group) => group.rows.length);
  const [wordRows = 0, positionRows = 0, typeRows = 0] = rowCounts;
  const inputs = reserveInputs(mem, { ...sizesOf(rows), rowCounts: [wordRows, positionRows, typeRows] }, plainTokens);
  const fillGather = (gather: Gather, group: ReturnType<typeof groupByRow>): void => {
    fill(gather.rows, group.rows);
    fill(gather.starts, group.starts);
    fill(gather.tokens, group.tokens);
  };
  fill(inputs.ids, rows.ids);
  fill(inputs.positions, rows.positions);
  fill(inputs.types, rows.types);
  fillGather(inputs.byWord, groups.byWord);
  fillGather(inputs.byPosition, groups.byPosition);
  fillGather(inputs.byType, groups.byType);
  return inputs;
}
