import { expect, test } from "vitest";
import { parseValues } from "../../../src/contract/fields.ts";
import { methods } from "../../../src/methods/index.ts";
import { portableKernels } from "../../../src/nn/tuning/choice.ts";
import { planOnDevice } from "../../../src/train/finetuning/plan.ts";
import { trainingSettings } from "../../../src/train/finetuning/settings.ts";
import { smallBert, syntheticCheckpoint, syntheticSplit, syntheticTask } from "../synthetic.ts";

const [rows, length] = [4, 20];
const split = syntheticSplit(rows, length, smallBert.vocab_size);

/** Bytes of the activations of a BERT of so many layers under a method. */
function activations(layers: number, recompute: string, id: string): number {
  const method = methods.find((one) => one.id === id);
  if (method === undefined) throw new Error(`no method ${id}`);
  const record = { vendor: "", architecture: "", description: "", software: true, features: [] };
  const request = {
    checkpoint: syntheticCheckpoint({ ...smallBert, num_hidden_layers: layers }),
    task: syntheticTask,
    labels: ["no", "yes"],
    train: split,
    dev: split,
    transfers: [],
    method,
    values: parseValues(method.fields, {}),
    seed: 1,
    settings: trainingSettings({ batchSize: rows, steps: 40, recompute }),
  };
  const device = { record: { ...record, maxBufferBytes: 2 ** 28, maxBindingBytes: 2 ** 27 } };
  return planOnDevice(request, { device, kernels: portableKernels }).plan.bytes["activations"] ?? 0;
}

/** What one more layer keeps of a forward with attention by blocks, in numbers a token: H hidden, I between, A heads. */
function keptOf(H: number, I: number, A: number): number {
  // Queries, keys, values, attention with its two statistics a head, its Linear, the sum, two statistics and result of a
  // LayerNorm; what is expanded, before and behind its activation; contracted, and again a LayerNorm.
  const attention = 5 * H + 2 * A + 2 * H + 2;
  return attention + 2 * I + H + 2 * H + 2;
}

test.each(["vanilla", "dps-mix"])("%s keeps what stands between two layers, and no more of one layer more", (id) => {
  const more = (recompute: string): number => activations(4, recompute, id) - activations(3, recompute, id);
  expect(more("layers")).toBe(rows * length * smallBert.hidden_size * 4);
  expect(more("none")).toBe(rows * length * keptOf(16, 32, 2) * 4);
});

test("a second pass keeps its own", () => {
  const more = activations(4, "layers", "r-drop") - activations(3, "layers", "r-drop");
  expect(more).toBe(2 * rows * length * smallBert.hidden_size * 4);
});
