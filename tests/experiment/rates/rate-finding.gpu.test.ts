import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { suitedLearningRate } from "../../../src/analysis/rates/learning-rate.ts";
import { ratesAround } from "../../../src/analysis/rates/rate-finder.ts";
import type { RateTrial } from "../../../src/contract/engine/rates.ts";
import { tryRates } from "../../../src/experiment/rates/rate-finding.ts";
import { Workspace } from "../../../src/experiment/workspace.ts";
import { openSession } from "../../../src/train/finetuning/session.ts";
import { watchedGpu } from "../../gpu/watched-gpu.ts";
import { rteTable, tinyFolder } from "../../models/tiny-folder.ts";
import { connectEngine, EventLog, tinyPlan } from "../../worker/engine.ts";
import type { ConnectedEngine } from "../../worker/engine.ts";
import { anyChoice, tinyLength } from "../refusal.ts";

const open = { gate: () => Promise.resolve() };

test("its losses are those of a run that takes the same rates", async () => {
  const { gpu, devices } = watchedGpu();
  const workspace = new Workspace(gpu);
  await workspace.loadModel(tinyFolder());
  await workspace.loadTable("train", { path: "train.tsv", file: new Blob([rteTable(16)]) });
  await workspace.loadTable("dev", { path: "dev.tsv", file: new Blob([rteTable(6)]) });
  await workspace.prepareData(anyChoice, tinyLength);
  const { engine, runs } = await workspace.experiment(tinyPlan(["vanilla"], [1], { steps: 8, warmupRatio: 0.5 }));
  const request = runs[0]?.request;
  if (request === undefined) throw new Error("there is no run");
  const taken: RateTrial[] = [];
  const nothing = (): void => undefined;
  const session = await openSession(engine, request, {
    phase: nothing,
    evaluation: nothing,
    selection: nothing,
    steps: (steps) => taken.push(...steps.map(({ learningRate: rate, loss }) => ({ rate, loss }))),
  });
  await session.train(open);
  session.dispose();
  const rates = taken.map(({ rate }) => rate);
  expect(new Set(rates).size).toBeGreaterThan(4);
  const found = await tryRates(
    engine,
    { ...request, settings: { ...request.settings, learningRate: 1 } },
    rates,
    open,
    nothing,
  );
  expect(found).toEqual(taken);
  for (const device of devices) device.destroy();
});

describe("a search for a learning rate", () => {
  let engine: ConnectedEngine;
  beforeAll(async () => {
    engine = connectEngine();
    await engine.load();
  });
  afterAll(() => engine.close());

  test("goes through the rates around the advice, and tells of them as it goes", async () => {
    const told: number[] = [];
    const { hiddenSize } = await engine.trainer.loadModel(tinyFolder());
    await engine.trainer.prepareData(anyChoice, tinyLength);
    const { trials, planned } = await engine.trainer.findRate(tinyPlan(["dps-dense"], [3, 4]), (all) => {
      told.push(all.length);
    });
    const rates = ratesAround(suitedLearningRate(hiddenSize), planned);
    expect(trials.map(({ rate }) => rate)).toEqual(rates.slice(0, trials.length));
    expect(trials.length).toBeGreaterThan(20);
    expect(told.length).toBeGreaterThan(4);
  });

  test("leaves the runs of an experiment as they are, and the device free for the next", async () => {
    const plan = tinyPlan(["vanilla"], [1]);
    const before = await engine.trainer.start(plan, () => undefined);
    await engine.trainer.findRate(plan, () => undefined);
    const log = new EventLog();
    const after = await engine.trainer.grow(before, { methods: [], seeds: [2], retry: [] }, log.take);
    expect(after.runs[0]).toEqual(before.runs[0]);
    expect((await engine.trainer.exports()).map(({ run }) => run)).toEqual(["vanilla-seed1", "vanilla-seed2"]);
  });

  test("can be stopped", async () => {
    const searching = engine.trainer.findRate(tinyPlan(["vanilla"], [1]), () => void engine.trainer.stop());
    await expect(searching).rejects.toMatchObject({ code: "stopped" });
  });
});
