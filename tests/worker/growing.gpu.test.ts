import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExperimentResult, Growth } from "../../src/contract/run.ts";
import { rteTable } from "../models/tiny-folder.ts";
import { connectEngine, EventLog, tinyPlan } from "./engine.ts";
import type { ConnectedEngine } from "./engine.ts";

const plan = tinyPlan(["vanilla", "dps-dense"], [1, 2]);
const ignore = (): void => undefined;
const more = (growth: Partial<Growth>): Growth => ({ methods: [], seeds: [], retry: [], ...growth });
const numbersOf = ({ runs }: ExperimentResult) =>
  Object.fromEntries(runs.map(({ id, steps, evaluations }) => [id, { steps, evaluations }]));

let engine: ConnectedEngine;
beforeAll(async () => {
  engine = connectEngine();
  await engine.load();
});
afterAll(() => engine.close());

describe("an experiment that grew after its end", () => {
  let whole: ExperimentResult;
  let grown: ExperimentResult;
  let log: EventLog;
  beforeAll(async () => {
    whole = await engine.trainer.start(tinyPlan(["vanilla", "dps-dense", "mixout"], [1, 2, 3]), ignore);
    const small = await engine.trainer.start(plan, ignore);
    log = new EventLog();
    const seeds = await engine.trainer.grow(small, more({ seeds: [3] }), log.take);
    grown = await engine.trainer.grow(seeds, more({ methods: [{ id: "mixout", values: { dropout: 0 } }] }), ignore);
  });

  test("has the numbers of one that had it all from the start", () => {
    expect(Object.keys(numbersOf(grown))).toHaveLength(9);
    expect(numbersOf(grown)).toEqual(numbersOf(whole));
    expect(new Set(grown.comparisons.map(({ sentence }) => sentence))).toEqual(
      new Set(whole.comparisons.map(({ sentence }) => sentence)),
    );
    expect(grown.answers).toEqual(whole.answers);
    expect([grown.device, grown.kernels]).toEqual([whole.device, whole.kernels]);
    expect(grown.runs.some((run) => "device" in run)).toBe(false);
  });

  test("tells of the new runs alone", () => {
    const begun = log.events.flatMap((event) => (event.kind === "started" ? [event.run.id] : []));
    expect(new Set(begun)).toEqual(new Set(["vanilla-seed3", "dps-dense-seed3"]));
  });

  test("keeps the models of all its runs, of those before it grew, too", async () => {
    const kept = (await engine.trainer.exports()).map(({ run }) => run);
    expect(kept.toSorted()).toEqual(grown.runs.map(({ id }) => id).toSorted());
  });
});

test("a result of another engine grows over the same model and rows, and says where runs were made elsewhere", async () => {
  const before = await engine.trainer.start(plan, ignore);
  const other = connectEngine();
  try {
    await expect(other.trainer.grow(before, more({ seeds: [3] }), ignore)).rejects.toMatchObject({
      code: "bad-settings",
    });
    await other.load();
    const device = { ...before.device, description: "Another GPU" };
    const grown = await other.trainer.grow({ ...before, device }, more({ seeds: [3] }), ignore);
    expect(grown.runs.map(({ id, device: own }) => [id, own?.description])).toEqual([
      ["vanilla-seed1", undefined],
      ["dps-dense-seed1", undefined],
      ["vanilla-seed2", undefined],
      ["dps-dense-seed2", undefined],
      ["vanilla-seed3", before.device.description],
      ["dps-dense-seed3", before.device.description],
    ]);
    expect(grown.device.description).toBe("Another GPU");
    expect((await other.trainer.exports()).map(({ run }) => run)).toEqual(["vanilla-seed3", "dps-dense-seed3"]);
  } finally {
    other.close();
  }
});

test("a result of the same plan from elsewhere gets nothing of what was trained here", async () => {
  const mine = await engine.trainer.start(plan, ignore);
  const other = { ...mine, runs: mine.runs.map((run) => ({ ...run, elapsedMs: run.elapsedMs + 1 })) };
  await engine.trainer.grow(other, more({ seeds: [3] }), ignore);
  const kept = (await engine.trainer.exports()).map(({ run }) => run);
  expect(kept).toEqual(["vanilla-seed3", "dps-dense-seed3"]);
});

test("a run that was stopped is run after all, the others stay", async () => {
  const log = new EventLog();
  const running = engine.trainer.start(tinyPlan(["vanilla", "dps-dense"], [1], { steps: 60 }), log.take);
  await log.until(() => log.stepCount > 0);
  await engine.trainer.cancelRun("dps-dense-seed1");
  const before = await running;
  const grown = await engine.trainer.grow(before, more({ retry: ["dps-dense-seed1"] }), ignore);
  expect(grown.runs.map(({ id, status }) => [id, status])).toEqual([
    ["vanilla-seed1", "completed"],
    ["dps-dense-seed1", "completed"],
  ]);
  await expect(engine.trainer.grow(grown, more({ retry: ["vanilla-seed1"] }), ignore)).rejects.toMatchObject({
    message: expect.stringContaining("is completed"),
  });
});

test("rows that were replaced are named", async () => {
  const before = await engine.trainer.start(plan, ignore);
  await engine.trainer.loadTable("dev", { path: "other.tsv", file: new Blob([rteTable(5)]) });
  const choice = { task: null, trainMapping: null, devMapping: null, devShare: 0.2, splitSeed: 1, sample: null };
  await engine.trainer.prepareData(choice, 24);
  await expect(engine.trainer.grow(before, more({ seeds: [3] }), ignore)).rejects.toMatchObject({
    message: expect.stringMatching(
      /load its rows: train\.tsv, dev\.tsv, .* 6 dev rows \(loaded: .*other\.tsv, .* 5 dev/,
    ),
  });
  await engine.load();
});
