import { describe, expect, test } from "vitest";
import { geluTanh, silu } from "../reference/activations.ts";
import { at, exactReference } from "../reference/array.ts";
import { bert, type BertSizes, type NamedParameters } from "../reference/bert.ts";
import { expectClose } from "../reference/compare.ts";
import { directionalDerivative, partialDerivatives } from "../reference/finite-difference.ts";
import { gelu } from "../reference/gelu.ts";
import { mixScore } from "../reference/score.ts";
import { selectTopShare } from "../reference/selection.ts";
import { goldenNames, readGolden, readScores, type GoldenFixture, type GoldenTensor } from "./read.ts";

function sizesOf({ config, labelCount }: GoldenFixture): BertSizes {
  return {
    hidden: Number(config["hidden_size"]),
    layers: Number(config["num_hidden_layers"]),
    heads: Number(config["num_attention_heads"]),
    intermediate: Number(config["intermediate_size"]),
    labels: labelCount,
    eps: Number(config["layer_norm_eps"]),
    activation: config["hidden_act"] === "gelu_new" ? geluTanh : config["hidden_act"] === "silu" ? silu : gelu,
  };
}

function parametersOf(tensors: ReadonlyMap<string, GoldenTensor>): NamedParameters {
  return new Map([...tensors].map(([name, { data }]) => [name, Float64Array.from(data)]));
}

describe.each(["vanilla", "vanilla-regression", "vanilla-multi-label"] as const)(
  "%s: the float64 BERT and PyTorch agree",
  (name) => {
    const fixture = readGolden(name);
    const sizes = sizesOf(fixture);
    const params = parametersOf(fixture.initial);
    const batch = fixture.batches[0] ?? { ids: [], types: [], offsets: [0], labels: [] };

    test("loss of step 1", () => {
      expect(bert(sizes, params, batch).loss).toBeCloseTo(fixture.steps[0]?.loss ?? Number.NaN, 12);
    });

    // Below the pooler all losses take the same way.
    const checked = [...params.keys()].filter((key) => name === "vanilla" || !/encoder|embeddings/.test(key));
    test.each(checked)("gradient of %s", (parameter) => {
      const gradient = Float64Array.from(fixture.gradients.get(parameter)?.data ?? []);
      const point = params.get(parameter) ?? new Float64Array();
      const loss = (values: Float64Array) => bert(sizes, new Map(params).set(parameter, values), batch).loss;
      // Along (1, -1, 1, ...)/sqrt(n), and at the largest element. h² · 1000 leaves room for the third derivative.
      const direction = point.map((_, index) => (index % 2 === 0 ? 1 : -1) / Math.sqrt(point.length));
      const projected = gradient.reduce((sum, slope, index) => sum + slope * at(direction, index), 0);
      const largest = gradient.reduce(
        (best, slope, index) => (Math.abs(slope) > Math.abs(at(gradient, best)) ? index : best),
        0,
      );
      const got = [directionalDerivative(loss, point, direction), ...partialDerivatives(loss, point, [largest])];
      expectClose(got, exactReference([projected, at(gradient, largest)]), 1e-8 * 1000);
    });
  },
);

test.each(goldenNames)("%s: logits of the final weights on batch 0", (name) => {
  const fixture = readGolden(name);
  const batch = fixture.batches[0] ?? { ids: [], types: [], offsets: [0], labels: [] };
  const { logits } = bert(sizesOf(fixture), parametersOf(fixture.final), batch);
  // The final weights were rounded to f32 on the way here, which the deviation of PyTorch's f32 run measures.
  expectClose(Float32Array.from(logits), exactReference(fixture.evalLogits.data), fixture.evalLogits.deviation * 8);
});

test.each(["dps-dense", "dps-dense-strict", "dps-mix", "dps-mix-exact"] as const)("%s: selections", (name) => {
  const { selections, recipe, margin, steps } = readGolden(name);
  expect(selections.map(({ step, cycle }) => [step, cycle])).toEqual([
    [3, 0],
    [7, 1],
  ]);
  expect(steps.map(({ stage }) => stage)).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 1, 1]);
  expect(steps.length).toBe(recipe.maxSteps);
  expect(margin).toBeGreaterThan(1e-4);
  for (const { size, rank, kept, mask } of selections.flatMap(({ matrices }) => matrices)) {
    expect(rank).toBe(Math.ceil(size * 0.7));
    expect(kept).toBe(rank);
    expect(mask.reduce((sum, bit) => sum + bit, 0)).toBe(kept);
  }
});

test("dps-mix: a draw a matrix in every step of stage I, one bit a column", () => {
  const { draws, initial } = readGolden("dps-mix");
  expect([...new Set(draws.map(({ step }) => step))]).toEqual([1, 2, 5, 6, 9, 10]);
  for (const { label, kept } of draws) {
    expect(kept.length).toBe(initial.get(label.replace("mixout/", ""))?.shape[1]);
  }
});

test.each(readScores().map((one) => [`us ${one.us}, p ${one.frozenShare}`, one] as const))("score: %s", (_, one) => {
  const { value, magnitude } = mixScore(Float64Array.from(one.gam.data), Float64Array.from(one.fam.data), one.us);
  expectClose(one.score.data, { value, magnitude });
  const { mask, kept, rank } = selectTopShare(one.score.data, one.frozenShare);
  expect({ mask: [...mask], kept, rank }).toEqual({ mask: [...one.mask], kept: one.kept, rank: one.rank });
});
