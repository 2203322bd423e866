import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExperimentResult } from "../../src/contract/run.ts";
import { batchOrder } from "../../src/data/dataset/batch.ts";
import { tinyFolder, tinyVocabulary } from "../models/tiny-folder.ts";
import { connectEngine, tinyPlan } from "../worker/engine.ts";
import type { ConnectedEngine } from "../worker/engine.ts";
import { anyChoice, tinyLength } from "./refusal.ts";

let engine: ConnectedEngine;
beforeAll(() => {
  engine = connectEngine();
});
afterAll(() => engine.close());

const start = async (...plan: Parameters<typeof tinyPlan>): Promise<ExperimentResult> =>
  await engine.trainer.start(tinyPlan(...plan), () => undefined);
const outcomes = ({ runs }: ExperimentResult) => runs.map(({ id, status, error }) => [id, status, error?.code]);

test("a stage without a step fails that method's runs, says what would do, and lets the others run", async () => {
  await engine.load();
  const plan = tinyPlan(["vanilla", "dps-dense"], [1], { steps: 3 });
  const [vanilla, dense] = plan.methods;
  if (vanilla === undefined || dense === undefined) throw new Error("there are two methods");
  const short = { ...plan, methods: [vanilla, { ...dense, values: { ...dense.values, updateRatio: 0.2 } }] };
  const wanted = /at least 5 steps .* update ratio of 0\.3334 or more\): it has 3 and the update ratio is 0\.2/;
  const estimates = await engine.trainer.estimate(short);
  expect(estimates.map(({ problem, totalBytes }) => [problem, totalBytes > 0])).toEqual([
    [null, true],
    [expect.stringMatching(wanted), false],
  ]);
  const alone = { ...short, methods: short.methods.slice(1) };
  await expect(engine.trainer.estimate(alone)).rejects.toMatchObject({ code: "bad-settings", message: wanted });
  const result = await engine.trainer.start(short, () => undefined);
  expect(outcomes(result)).toEqual([
    ["vanilla-seed1", "completed", undefined],
    ["dps-dense-seed1", "failed", "bad-settings"],
  ]);
  expect(result.runs[1]?.error?.message).toMatch(wanted);
});

test("rows that are all cut train as well", async () => {
  await engine.load();
  const data = await engine.trainer.prepareData(anyChoice, 5);
  expect([data.train.truncatedCount, data.dev.truncatedCount]).toEqual([16, 6]);
  const result = await start(["vanilla", "dps-dense", "dps-mix"], [1], { maxLength: 5 });
  expect(result.runs.map(({ status }) => status)).toEqual(["completed", "completed", "completed"]);
  expect(result.runs.flatMap(({ steps }) => steps.map(({ tokens }) => tokens))).toEqual(Array(12).fill(20));
});

describe("a number that is not finite", () => {
  // The embedding of one word is so large that its sum over the columns overflows; only the rows with that word meet it.
  const broken = "fish";
  const rows = Array.from(
    { length: 16 },
    (_, index) => `the old ${index % 2 === 0 ? "cat" : "dog"} sat .\t${index % 2}`,
  );
  const brokenRow = 5;
  const withBroken = rows.map((row, index) => (index === brokenRow ? row.replace("dog", broken) : row));
  const table = (lines: readonly string[]) => ({
    path: "table.tsv",
    file: new Blob([["sentence\tlabel", ...lines].join("\n")]),
  });
  const load = async (train: readonly string[], dev: readonly string[]): Promise<void> => {
    const model = tinyFolder({
      tensors: (tensors) =>
        tensors.map((tensor) => {
          if (!tensor.name.endsWith("word_embeddings.weight")) return tensor;
          const data = tensor.data.slice();
          const hidden = tensor.shape[1] ?? 0;
          data.fill(3e38, tinyVocabulary.indexOf(broken) * hidden, (tinyVocabulary.indexOf(broken) + 1) * hidden);
          return { ...tensor, data };
        }),
    });
    await engine.trainer.loadModel(model);
    await engine.trainer.loadTable("train", table(train));
    await engine.trainer.loadTable("dev", table(dev));
    await engine.trainer.prepareData(anyChoice, tinyLength);
  };
  /** The step, of four with two rows each, whose batch has the broken row; 0 for none. */
  const brokenStep = (seed: number): number =>
    batchOrder({ count: 16, batchSize: 2, seed, epoch: 0, order: "shuffled" })
      .slice(0, 4)
      .findIndex((batch) => batch.includes(brokenRow)) + 1;
  const seedWith = (step: number): number => {
    let seed = 1;
    while (brokenStep(seed) !== step) seed++;
    return seed;
  };

  test("in training ends the run at its step, keeps the steps before it, and the next run goes on", async () => {
    await load(withBroken, rows.slice(0, 4));
    const [bad, good] = [seedWith(3), seedWith(0)];
    const result = await start(["vanilla", "dps-dense"], [bad, good], { batchSize: 2 });
    expect(outcomes(result)).toEqual([
      [`vanilla-seed${bad}`, "failed", "not-finite"],
      [`dps-dense-seed${bad}`, "failed", "not-finite"],
      [`vanilla-seed${good}`, "completed", undefined],
      [`dps-dense-seed${good}`, "completed", undefined],
    ]);
    for (const { steps, error } of result.runs.slice(0, 2)) {
      expect(steps.map(({ step }) => step)).toEqual([1, 2]);
      expect(error?.message).toMatch(/^At step 3 the loss is NaN .* must be finite\. Try a lower learning rate/);
    }
    const summary = result.summary.find(({ method, epoch }) => method === "vanilla" && epoch === "last");
    expect(summary?.seeds).toEqual([good]);
  });

  test("on the dev rows ends the run too, and is not taken for a score", async () => {
    await load(rows, withBroken);
    const result = await start(["vanilla"], [1], { batchSize: 2 });
    expect(outcomes(result)).toEqual([["vanilla-seed1", "failed", "not-finite"]]);
    expect(result.runs[0]?.error?.message).toMatch(/^After step 4 the loss of the dev rows is NaN/);
    expect(result.runs[0]?.evaluations).toEqual([]);
    expect(result.runs[0]?.steps).toHaveLength(4);
  });
});

describe("a run that the device cannot hold", () => {
  test.each([
    [
      24,
      /needs \d+\.\d MiB in all, and one buffer of 0\.0 MiB for ".+"; this device allows .* A batch size of 8 would fit, with 2 parts a step for/,
    ],
    [1, /Not even a batch of one row fits, which needs .* for ".+": use a smaller model/],
  ])("of %d KiB a buffer is refused with what would fit", async (kibibytes, message) => {
    const small = connectEngine({ maxBindingBytes: kibibytes * 1024 });
    try {
      await small.load();
      const plan = tinyPlan(["vanilla", "dps-mix"], [1], { batchSize: 16 });
      const estimates = await small.trainer.estimate(plan);
      expect(estimates.map(({ problem }) => message.test(problem ?? ""))).toEqual([true, true]);
      expect(estimates.every((one) => one.largestBufferBytes > one.maxBufferBytes)).toBe(true);
      const result = await small.trainer.start(plan, () => undefined);
      expect(result.runs.map(({ status, error }) => `${status}: ${error?.code}`)).toEqual([
        "failed: too-large",
        "failed: too-large",
      ]);
      expect(result.runs[0]?.error?.message).toMatch(message);
      if (kibibytes === 1) return;
      const fitting = await small.trainer.start(
        tinyPlan(["vanilla"], [1], { batchSize: 8, accumulate: 2 }),
        () => undefined,
      );
      expect(outcomes(fitting)).toEqual([["vanilla-seed1", "completed", undefined]]);
    } finally {
      small.close();
    }
  });

  test("because it has no memory left is refused, and the next one goes on", async () => {
    let full = true;
    const crowded = connectEngine({ outOfMemory: () => full });
    try {
      await crowded.load();
      const plan = tinyPlan(["vanilla"], [1]);
      const refused = await crowded.trainer.start(plan, () => undefined);
      expect(outcomes(refused)).toEqual([["vanilla-seed1", "failed", "too-large"]]);
      expect(refused.runs[0]?.error?.message).toMatch(
        /could not give the .* MiB .* Use a smaller model, batch size or/,
      );
      full = false;
      const result = await crowded.trainer.start(plan, () => undefined);
      expect(outcomes(result)).toEqual([["vanilla-seed1", "completed", undefined]]);
    } finally {
      crowded.close();
    }
  });
});

test("a device lost while its kernels are compiled is opened again, and every run completes", async () => {
  await engine.load();
  await engine.trainer.device();
  // The next device has nothing compiled yet.
  engine.devices.at(-1)?.destroy();
  const opened = engine.devices.length;
  const running = engine.trainer.start(tinyPlan(["vanilla", "dps-dense"], [1]), () => undefined);
  while (engine.devices.length === opened) await new Promise((resolve) => setTimeout(resolve, 5));
  engine.devices.at(-1)?.destroy();
  expect(outcomes(await running)).toEqual([
    ["vanilla-seed1", "completed", undefined],
    ["dps-dense-seed1", "completed", undefined],
  ]);
  expect(engine.devices.length).toBe(opened + 2);
});
