import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Profile } from "../../src/contract/engine/profile.ts";
import type { ExperimentResult, RunRecord } from "../../src/contract/run.ts";
import { AppError } from "../../src/core/errors.ts";
import { anyChoice, tinyLength } from "../experiment/refusal.ts";
import { rteTable } from "../models/tiny-folder.ts";
import { connectEngine, EventLog, tinyPlan } from "./engine.ts";
import type { ConnectedEngine } from "./engine.ts";

const long = { steps: 5000, evaluateEvery: 5000 };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let engine: ConnectedEngine;
beforeAll(async () => {
  engine = connectEngine();
  await engine.load();
});
afterAll(() => engine.close());

/** Runs to the end and gathers what was told meanwhile. */
async function run(...plan: Parameters<typeof tinyPlan>): Promise<{ result: ExperimentResult; log: EventLog }> {
  const log = new EventLog();
  const result = await engine.trainer.start(tinyPlan(...plan), log.take);
  return { result, log };
}

const failureOf = (call: Promise<unknown>): Promise<unknown> => call.catch((thrown: unknown) => thrown);
const runOf = (result: ExperimentResult, id: string): RunRecord => {
  const found = result.runs.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no run ${id}`);
  return found;
};
const lossesOf = (result: ExperimentResult, id: string) => runOf(result, id).steps.map(({ loss }) => loss);

describe("an experiment over the channel", () => {
  const methods = ["vanilla", "dps-dense", "dps-mix"];
  let result: ExperimentResult;
  let log: EventLog;
  let elapsedMs: number;
  beforeAll(async () => {
    const started = performance.now();
    ({ result, log } = await run(methods, [1, 2]));
    elapsedMs = performance.now() - started;
    // The result and the events come through two ports, which keep no order between them.
    await log.until(() => log.events.filter(({ kind }) => kind === "ended").length === result.runs.length);
  });

  test("runs every method with every seed, seed by seed, to the end", () => {
    expect(result.runs.map(({ id, status, error }) => [id, status, error])).toEqual(
      [1, 2].flatMap((seed) => methods.map((method) => [`${method}-seed${seed}`, "completed", null])),
    );
    for (const { steps, stepCount, evaluations } of result.runs) {
      expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
      expect(steps.every(({ loss, gradNorm, tokens }) => loss > 0 && gradNorm > 0 && tokens > 0)).toBe(true);
      expect(stepCount).toBe(4);
      expect(evaluations.map(({ step, epoch }) => [step, epoch])).toEqual([[4, 1]]);
    }
    expect(runOf(result, "dps-dense-seed1").steps.map(({ stage }) => stage)).toEqual([1, 1, 2, 2]);
    expect(runOf(result, "dps-dense-seed1").selections.map(({ step }) => step)).toEqual([3]);
    const last = result.summary.filter(({ epoch, score }) => epoch === "last" && score === "accuracy");
    expect(last.map(({ method, seeds }) => [method, seeds])).toEqual(methods.map((method) => [method, [1, 2]]));
  });

  test("gives the texts of the dev rows it was scored on, some at a time", async () => {
    const rows = rteTable(6).trimEnd().split("\n").slice(1);
    const examples = await engine.trainer.devExamples([5, 0]);
    expect(examples.map(({ row, line }) => [row, line])).toEqual([[5, 7], [0, 2]]); // prettier-ignore
    for (const { row, first, second } of examples) expect(rows[row]).toContain(`\t${first}\t${second}\t`);
    const wrong = await failureOf(engine.trainer.devExamples([6]));
    expect(wrong).toMatchObject({ code: "bad-settings", message: "There is no dev row 6: the last experiment had 6." });
    const many = await failureOf(engine.trainer.devExamples(Array.from({ length: 101 }, () => 0)));
    expect(many).toMatchObject({ code: "bad-settings" });
  });

  test("tells of it in batches, at most ten a second, and in all what the result holds", () => {
    expect(log.batches.length).toBeLessThanOrEqual(elapsedMs / 100 + 1);
    expect(log.events.length).toBeGreaterThan(log.batches.length);
    const { events } = log;
    expect(events.find(({ kind }) => kind !== "phase")?.kind).toBe("experiment");
    for (const { id, steps, evaluations, selections, status } of result.runs) {
      const own = events.flatMap((event) => ("run" in event && event.run === id ? [event] : []));
      expect(own.flatMap((event) => (event.kind === "steps" ? event.steps : []))).toEqual(steps);
      expect(own.flatMap((event) => (event.kind === "evaluation" ? [event.evaluation] : []))).toEqual(evaluations);
      expect(own.flatMap((event) => (event.kind === "selection" ? [event.selection] : []))).toEqual(selections);
      expect(own.at(-1)).toMatchObject({ kind: "ended", status });
    }
    expect(events.findLast((event) => event.kind === "summary")).toEqual({
      kind: "summary",
      summary: result.summary,
      comparisons: result.comparisons,
    });
  });

  test("needs just the memory that was estimated", async () => {
    const estimates = await engine.trainer.estimate(tinyPlan(methods, [1, 2]));
    expect(estimates.map(({ method, problem }) => [method, problem])).toEqual(methods.map((method) => [method, null]));
    for (const { method, bytes, totalBytes } of estimates) {
      expect(bytes).toEqual(runOf(result, `${method}-seed1`).memoryBytes);
      expect(totalBytes).toBe(Object.values(bytes).reduce((sum, value) => sum + value, 0));
    }
  });
});

test("methods with one seed see the same batches and begin with the same head", async () => {
  // Without learning a loss depends on the batch and the initial weights alone.
  const { result } = await run(["vanilla", "dps-dense", "dps-mix"], [1, 2], { learningRate: 0 });
  for (const seed of [1, 2]) {
    const plain = lossesOf(result, `vanilla-seed${seed}`);
    expect(new Set(plain).size).toBe(4);
    expect(lossesOf(result, `dps-dense-seed${seed}`)).toEqual(plain);
    expect(lossesOf(result, `dps-mix-seed${seed}`)).toEqual(plain);
  }
  expect(lossesOf(result, "vanilla-seed2")).not.toEqual(lossesOf(result, "vanilla-seed1"));
});

test("a run whose first steps are timed says once where their time went, and trains as any other", async () => {
  const plan = tinyPlan(["vanilla"], [1, 2]);
  const profiles: Profile[] = [];
  const timed = await engine.trainer.start(
    plan,
    () => undefined,
    (profile) => profiles.push(profile),
  );
  const { result: plain } = await run(["vanilla"], [1, 2]);
  expect(profiles).toHaveLength(1);
  expect(profiles[0]?.parts.filter(({ step }) => step !== null).map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  for (const { id } of plain.runs) expect(lossesOf(timed, id)).toEqual(lossesOf(plain, id));
});

describe("kernels", () => {
  const plan = tinyPlan(["vanilla"], [1]);
  const tune = (told: number[] = []) => engine.trainer.tuneKernels(plan, (done) => told.push(done));

  test("are got ready ahead, the run takes them and its result says which", async () => {
    const fresh = connectEngine();
    await fresh.load();
    const told: number[] = [];
    const ahead = fresh.trainer.tuneKernels(plan, (done) => told.push(done));
    // Neither waits for the other to end.
    const result = await fresh.trainer.start(plan, () => undefined);
    const record = await ahead;
    expect(record).toMatchObject({ from: "timed", note: null });
    expect(record?.tried.length).toBeGreaterThan(10);
    expect(result.kernels).toEqual(record?.choice);
    expect(told.length).toBeGreaterThan(10);
    fresh.close();
  });

  test("are left alone while an experiment has the device", async () => {
    const log = new EventLog();
    const running = engine.trainer.start(tinyPlan(["vanilla"], [1], long), log.take);
    await log.until(() => log.stepCount > 0);
    expect(await tune()).toBeNull();
    await engine.trainer.stop();
    await running;
  });

  test("are the portable ones where these are asked for, or the fastest where given ones cannot be had", async () => {
    await engine.trainer.useKernels("portable");
    expect((await run(["vanilla"], [1])).result.kernels).toEqual({});
    await engine.trainer.useKernels({ "matmul nt 16x16": "warp7" });
    const instead = await tune();
    expect(instead?.note).toMatch(/^The kernels' choice names "warp7" .* The fastest kernels of this device are used/);
    await engine.trainer.useKernels("auto");
    expect(await tune()).toEqual({ ...instead, note: null });
  });
});

test("pauses, goes on, stops with what there is, and runs again", async () => {
  const log = new EventLog();
  const running = engine.trainer.start(tinyPlan(["vanilla", "dps-dense"], [1], long), log.take);
  await log.until(() => log.stepCount > 0);
  const again = await failureOf(engine.trainer.start(tinyPlan(["vanilla"], [1]), () => undefined));
  expect(again).toMatchObject({ code: "bad-settings", message: expect.stringContaining("is running") });
  await engine.trainer.pause();
  await pause(400);
  const paused = log.stepCount;
  await pause(400);
  expect(log.stepCount).toBe(paused);
  await engine.trainer.resume();
  await log.until(() => log.stepCount > paused);
  await engine.trainer.stop();
  const result = await running;
  expect(result.runs.map(({ id, status, error }) => [id, status, error?.code])).toEqual([
    ["vanilla-seed1", "stopped", "stopped"],
    ["dps-dense-seed1", "stopped", "stopped"],
  ]);
  expect(result.runs[1]?.error?.message).toBe("The experiment ended before this run began.");
  const steps = result.runs[0]?.steps.length ?? 0;
  await log.until(() => log.stepCount === steps);
  expect(steps).toBeLessThan(5000);
  expect(result.runs[0]?.elapsedMs).toBeGreaterThan(0);
  const next = await run(["vanilla"], [1]);
  expect(next.result.runs.map(({ status }) => status)).toEqual(["completed"]);
});

test("a stop while paused, or before the first step, ends the experiment too", async () => {
  const log = new EventLog();
  const running = engine.trainer.start(tinyPlan(["vanilla"], [1], long), log.take);
  await log.until(() => log.stepCount > 0);
  await engine.trainer.pause();
  await engine.trainer.stop();
  expect((await running).runs.map(({ status }) => status)).toEqual(["stopped"]);
  const early = engine.trainer.start(tinyPlan(["vanilla"], [1], long), () => undefined);
  await engine.trainer.stop();
  const stopped = (await early).runs;
  expect(stopped.every(({ status }) => status === "stopped")).toBe(true);
  expect(stopped.flatMap(({ steps }) => steps).length).toBeLessThan(10);
});

describe("errors keep their code across the channel", () => {
  test.each([
    ["bad-settings", () => engine.trainer.start(tinyPlan(["no-such-method"], [1]), () => undefined)],
    ["bad-settings", () => engine.trainer.prepareData({ ...anyChoice, task: "no-such-task" }, tinyLength)],
    ["bad-model", () => engine.trainer.loadModel([])],
    ["bad-table", () => engine.trainer.loadTable("dev", { path: "dev.tsv", file: new Blob([]) })],
  ] as const)("%s", async (code, call) => {
    const failure = await failureOf(call());
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({ code });
  });

  test("no-webgpu", async () => {
    const { createTrainer } = await import("../../src/worker/trainer.ts");
    const failure = await failureOf(createTrainer(undefined).device());
    expect(failure).toMatchObject({ name: "no-webgpu", message: expect.stringContaining("WebGPU") });
  });
});

describe("a lost device", () => {
  test("is opened again, told of meanwhile, and its run gives the numbers of one that was not broken off", async () => {
    const plan = tinyPlan(["vanilla", "dps-dense"], [1], { steps: 40 });
    const whole = await engine.trainer.start(plan, () => undefined);
    const log = new EventLog();
    const running = engine.trainer.start(plan, log.take);
    await log.until(() => log.stepCount > 0);
    const opened = engine.devices.length;
    engine.devices.at(-1)?.destroy();
    const result = await running;
    expect(result.runs.map(({ id, status }) => [id, status])).toEqual([
      ["vanilla-seed1", "completed"],
      ["dps-dense-seed1", "completed"],
    ]);
    for (const id of ["vanilla-seed1", "dps-dense-seed1"]) expect(lossesOf(result, id)).toEqual(lossesOf(whole, id));
    expect(engine.devices.length).toBe(opened + 1);
    const phases = log.events.flatMap((event) => (event.kind === "phase" ? [event.text] : []));
    expect(phases).toContain("The GPU was lost; opening it again");
  });

  test("between two experiments is not even noticed", async () => {
    const before = await run(["vanilla"], [1]);
    engine.devices.at(-1)?.destroy();
    const after = await run(["vanilla"], [1]);
    expect(lossesOf(after.result, "vanilla-seed1")).toEqual(lossesOf(before.result, "vanilla-seed1"));
  });
});
