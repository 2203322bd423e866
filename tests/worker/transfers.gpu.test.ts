import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExperimentResult } from "../../src/contract/run.ts";
import { anyChoice, tinyLength } from "../experiment/refusal.ts";
import { rteTable } from "../models/tiny-folder.ts";
import { connectEngine, EventLog, tinyPlan } from "./engine.ts";
import type { ConnectedEngine } from "./engine.ts";

let engine: ConnectedEngine;
let result: ExperimentResult;
const log = new EventLog();
const dev = rteTable(6);
/** RTE's rows with HANS's labels, longer than dev and in another order. */
const hans = [
  "gold_label\tsentence1\tsentence2",
  ...rteTable(11)
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((row) => row.split("\t"))
    .map(([, first = "", second = "", label = ""]) => [label.replace("not_", "non-"), first, second].join("\t")),
].join("\n");

beforeAll(async () => {
  engine = connectEngine();
  await engine.load();
  await engine.trainer.loadTransfer("Again", { path: "dev.tsv", file: new Blob([dev]) });
  await engine.trainer.loadTransfer("HANS", { path: "hans.tsv", file: new Blob([hans]) });
  await engine.trainer.prepareData(anyChoice, tinyLength);
  result = await engine.trainer.start(tinyPlan(["vanilla", "dps-dense"], [1, 2]), log.take);
});
afterAll(() => engine.close());

test("every run is scored on every set, and dev's own rows get dev's own scores", () => {
  expect(result.runs.map(({ status }) => status)).toEqual(["completed", "completed", "completed", "completed"]);
  for (const { evaluations } of result.runs) {
    const scores = evaluations.at(-1)?.scores ?? {};
    expect(Object.keys(scores)).toEqual(["accuracy", "accuracy@Again", "accuracy@HANS"]);
    expect(scores["accuracy@Again"]).toBe(scores["accuracy"]);
  }
});

test("the result says what was scored on, and sums it up as any other score", () => {
  expect(result.config.transfers).toMatchObject([
    { name: "Again", rowCount: 6, labels: ["entailment", "not_entailment"], mapping: null },
    { name: "HANS", rowCount: 11, source: { kind: "file", name: "hans.tsv" } },
  ]);
  const sums = result.summary.filter(({ epoch, score }) => epoch === "last" && score === "accuracy@HANS");
  expect(sums.map(({ method, seeds }) => [method, seeds])).toEqual([
    ["vanilla", [1, 2]],
    ["dps-dense", [1, 2]],
  ]);
});

test("the memory that was estimated is what the runs took", async () => {
  for (const { method, bytes } of await engine.trainer.estimate(tinyPlan(["vanilla", "dps-dense"], [1]))) {
    expect(result.runs.find((run) => run.method === method)?.memoryBytes).toEqual(bytes);
  }
});
