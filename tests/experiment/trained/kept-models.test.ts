import { expect, test } from "vitest";
import { KeptModels } from "../../../src/experiment/trained/kept-models.ts";
import type { RunRecord } from "../../../src/contract/run.ts";
import type { Session } from "../../../src/train/finetuning/session.ts";

const tokenizer = {
  vocabularySize: 3,
  lowercase: true,
  unknownId: null,
  notes: [],
  encode: () => ({ ids: Uint32Array.of(1, 2), types: Uint8Array.of(0, 0), truncated: false }),
};

/** As much of a session as is read: one parameter of `count` values. */
function sessionOf(count: number, weights = () => Promise.resolve(new Map([["a", new Float32Array(count)]]))): Session {
  return {
    sizes: { specs: [{ name: "a", shape: [count] }], config: {} },
    request: {
      checkpoint: { folder: {}, configJson: {} },
      labels: ["no", "yes"],
      task: { id: "sst-2" },
      dev: { count: 0 },
    },
    lastDev: { logits: new Float32Array(), loss: 1 },
    weights,
  } as unknown as Session;
}

const run = (method: string, seed: number): RunRecord => ({ id: `${method}-seed${seed}`, method, seed }) as RunRecord;

const noEngine = (): Promise<never> => Promise.reject(new Error("no device"));

test("every run is kept while there is room; the oldest make room, the last of each method stay longest", async () => {
  const models = new KeptModels(tokenizer, 16, noEngine, 1700);
  const problems = (): readonly (string | null)[] => models.list().map(({ problem }) => problem);
  await models.keep(sessionOf(100), run("one", 1));
  await models.keep(sessionOf(100), run("one", 2));
  await models.keep(sessionOf(100), run("two", 1));
  await models.keep(sessionOf(100), run("one", 3));
  expect(problems()).toEqual([null, null, null, null]);
  // The oldest goes, though the last of "two" is older than the last of "one".
  await models.keep(sessionOf(100), run("one", 4));
  expect(problems()).toEqual([
    expect.stringMatching(/made room for later runs: at most 0 MB.*--save/),
    null,
    null,
    null,
    null,
  ]);
  await models.keep(sessionOf(200), run("three", 1));
  expect(models.list().map(({ run: id, problem }) => [id, problem === null])).toEqual([
    ["one-seed1", false],
    ["one-seed2", false],
    ["two-seed1", true],
    ["one-seed3", false],
    ["one-seed4", true],
    ["three-seed1", true],
  ]);
  await expect(models.pack("one-seed1")).rejects.toThrow(/made room for later runs/);
  await expect(models.pack("four-seed1")).rejects.toThrow(/no completed run four-seed1\. Completed are one-seed1, /);
  await models.dispose();
  expect(models.list()).toEqual([]);
});

test("what is too much beside the last of the others says so and is not kept; a retried run takes its own place", async () => {
  const models = new KeptModels(tokenizer, 16, noEngine, 1000);
  await models.keep(sessionOf(150), run("one", 2));
  await models.keep(sessionOf(150), run("two", 2));
  expect(models.list()).toEqual([
    { run: "one-seed2", method: "one", seed: 2, problem: null },
    { run: "two-seed2", method: "two", seed: 2, problem: expect.stringMatching(/dps finetune --save/) },
  ]);
  await expect(models.pack("two-seed2")).rejects.toThrow(/in memory are in use/);
  await models.keep(sessionOf(100), run("two", 2));
  expect(models.list().map(({ run: id, problem }) => [id, problem])).toEqual([
    ["one-seed2", null],
    ["two-seed2", null],
  ]);
  // What was the last of its method makes room for the next.
  await models.keep(sessionOf(150), run("one", 3));
  expect(models.list().map(({ run: id, problem }) => [id, problem === null])).toEqual([
    ["one-seed2", false],
    ["two-seed2", true],
    ["one-seed3", true],
  ]);
});

test("no memory for the weights is no fault of the run; a lost device is", async () => {
  const models = new KeptModels(tokenizer, 16, noEngine);
  await models.keep(
    sessionOf(1, () => Promise.reject(new RangeError("Array buffer allocation failed"))),
    run("one", 1),
  );
  expect(models.list()[0]?.problem).toMatch(/no memory left/);
  await expect(
    models.keep(
      sessionOf(1, () => Promise.reject(new Error("lost"))),
      run("two", 1),
    ),
  ).rejects.toThrow("lost");
});
