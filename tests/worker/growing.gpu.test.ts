import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readResult } from "../../src/analysis/result-file.ts";
import type { ExperimentResult, Growth, SavedRun } from "../../src/contract/run.ts";
import { rteTable, tinyFolder } from "../models/tiny-folder.ts";
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

describe("an experiment whose engine is gone in the middle of a run", () => {
  const long = tinyPlan(["dps-mix", "vanilla"], [1], { steps: 40 });
  let whole: ExperimentResult;
  let unbegun: ExperimentResult;
  let before: ExperimentResult;
  let saved: SavedRun;
  beforeAll(async () => {
    whole = await engine.trainer.start(long, ignore, undefined, true);
    const gone = connectEngine();
    await gone.load();
    await gone.trainer.useKernels(whole.kernels ?? "auto");
    const log = new EventLog();
    const running = gone.trainer.start(long, log.take, undefined, true).catch(ignore);
    await log.until(() => log.stepCount > 3);
    await gone.trainer.saveRuns();
    await log.until(() => log.events.some(({ kind }) => kind === "saved"));
    gone.close();
    await running;
    const first = log.events.find((event) => event.kind === "result");
    unbegun = readResult((await first?.file.text()) ?? "", "result.json");
    for (const event of log.events) {
      if (event.kind === "result") before = readResult(await event.file.text(), "result.json");
      if (event.kind === "saved") saved = event;
    }
  });

  const growth = more({ retry: ["dps-mix-seed1", "vanilla-seed1"] });

  test("has told of the plan before its first run has ended, and goes on in another from the run's last step", async () => {
    expect(saved).toMatchObject({ run: "dps-mix-seed1", stepCount: 40, watched: true });
    const other = connectEngine();
    try {
      await other.load();
      await other.trainer.useKernels(before.kernels ?? "auto");
      const log = new EventLog();
      const grown = await other.trainer.grow(before, growth, log.take, [saved]);
      expect(numbersOf(grown)).toEqual(numbersOf(whole));
      expect(grown.answers).toEqual(whole.answers);
      expect(grown.runs.map(({ subnetwork }) => subnetwork?.snapshots)).toEqual(
        whole.runs.map(({ subnetwork }) => subnetwork?.snapshots),
      );
      const begun = log.events.find((event) => event.kind === "started" && event.run.id === saved.run);
      expect(begun?.kind === "started" && begun.run.steps.length).toBe(saved.step);
      expect(log.events.filter(({ kind }) => kind === "note")).toEqual([]);
    } finally {
      other.close();
    }
  });

  test("has told of the plan, and of what is looked at, before its first step: all of it is run in another", async () => {
    expect(unbegun.runs.map(({ status, steps }) => [status, steps])).toEqual([1, 2].map(() => ["stopped", []]));
    const other = connectEngine();
    try {
      await other.load();
      await other.trainer.useKernels(unbegun.kernels ?? "auto");
      const grown = await other.trainer.grow(unbegun, growth, ignore);
      expect(numbersOf(grown)).toEqual(numbersOf(whole));
      expect(grown.runs.map(({ subnetwork }) => subnetwork?.snapshots)).toEqual(
        whole.runs.map(({ subnetwork }) => subnetwork?.snapshots),
      );
    } finally {
      other.close();
    }
  });

  test("over other weights of the same name, its run begins anew, which is told", async () => {
    const other = connectEngine();
    try {
      const halved = tinyFolder({
        tensors: (tensors) => tensors.map((tensor) => ({ ...tensor, data: tensor.data.map((value) => value / 2) })),
      });
      await other.load(halved);
      await other.trainer.useKernels(before.kernels ?? "auto");
      const log = new EventLog();
      await other.trainer.grow(before, growth, log.take, [saved]);
      expect(log.events).toContainEqual({
        kind: "note",
        text: "The checkpoint of dps-mix-seed1 is not used, since it was begun with other weights of the model: the run begins anew.",
      });
    } finally {
      other.close();
    }
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
