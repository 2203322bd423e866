import { afterAll, beforeAll, expect, test } from "vitest";
import { rteTable } from "../models/tiny-folder.ts";
import { anyChoice, tinyLength } from "../experiment/refusal.ts";
import { connectEngine, tinyPlan } from "./engine.ts";
import type { ConnectedEngine } from "./engine.ts";

let engine: ConnectedEngine;
beforeAll(async () => {
  engine = connectEngine();
  await engine.load();
  await engine.trainer.loadTransfer("elsewhere", { path: "elsewhere.tsv", file: new Blob([rteTable(5)]) });
  await engine.trainer.prepareData(anyChoice, tinyLength);
});
afterAll(() => engine.close());

test("a run that learns nothing stops as soon as its patience ends, and is what the whole run was up to there", async () => {
  // Too low a rate to change any answer, and not 0, so that the schedule is seen.
  const still = { steps: 12, evaluateEvery: 2, learningRate: 1e-12, warmupRatio: 0.25 };
  const [whole] = (await engine.trainer.start(tinyPlan(["vanilla"], [1], still), () => undefined)).runs;
  const patient = tinyPlan(["vanilla"], [1], { ...still, patience: 2 });
  const [early] = (await engine.trainer.start(patient, () => undefined)).runs;
  expect(early).toMatchObject({ status: "completed", error: null, stepCount: 12 });
  expect(early?.evaluations.map(({ step }) => step)).toEqual([2, 4, 6]);
  expect(early?.steps).toEqual(whole?.steps.slice(0, 6));
  const far = (run: typeof early) => run?.evaluations.map(({ scores }) => "accuracy@elsewhere" in scores);
  expect(far(early)).toEqual([false, false, true]);
  expect(far(whole)).toEqual([false, false, false, false, false, true]);
});
