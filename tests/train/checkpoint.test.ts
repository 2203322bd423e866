import { describe, expect, test } from "vitest";
import { globals } from "webgpu";
import { parseValues } from "../../src/contract/fields.ts";
import { methods } from "../../src/methods/index.ts";
import { initialValues } from "../../src/train/checkpoint.ts";
import { plannedWorld } from "../methods/world.ts";
import { syntheticCheckpoint } from "./synthetic.ts";

Object.assign(globalThis, globals);

const hidden = 64;
const sizes = {
  vocab_size: 20,
  hidden_size: hidden,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 64,
  max_position_embeddings: 16,
};
/** Enough of them that their spread says something. */
const outputCount = 50;
const checkpoint = syntheticCheckpoint(sizes);
const specs = checkpoint.model.params(outputCount);
const head = ["classifier.weight", "classifier.bias"] as const;
const linear = { headStart: "linear" } as const;

function headOf(values: ReadonlyMap<string, Float32Array>): readonly Float32Array[] {
  return head.map((name) => values.get(name) ?? new Float32Array());
}

function moments(values: Float32Array): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + value * value, 0) / values.length };
}

describe("a head that the checkpoint lacks", () => {
  test("starts as nn.Linear where asked: weight and bias uniform within 1/sqrt(d)", () => {
    const bound = 1 / Math.sqrt(hidden);
    const parts = headOf(initialValues(checkpoint, specs, 1, linear));
    expect(parts.map(({ length }) => length)).toEqual([outputCount * hidden, outputCount]);
    for (const values of parts) {
      const { mean, variance } = moments(values);
      const n = values.length;
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(bound));
      // Of n draws of U(-b, b): the mean is off by b·sqrt(1/3n), that of the squares (b²/3) by b²·sqrt(4/45n). Five of those.
      expect(Math.abs(mean)).toBeLessThan(5 * bound * Math.sqrt(1 / (3 * n)));
      expect(Math.abs(variance - bound ** 2 / 3)).toBeLessThan(5 * bound ** 2 * Math.sqrt(4 / (45 * n)));
    }
  });

  test("starts from N(0, 0.02²) and 0 by default", () => {
    const [weight = new Float32Array(), bias] = headOf(initialValues(checkpoint, specs, 1));
    expect(Math.abs(moments(weight).variance / 0.02 ** 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / weight.length));
    expect(bias).toEqual(new Float32Array(outputCount));
  });

  test("starts alike for all methods of a seed, and otherwise with another seed", () => {
    const { world } = plannedWorld(40, specs);
    const heads = methods.map((method) => {
      const { anew } = method.start(world, parseValues(method.fields, {}));
      return headOf(initialValues(checkpoint, specs, 1, { anew, ...linear }));
    });
    const [first] = heads;
    expect(heads.length).toBeGreaterThan(5);
    for (const other of heads) expect(other).toEqual(first);
    headOf(initialValues(checkpoint, specs, 2, linear)).forEach((values, index) => {
      expect(values).not.toEqual(first?.[index]);
    });
  });

  test("changes nothing else", () => {
    const values = initialValues(checkpoint, specs, 1, linear);
    for (const [name, kept] of checkpoint.values) expect(values.get(name)).toBe(kept);
    expect(values.size).toBe(checkpoint.values.size + head.length);
  });
});

test("a head that the checkpoint has is kept, and one of another shape is not", () => {
  const given = new Map([...checkpoint.values, ...initialValues(checkpoint, specs, 7)]);
  const trained = syntheticCheckpoint(sizes, given);
  expect(headOf(initialValues(trained, specs, 1, linear))).toEqual(headOf(given));
  const other = checkpoint.model;
  const [weight] = headOf(initialValues(trained, other.params(3), 1, linear));
  expect(weight?.length).toBe(3 * hidden);
});
