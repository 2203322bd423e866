import { describe, expect, test } from "vitest";
import { openOnnx } from "../../../src/models/onnx/onnx-runtime.ts";
import { writeOnnx } from "../../../src/models/onnx/graph.ts";
import { bert } from "../../../src/nn/families/bert/bert.ts";
import { createParams } from "../../../src/nn/params.ts";
import { createArena } from "../../../src/gpu/arena.ts";
import type { Kernel } from "../../../src/gpu/kernel.ts";
import { plainTokens, reserveInputs } from "../../../src/nn/inputs.ts";
import { createScope, noDropout } from "../../../src/nn/scope.ts";
import { portableKernels } from "../../../src/nn/tuning/choice.ts";
import { readGolden } from "../../golden/read.ts";
import { activationCases } from "../../reference/activations.ts";
import { exactReference } from "../../reference/array.ts";
import { bert as reference } from "../../reference/bert.ts";
import { difference, expectClose } from "../../reference/compare.ts";

const silent = { run: () => {}, copy: () => {}, clear: () => {}, submit: () => {}, phase: () => {} };
const sizes = { hidden_size: 8, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 12 };

/** The kernels with an activation that a config's forward runs. */
function activationsOf(changes: object): readonly string[] {
  const model = bert.open({ ...sizes, vocab_size: 9, max_position_embeddings: 7, ...changes });
  const mem = createArena(null);
  const names: string[] = [];
  const rec = { ...silent, run: ({ name }: Kernel) => void names.push(name) };
  const s = createScope({ rec, mem, seed: 1, step: 1, dropout: noDropout, kernels: portableKernels });
  const inputs = reserveInputs(mem, { tokenCount: 6, sequenceCount: 2, maxLength: 3 }, plainTokens);
  model.forward(s, createParams(mem, model.params(2)), inputs);
  return names.filter((name) => name.startsWith("matmul_nt_"));
}

test.each([
  [{}, "matmul_nt_gelu"],
  [{ hidden_act: "gelu" }, "matmul_nt_gelu"],
  [{ hidden_act: "gelu_python" }, "matmul_nt_gelu"],
  [{ hidden_act: "gelu_new" }, "matmul_nt_gelu_tanh"],
  [{ hidden_act: "gelu_pytorch_tanh" }, "matmul_nt_gelu_tanh"],
  [{ hidden_act: "gelu_fast" }, "matmul_nt_gelu_tanh"],
  [{ hidden_act: "gelu_accurate" }, "matmul_nt_gelu_tanh"],
  [{ hidden_act: "relu" }, "matmul_nt_relu"],
  [{ hidden_act: "silu" }, "matmul_nt_silu"],
  [{ hidden_act: "swish" }, "matmul_nt_silu"],
])("%o has an activation of its own in every layer", (changes, kernel) => {
  expect(activationsOf(changes)).toEqual([kernel, kernel]);
});

test.each(["quick_gelu", "gelu_10", "mish", "toString", "", 7, null, ["gelu"]])("hidden_act %j", (hidden_act) => {
  const opened = () => activationsOf({ hidden_act });
  // Hugging Face's own default stands where config.json says null.
  if (hidden_act === null) expect(opened()).toContain("matmul_nt_gelu");
  else expect(opened).toThrow(`config.json: hidden_act is ${JSON.stringify(hidden_act)}; wanted one of gelu, `);
});

test.each([0, false, null])("fields of other encoders that say %j are BERT's own", (value) => {
  const fields = [
    "alibi_starting_size",
    "rotary_emb_fraction",
    "rope_theta",
    "relative_attention",
    "prenorm",
    "pre_norm",
  ];
  const said = Object.fromEntries([...fields, "quantization_config"].map((name) => [name, value]));
  expect(activationsOf({ ...said, pruned_heads: {}, is_decoder: false })).toEqual(activationsOf({}));
});

/** What onnxruntime-web makes of a golden run's final weights, on its first batch, with an activation. */
async function onnxLogits(name: "vanilla" | "vanilla-gelu-new" | "vanilla-silu", hidden_act: string) {
  const { final, config, batches, labelCount } = readGolden(name);
  const tensors = [...final].map(([parameter, { shape, data }]) => ({ name: parameter, shape, data }));
  const model = bert.open({ ...config, hidden_act });
  const parts = { name, kind: "classification" as const, labels: ["a", "b", "c"], outputCount: labelCount, tensors };
  const session = await openOnnx(writeOnnx({ ...parts, build: (g) => model.graph(g) }));
  const [batch] = batches;
  if (batch === undefined) throw new Error("no batch");
  const logits = await session.run(batch);
  await session.dispose();
  return { batch, logits, params: new Map([...final].map(([key, { data }]) => [key, Float64Array.from(data)])) };
}

test.each([
  ["vanilla-gelu-new", "gelu_new"],
  ["vanilla-silu", "silu"],
] as const)("%s as ONNX gives PyTorch's logits in onnxruntime-web", async (name, hidden_act) => {
  const { logits } = await onnxLogits(name, hidden_act);
  const { evalLogits } = readGolden(name);
  // The final weights were rounded to f32 on the way here, which the deviation of PyTorch's f32 runs measures.
  expectClose(logits, exactReference(evalLogits.data), evalLogits.deviation * 8);
});

describe("as ONNX", () => {
  test.each(activationCases)("$activation, and no other, is what float64 makes of it", async ({ activation }) => {
    const named = { gelu: "gelu", gelu_tanh: "gelu_new", relu: "relu", silu: "silu" };
    const { batch, logits, params } = await onnxLogits("vanilla", named[activation]);
    for (const one of activationCases) {
      const parts = { hidden: 32, layers: 2, heads: 2, intermediate: 64, labels: 3, eps: 1e-3 };
      const exact = reference({ ...parts, activation: one.reference }, params, batch).logits;
      // Eight times the rounding of PyTorch's own f32 runs.
      const fault = difference(logits, exactReference(exact), readGolden("vanilla").evalLogits.deviation * 8);
      if (one.activation === activation) expect(fault).toBeNull();
      else expect(fault).not.toBeNull();
    }
  });
});
