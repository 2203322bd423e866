import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExperimentResult } from "../../src/contract/run.ts";
import { openFolder } from "../../src/models/folder.ts";
import { anyChoice, tinyLength } from "../experiment/refusal.ts";
import { connectEngine, tinyPlan } from "./engine.ts";
import type { ConnectedEngine } from "./engine.ts";

let engine: ConnectedEngine;
let result: ExperimentResult;
beforeAll(async () => {
  engine = connectEngine();
  await engine.load();
  result = await engine.trainer.start(tinyPlan(["vanilla", "dps-dense"], [1, 2]), () => undefined);
});
afterAll(() => engine.close());

test("of each method the last completed run can be taken along", async () => {
  expect(await engine.trainer.exports()).toEqual([
    { run: "vanilla-seed2", method: "vanilla", seed: 2, problem: null },
    { run: "dps-dense-seed2", method: "dps-dense", seed: 2, problem: null },
  ]);
  await expect(engine.trainer.exportModel("vanilla-seed1")).rejects.toMatchObject({
    code: "bad-settings",
    message: expect.stringContaining("Kept are vanilla-seed2, dps-dense-seed2"),
  });
});

test("nothing answers before it was exported", async () => {
  await expect(engine.trainer.classify("the cat", "a dog")).rejects.toMatchObject({ code: "bad-settings" });
});

test("onnxruntime-web agrees with the engine on every dev row", async () => {
  const opinion = await engine.trainer.secondOpinion("vanilla-seed2");
  expect(opinion).toMatchObject({ rowCount: 6, devCount: 6, equalShare: 1, agrees: true, limit: 1e-3 });
  // Two f32 computations of logits below 1 in size: some roundings of 2^-24 apart, far from the limit.
  expect(opinion.maxLogitDifference).toBeGreaterThan(0);
  expect(opinion.maxLogitDifference).toBeLessThan(1e-5);
});

test("each checked model answers for a text or a pair", async () => {
  await engine.trainer.secondOpinion("dps-dense-seed2");
  const answers = await engine.trainer.classify("the old cat sat", "a cat ran");
  expect(answers.map(({ run, score }) => [run, score])).toEqual([
    ["vanilla-seed2", null],
    ["dps-dense-seed2", null],
  ]);
  for (const { probabilities } of answers) {
    expect(probabilities.map(({ label }) => label)).toEqual(result.config.labels);
    // Two quotients by one sum: each is rounded once.
    expect(Math.abs(probabilities.reduce((sum, { probability }) => sum + probability, 0) - 1)).toBeLessThan(1e-15);
  }
  const [vanilla, dense] = answers;
  expect(vanilla?.probabilities).not.toEqual(dense?.probabilities);
  await expect(engine.trainer.classify("  ", null)).rejects.toMatchObject({ code: "bad-settings" });
});

test("the .zip loads back and scores as the run did", async () => {
  const zip = await engine.trainer.exportModel("vanilla-seed2");
  const folder = await openFolder([{ path: "model.zip", file: zip }]);
  expect(folder.has("model.onnx")).toBe(true);
  await engine.trainer.loadModel([{ path: "model.zip", file: zip }]);
  await engine.trainer.prepareData(anyChoice, tinyLength);
  // A learning rate of 0 leaves the weights alone, so that the score is of what was read.
  const again = await engine.trainer.start(tinyPlan(["vanilla"], [1], { learningRate: 0 }), () => undefined);
  const before = result.runs.find(({ id }) => id === "vanilla-seed2");
  expect(again.runs[0]?.evaluations.at(-1)?.loss).toBe(before?.evaluations.at(-1)?.loss);
  expect(again.runs[0]?.evaluations.at(-1)?.scores).toEqual(before?.evaluations.at(-1)?.scores);
  // The next experiment's models take the place of the last one's.
  expect((await engine.trainer.exports()).map(({ run }) => run)).toEqual(["vanilla-seed1"]);
});
