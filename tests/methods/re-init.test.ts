import { expect, test } from "vitest";
import { globals } from "webgpu";
import { parseValues } from "../../src/contract/fields.ts";
import { reInit } from "../../src/methods/re-init.ts";
import { bert } from "../../src/nn/families/bert/bert.ts";
import { initialValues } from "../../src/train/checkpoint.ts";
import { syntheticCheckpoint } from "../train/synthetic.ts";
import { plannedWorld } from "./world.ts";

Object.assign(globalThis, globals);

const sizes = {
  vocab_size: 20,
  hidden_size: 32,
  num_hidden_layers: 3,
  num_attention_heads: 2,
  intermediate_size: 64,
  max_position_embeddings: 16,
};
const checkpoint = syntheticCheckpoint(sizes);
const specs = bert.open(checkpoint.configJson).params(2);
const { world } = plannedWorld(10, specs);

/** The parameters that start anew, by name. */
function anewWith(values: Record<string, unknown>) {
  return reInit.start(world, parseValues(reInit.fields, values)).anew ?? new Map<string, never>();
}

test("by default the pooler and the top layer start anew, and nothing else", () => {
  const chosen = specs.filter(({ name }) => /pooler|layer\.2\./.test(name)).map(({ name }) => name);
  expect([...anewWith({}).keys()]).toEqual(chosen);
  expect(chosen.length).toBe(18);
});

test("layers are counted from the top, and the pooler can be left out", () => {
  const layers = new Set([...anewWith({ topLayers: 2, reinitPooler: false }).keys()].map((name) => name.split(".")[3]));
  expect([...layers]).toEqual(["1", "2"]);
  expect(anewWith({ topLayers: 0, reinitPooler: false }).size).toBe(0);
  expect(anewWith({ topLayers: 3 }).size).toBe(3 * 16 + 2);
});

test("more layers than the model has are refused", () => {
  expect(() => anewWith({ topLayers: 4 })).toThrow("the top 4 layers; this model has 3. Use at most 3.");
});

test("fresh weights are N(0, 0.02²) of the seed, biases 0, LayerNorm 1 and 0", () => {
  const anew = anewWith({});
  const values = (seed: number) => initialValues(checkpoint, specs, seed, { anew });
  const [one, two] = [values(1), values(2)];
  const weight = one.get("bert.encoder.layer.2.intermediate.dense.weight") ?? new Float32Array();
  const variance = weight.reduce((sum, value) => sum + value * value, 0) / weight.length;
  // The variance of n squared normals is off by sqrt(2/n) of itself; five of those.
  expect(Math.abs(variance / 0.02 ** 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / weight.length));
  expect(two.get("bert.encoder.layer.2.intermediate.dense.weight")).not.toEqual(weight);
  expect(new Set(one.get("bert.encoder.layer.2.output.LayerNorm.weight"))).toEqual(new Set([1]));
  expect(new Set(one.get("bert.encoder.layer.2.output.LayerNorm.bias"))).toEqual(new Set([0]));
  expect(new Set(one.get("bert.pooler.dense.bias"))).toEqual(new Set([0]));
  const kept = "bert.encoder.layer.1.intermediate.dense.weight";
  expect(one.get(kept)).toBe(checkpoint.values.get(kept));
});
