import { afterAll, beforeAll, expect, test } from "vitest";
import { answersOf } from "../../src/analysis/answers/run-answers.ts";
import { asTheFileSays } from "../../src/contract/reading.ts";
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

test("every completed run can be tried and taken along", async () => {
  const runs = ["vanilla-seed1", "dps-dense-seed1", "vanilla-seed2", "dps-dense-seed2"];
  const kept = await engine.trainer.exports();
  expect(kept.map(({ run, problem }) => [run, problem])).toEqual(runs.map((run) => [run, null]));
  await expect(engine.trainer.exportModel("vanilla-seed3")).rejects.toMatchObject({
    code: "bad-settings",
    message: expect.stringContaining(`Completed are ${runs.join(", ")}`),
  });
});

test("onnxruntime-web agrees with the engine on every dev row", async () => {
  const opinion = await engine.trainer.secondOpinion("vanilla-seed2");
  expect(opinion).toMatchObject({ rowCount: 6, devCount: 6, equalShare: 1, agrees: true, limit: 1e-3 });
  // Two f32 computations of logits below 1 in size: some roundings of 2^-24 apart, far from the limit.
  expect(opinion.maxLogitDifference).toBeGreaterThan(0);
  expect(opinion.maxLogitDifference).toBeLessThan(1e-5);
});

test("the chosen models answer for a text or a pair, before any was exported", async () => {
  const runs = ["vanilla-seed1", "dps-dense-seed2"];
  const answers = await engine.trainer.classify("the old cat sat", "a cat ran", runs);
  expect(answers.map(({ run, seed, score }) => [run, seed, score])).toEqual([
    ["vanilla-seed1", 1, null],
    ["dps-dense-seed2", 2, null],
  ]);
  for (const { probabilities } of answers) {
    expect(probabilities.map(({ label }) => label)).toEqual(result.config.labels);
    // Two quotients by one sum: each is rounded once.
    expect(Math.abs(probabilities.reduce((sum, { probability }) => sum + probability, 0) - 1)).toBeLessThan(1e-15);
  }
  const [vanilla, dense] = answers;
  expect(vanilla?.probabilities).not.toEqual(dense?.probabilities);
  await expect(engine.trainer.classify("  ", null, runs)).rejects.toMatchObject({ code: "bad-settings" });
});

test("a file is predicted as the run scored its dev rows, and by the opened .zip alike", async () => {
  const run = "dps-dense-seed1";
  const dev = await engine.trainer.devExamples([0, 1, 2, 3, 4, 5]);
  const rows = dev.map(({ first, second }, index) => `${index}\t${first}\t${second ?? ""}`);
  const file = { path: "test.tsv", file: new Blob([["index\tsentence1\tsentence2", ...rows, ""].join("\n")]) };
  const input = await engine.trainer.predictionInput(file, run);
  expect(input).toMatchObject({ rowCount: 6, pair: true, mapping: { first: 1, second: 2, label: null } });
  const bare = await engine.trainer.predictionInput(file, run, { ...asTheFileSays, header: false });
  expect(bare).toMatchObject({ rowCount: 7, header: null });
  await engine.trainer.predictionInput(file, run);
  const done: number[] = [];
  const predicted = await engine.trainer.predictFile(run, null, (rowCount) => done.push(rowCount));
  const { answers, config } = result;
  const [own] = answers === null ? [] : answersOf(answers, [{ id: run, method: "dps-dense" }], config.labels.length);
  expect(predicted.preview.map(({ prediction }) => prediction)).toEqual(
    Array.from(own?.said ?? [], (value) => config.labels[value]),
  );
  predicted.preview.forEach(({ probabilities }, row) => {
    expect(Math.abs((probabilities[0] ?? 0) - (own?.probabilities?.of(row, 0) ?? 2))).toBeLessThanOrEqual(1 / 65_535);
  });
  expect(predicted).toMatchObject({ rowCount: 6, emptyCount: 0, score: null });
  // Progress comes by another port than the result.
  await expect.poll(() => done.at(-1)).toBe(6);
  expect((await predicted.file.text()).split("\n")).toHaveLength(8);
  const zip = { path: "model.zip", file: await engine.trainer.exportModel(run) };
  const { id } = await engine.trainer.openExported([zip]);
  expect(await engine.trainer.predictionInput(null, id)).toMatchObject({ name: "test.tsv", mapping: input.mapping });
  const again = await engine.trainer.predictFile(id, input.mapping, () => undefined);
  expect(again.preview.map(({ prediction }) => prediction)).toEqual(
    predicted.preview.map(({ prediction }) => prediction),
  );
  await engine.trainer.closeExported(id);
  await expect(engine.trainer.predictFile(id, input.mapping, () => undefined)).rejects.toMatchObject({
    code: "bad-settings",
  });
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
