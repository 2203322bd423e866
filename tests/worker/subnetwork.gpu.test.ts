import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExperimentResult } from "../../src/contract/run.ts";
import type { MatrixRegion } from "../../src/contract/subnetwork.ts";
import { fromBase64 } from "../../src/core/base64.ts";
import { at } from "../reference/array.ts";
import { EventLog, connectEngine, tinyPlan } from "./engine.ts";
import type { ConnectedEngine } from "./engine.ts";

let engine: ConnectedEngine;
beforeAll(async () => {
  engine = connectEngine();
  await engine.load();
});
afterAll(() => engine.close());

/** Over all of a matrix. */
function whole(result: ExperimentResult, run: string, matrix: string, cycle: number): MatrixRegion {
  const record = result.runs.find(({ id }) => id === run)?.subnetwork;
  const { rows = 0, cols = 0 } = record?.matrices.find(({ name }) => name === matrix) ?? {};
  return { run, matrix, cycle, top: 0, bottom: rows, left: 0, right: cols };
}

describe("a watched experiment", () => {
  const log = new EventLog();
  let result: ExperimentResult;
  beforeAll(async () => {
    const plan = tinyPlan(["vanilla", "dps-dense", "mixout"], [1, 2], { steps: 12 });
    const values = { dropout: 0, updateRatio: 0.1 };
    const methods = plan.methods.map((method) => (method.id === "dps-dense" ? { ...method, values } : method));
    result = await engine.trainer.start({ ...plan, methods }, log.take, undefined, true);
    await log.until(() => log.events.filter(({ kind }) => kind === "ended").length === result.runs.length);
  });

  test("has in its result what was told, and says which runs select the same", () => {
    for (const { id, subnetwork } of result.runs) {
      const told = log.events.flatMap((event) =>
        event.kind === "subnetwork" && event.run === id ? [event.snapshot] : [],
      );
      expect(subnetwork?.snapshots).toEqual(told);
      expect(told.at(-1)?.step).toBe(12);
    }
    const selecting = result.runs.map(({ id }) => id).filter((id) => !id.startsWith("vanilla"));
    expect(result.overlaps?.runs).toEqual(selecting);
    const last = log.events.findLast((event) => event.kind === "overlaps");
    expect(last?.overlaps).toEqual(result.overlaps);
  });

  test("is looked into afterwards: counts, masks and drift agree", async () => {
    const run = result.runs.find(({ id }) => id === "dps-dense-seed2");
    const record = run?.subnetwork ?? null;
    const [kept] = record?.masks ?? [];
    if (record === null || kept === undefined) throw new Error("no masks");
    const place = record.matrices.findIndex(({ name }) => name === kept.matrix);
    expect(record.matrices[place]?.part).toBe("value");
    for (const [index, { cycle }] of record.snapshots.entries()) {
      const view = await engine.trainer.inspectMatrix(whole(result, "dps-dense-seed2", kept.matrix, cycle));
      const text = kept.masks[index];
      if (text === undefined) {
        expect(index).toBe(record.snapshots.length - 1);
        continue;
      }
      const bytes = fromBase64(text) ?? new Uint8Array();
      expect(Array.from(view.mask)).toEqual(
        Array.from(view.mask, (_, weight) => (at(bytes, weight >> 3) >> (weight & 7)) & 1),
      );
    }
    const { cycle = 0, drift = [] } = record.snapshots.at(-1) ?? {};
    const view = await engine.trainer.inspectMatrix(whole(result, "dps-dense-seed2", kept.matrix, cycle));
    expect(view.note).toBeUndefined();
    // What was selected has the highest scores.
    const scoresOf = (bit: number) => Array.from(view.scores ?? []).filter((_, weight) => view.mask[weight] === bit);
    expect(Math.min(...scoresOf(1))).toBeGreaterThan(Math.max(...scoresOf(0)));
    const moved = (bit: number): number =>
      (view.drift ?? new Float32Array()).reduce(
        (sum, by, weight) => sum + (view.mask[weight] === bit ? by * by : 0),
        0,
      );
    const told = (drift[place]?.selected ?? 0) / (drift[place]?.leftOut ?? 0);
    expect(told).toBeGreaterThan(0);
    expect(moved(1)).toBeGreaterThan(moved(0));
  });
});

test("a run that trains is looked into meanwhile, and nothing of it changes", async () => {
  const plan = tinyPlan(["dps-dense"], [1], { steps: 400, evaluateEvery: 400 });
  const log = new EventLog();
  const running = engine.trainer.start(plan, log.take, undefined, true);
  await log.until(() => log.events.some(({ kind }) => kind === "subnetwork"));
  const matrix = "classifier.weight";
  const region = { run: "dps-dense-seed1", matrix, cycle: 0, top: 0, bottom: 2, left: 0, right: 8 };
  const view = await engine.trainer.inspectMatrix(region);
  await engine.trainer.pause();
  const paused = await engine.trainer.inspectMatrix(region);
  await engine.trainer.resume();
  const watched = await running;
  expect(watched.runs[0]?.status).toBe("completed");
  expect(view.mask).toEqual(paused.mask);
  expect(view.drift?.some((by) => by > 0)).toBe(true);
  const unwatched = await engine.trainer.start(plan, () => undefined);
  expect(unwatched.runs[0]?.subnetwork).toBeNull();
  expect(unwatched.overlaps).toBeNull();
  expect(unwatched.runs[0]?.steps.map(({ loss }) => loss)).toEqual(watched.runs[0]?.steps.map(({ loss }) => loss));
  expect(unwatched.runs[0]?.evaluations).toEqual(watched.runs[0]?.evaluations);
  await expect(engine.trainer.inspectMatrix(region)).rejects.toThrow("was not watched");
});
