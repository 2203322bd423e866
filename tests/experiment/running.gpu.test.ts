import { median } from "simple-statistics";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExperimentPlan, ExperimentResult } from "../../src/contract/run.ts";
import { connectEngine, EventLog, tinyPlan } from "../worker/engine.ts";
import type { ConnectedEngine } from "../worker/engine.ts";

let engine: ConnectedEngine;
beforeAll(async () => {
  engine = connectEngine();
  await engine.load();
});
afterAll(() => engine.close());

const side = (plan: ExperimentPlan): ExperimentPlan => ({ ...plan, order: "interleaved" });
const outcomes = ({ runs }: ExperimentResult) => runs.map(({ id, status }) => `${id} ${status}`);
const long = { steps: 3000, evaluateEvery: 3000 };

/** What the numbers of a run are, without its times. */
const numbersOf = ({ runs }: ExperimentResult) =>
  new Map(
    runs.map(({ id, steps, evaluations, selections, status }) => [id, { steps, evaluations, selections, status }]),
  );

describe("runs side by side", () => {
  const plan = tinyPlan(["vanilla", "dps-dense", "dps-mix", "child-tuning-d"], [1, 2], { steps: 8, evaluateEvery: 3 });

  test("give the very numbers that they give one after another", async () => {
    const alone = await engine.trainer.start(plan, () => undefined);
    const together = await engine.trainer.start(side(plan), () => undefined);
    expect(outcomes(alone)).toHaveLength(8);
    expect(numbersOf(together)).toEqual(numbersOf(alone));
    const sortedById = <T extends { readonly method: string }>(items: readonly T[]) =>
      [...items].sort((left, right) => left.method.localeCompare(right.method));
    expect(sortedById(together.summary)).toEqual(sortedById(alone.summary));
  });

  test("keep in step: no run is more than a few steps ahead of another", async () => {
    const log = new EventLog();
    const wide = tinyPlan(["vanilla", "dps-dense"], [1, 2], { steps: 60, evaluateEvery: 5 });
    await engine.trainer.start(side(wide), log.take);
    await log.until(() => log.events.filter(({ kind }) => kind === "ended").length === 4);
    const evaluated = log.events.flatMap((event) => (event.kind === "evaluation" ? [event.evaluation.step] : []));
    expect(evaluated).toHaveLength(48);
    expect(evaluated).toEqual(evaluated.toSorted((left, right) => left - right));
  });

  test("are charged with their own time only", async () => {
    const slow = tinyPlan(["vanilla", "r-drop"], [1], { steps: 60 });
    const started = performance.now();
    const { runs } = await engine.trainer.start(side(slow), () => undefined);
    const wallMs = performance.now() - started;
    expect(runs.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0)).toBeLessThanOrEqual(wallMs);
    for (const { elapsedMs, openMs, times, steps } of runs) {
      expect(times.length).toBeGreaterThan(3);
      expect(times.at(-1)?.step).toBe(steps.at(-1)?.step);
      expect(times[0]?.elapsedMs).toBeGreaterThan(openMs);
      expect(times.at(-1)?.elapsedMs).toBeLessThanOrEqual(elapsedMs);
      expect(openMs).toBeGreaterThan(0);
      expect(elapsedMs).toBeGreaterThan(openMs);
    }
    // Of a step, in the middle: whatever else the machine does falls on few of them.
    const [vanilla = Infinity, twice] = runs.map(({ times }) =>
      median(
        times.flatMap(({ step, elapsedMs }, index) => {
          const before = times[index - 1];
          return before === undefined ? [] : [(elapsedMs - before.elapsedMs) / (step - before.step)];
        }),
      ),
    );
    // Two passes a step: were time shared out by the clock on the wall, both would have the same.
    expect(twice).toBeGreaterThan(1.1 * vanilla);
  });

  test("wait for memory that others hold, and run when it is free", async () => {
    let opened = 0;
    const crowded = connectEngine({ outOfMemory: () => ++opened === 3 });
    try {
      await crowded.load();
      const log = new EventLog();
      const result = await crowded.trainer.start(side(tinyPlan(["vanilla", "dps-dense", "dps-mix"], [1])), log.take);
      expect(outcomes(result).toSorted()).toEqual([
        "dps-dense-seed1 completed",
        "dps-mix-seed1 completed",
        "vanilla-seed1 completed",
      ]);
      await log.until(() => log.events.filter(({ kind }) => kind === "ended").length === 3);
      const queued = log.events.flatMap((event) => (event.kind === "queued" ? [event.runs.map(({ id }) => id)] : []));
      expect(queued).toHaveLength(2);
      expect(queued[1]).toHaveLength(1);
    } finally {
      crowded.close();
    }
  });
});

describe("while an experiment runs", () => {
  test("a waiting run is taken off, a running one ended, both can be run again, and runs added", async () => {
    const log = new EventLog();
    const running = engine.trainer.start(tinyPlan(["vanilla", "dps-dense"], [1], long), log.take);
    await log.until(() => log.stepCount > 0);
    expect(log.events.find(({ kind }) => kind === "queued")).toMatchObject({
      runs: [
        { id: "vanilla-seed1", status: "waiting", stepCount: 3000 },
        { id: "dps-dense-seed1", status: "waiting", stepCount: 3000 },
      ],
    });
    await engine.trainer.cancelRun("dps-dense-seed1");
    const wrong = { code: "bad-settings" };
    await expect(engine.trainer.cancelRun("dps-dense-seed1")).rejects.toMatchObject(wrong);
    await expect(engine.trainer.retryRun("vanilla-seed1")).rejects.toMatchObject(wrong);
    await expect(engine.trainer.cancelRun("vanilla-seed9")).rejects.toMatchObject(wrong);
    await engine.trainer.extend({ methods: [{ id: "mixout", values: { dropout: 0 } }], seeds: [] });
    await engine.trainer.cancelRun("vanilla-seed1");
    await log.until(() => log.events.some((event) => event.kind === "started" && event.run.method === "mixout"));
    await engine.trainer.retryRun("dps-dense-seed1");
    await engine.trainer.cancelRun("mixout-seed1");
    await log.until(() => log.events.some((event) => event.kind === "started" && event.run.method === "dps-dense"));
    await engine.trainer.cancelRun("dps-dense-seed1");
    const result = await running;
    expect(result.runs.map(({ id, status, error }) => [id, status, error?.message])).toEqual([
      ["vanilla-seed1", "stopped", "This run was cancelled."],
      ["dps-dense-seed1", "stopped", "This run was cancelled."],
      ["mixout-seed1", "stopped", "This run was cancelled."],
    ]);
    expect(result.config.plan.methods.map(({ id }) => id)).toEqual(["vanilla", "dps-dense", "mixout"]);
    await expect(engine.trainer.retryRun("vanilla-seed1")).rejects.toMatchObject({
      message: "No experiment is running; start one first.",
    });
  });

  test("a run that failed can be tried again, and counts when it completes", async () => {
    let failing = false;
    const failOnce = (): boolean => {
      const now = failing;
      failing = false;
      return now;
    };
    const fragile = connectEngine({ outOfMemory: failOnce });
    try {
      await fragile.load();
      const log = new EventLog();
      await fragile.trainer.device();
      failing = true;
      const running = fragile.trainer.start(tinyPlan(["vanilla", "dps-dense"], [1], { steps: 200 }), log.take);
      await log.until(() => log.events.some(({ kind }) => kind === "steps"));
      const failed = log.events.flatMap((event) => (event.kind === "ended" ? [event.run] : []));
      expect(failed[0]).toBe("vanilla-seed1");
      await fragile.trainer.retryRun("vanilla-seed1");
      const { runs, summary } = await running;
      expect(runs.find(({ id }) => id === "vanilla-seed1")?.status).toBe("completed");
      expect(summary.find(({ method }) => method === "vanilla")?.seeds).toEqual([1]);
    } finally {
      fragile.close();
    }
  });

  test("it is not extended with data that were replaced since", async () => {
    const log = new EventLog();
    const running = engine.trainer.start(tinyPlan(["vanilla"], [1], long), log.take);
    await log.until(() => log.stepCount > 0);
    await engine.load();
    const more = engine.trainer.extend({ methods: [], seeds: [2] });
    await expect(more).rejects.toMatchObject({ message: expect.stringContaining("were replaced since") });
    await engine.trainer.stop();
    await running;
  });
});

test("a grid over the training rows draws samples, the same for every method and seed", async () => {
  const plan = { ...tinyPlan(["vanilla", "dps-dense"], [1]), grid: [{ field: "trainSample", values: [4, 12, null] }] };
  const { steps: _, ...training } = plan.training;
  const result = await engine.trainer.start({ ...plan, training: { ...training, epochs: 2 } }, () => undefined);
  expect(result.runs.map(({ id, stepCount, setting }) => [id, stepCount, setting])).toEqual([
    ["vanilla-trainSample=4-seed1", 2, { trainSample: 4 }],
    ["dps-dense-trainSample=4-seed1", 2, { trainSample: 4 }],
    ["vanilla-trainSample=12-seed1", 6, { trainSample: 12 }],
    ["dps-dense-trainSample=12-seed1", 6, { trainSample: 12 }],
    ["vanilla-trainSample=null-seed1", 8, { trainSample: null }],
    ["dps-dense-trainSample=null-seed1", 8, { trainSample: null }],
  ]);
  expect(result.cases).toEqual([]);
  const tokens = (id: string) => result.runs.find((run) => run.id === id)?.steps.map((step) => step.tokens);
  expect(tokens("dps-dense-trainSample=12-seed1")).toEqual(tokens("vanilla-trainSample=12-seed1"));
  const tooMany = { ...plan, grid: [{ field: "trainSample", values: [17] }] };
  await expect(engine.trainer.start(tooMany, () => undefined)).rejects.toMatchObject({
    code: "bad-settings",
    message: expect.stringMatching(/17 rows.* 16/),
  });
});

test("a plan that would never end is refused, saying how long it would take", async () => {
  const seeds = Array.from({ length: 100 }, (_, index) => index + 1);
  const plan = tinyPlan(["vanilla", "dps-dense"], seeds, { steps: 1_000_000 });
  await expect(engine.trainer.start(plan, () => undefined)).rejects.toMatchObject({
    code: "too-large",
    message: expect.stringMatching(/200 runs of 200000000 steps together: .* would take 24 days\. At most 14 days/),
  });
});
