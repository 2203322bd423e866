import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { ExperimentResult } from "../../src/contract/run.ts";
import { AppError } from "../../src/core/errors.ts";
import { writeComparisonsCsv, writeRunsCsv } from "../../src/store/results/files/result-csv.ts";
import { readResult } from "../../src/analysis/result-file.ts";
import { writeResult } from "../../src/analysis/result-text.ts";
import { createFakeTrainer } from "../store/fake-trainer.ts";

let result: ExperimentResult;

beforeAll(async () => {
  const methods = ["plain", "two"].map((id) => ({ id, values: { dropout: 0.1, note: null } }));
  result = await createFakeTrainer().start(
    { methods, seeds: [1, 2], training: { epochs: 3 }, grid: [], order: "sequential" as const },
    () => undefined,
  );
});

describe("readResult", () => {
  it("reads what writeResult wrote, unchanged", () => {
    expect(readResult(writeResult(result), "result.json")).toEqual(result);
  });

  it("knows where the model came from, and takes results that do not say it", () => {
    const source = { kind: "hub", id: "org/small", revision: "main", commit: "a".repeat(40) };
    const model = { ...result.config.model, source };
    const named = JSON.stringify({ ...result, config: { ...result.config, model } });
    expect(readResult(named, "result.json").config.model.source).toEqual(source);
    const { source: _, ...older } = result.config.model;
    const unnamed = JSON.stringify({ ...result, config: { ...result.config, model: older } });
    expect(readResult(unnamed, "result.json").config.model.source).toEqual({ kind: "file" });
  });

  it("knows which rows were used, and takes results that do not say it", () => {
    const hub = { kind: "hub", id: "nyu-mll/glue", path: "rte/x.parquet", revision: "main", commit: "b".repeat(40) };
    const sample = { count: 500, of: 2490, seed: 1 };
    const rows = { train: hub, dev: { kind: "file", name: "dev.tsv" }, split: null, sample };
    const read = (config: object) => readResult(JSON.stringify({ ...result, config }), "result.json").config.rows;
    expect(read({ ...result.config, rows })).toEqual(rows);
    expect(read({ ...result.config, rows: { ...rows, dev: null, split: { share: 0.1, seed: 2 } } })?.dev).toBeNull();
    const { rows: _, ...older } = result.config;
    expect(read(older)).toBeNull();
  });

  it("knows which kernels it ran with, and takes results that do not say it", () => {
    expect(readResult(writeResult(result), "result.json").kernels).toEqual({
      "attention 2x64": "blocks",
      "matmul nt 128x128": "block8x8",
    });
    const { kernels: _, ...older } = result;
    expect(readResult(JSON.stringify(older), "result.json").kernels).toBeNull();
  });

  it("knows of sleep", () => {
    const runs = result.runs.map((run, index) => (index === 0 ? { ...run, sleptMs: 1234 } : run));
    const read = readResult(writeResult({ ...result, runs }), "result.json");
    expect(read.runs[0]?.sleptMs).toBe(1234);
    expect(read.runs[1]).not.toHaveProperty("sleptMs");
  });

  it("knows when steps were done, takes results that do not say it, and refuses times that do not ascend", () => {
    const [first, ...others] = result.runs;
    const read = (run: object) => readResult(JSON.stringify({ ...result, runs: [run, ...others] }), "a.json").runs[0];
    expect(first?.times.at(-1)).toEqual({ step: first?.stepCount, elapsedMs: first?.elapsedMs });
    const { times = [], ...older } = first ?? {};
    expect(read({ ...older, times })?.times).toEqual(times);
    expect(read(older)?.times).toEqual([]);
    expect(() => read({ ...older, times: times.toReversed() })).toThrow("the times do not ascend");
  });

  it("knows how sure the answers were, and takes results that do not say it", () => {
    expect(Object.keys(readResult(writeResult(result), "result.json").answers?.probabilities ?? {})).toHaveLength(4);
    const { probabilities: _, ...older } = result.answers ?? { probabilities: {} };
    const read = readResult(JSON.stringify({ ...result, answers: older }), "result.json").answers;
    expect(read).toEqual({ ...result.answers, probabilities: {} });
  });

  it("brings a NaN back that JSON wrote as null", () => {
    const [first, ...others] = result.runs;
    const steps = [{ ...first?.steps[0], loss: Number.NaN }];
    const spoilt = JSON.stringify({ ...result, runs: [{ ...first, steps }, ...others] });
    expect(readResult(spoilt, "result.json").runs[0]?.steps[0]?.loss).toBeNaN();
  });

  it.each([
    ["no JSON", "{", "is not JSON"],
    ["something else", "[]", "is not a result"],
    ["null", "null", "is not a result"],
    [
      "a plan",
      '{"version": 1, "methods": ["plain"], "seeds": "1"}',
      "x.json is a plan, not a result: use “Open a plan”.",
    ],
  ])("refuses %s", (_, text, reason) => {
    expect(() => readResult(text, "x.json")).toThrow(reason);
  });

  it("names the first field that does not fit", () => {
    const spoilt = JSON.stringify({ ...result, runs: [{ ...result.runs[0], status: "fine" }] });
    expect(() => readResult(spoilt, "x.json")).toThrow("runs.0.status");
  });

  it("works out again what the runs amount to, so that an old file has all of it", () => {
    const { summary, comparisons, ...old } = result;
    expect(readResult(JSON.stringify(old), "old.json")).toEqual(result);
    const bragging = { ...result, summary: summary.map((one) => ({ ...one, mean: 1 })), comparisons: [] };
    expect(readResult(JSON.stringify(bragging), "x.json").comparisons).toEqual(comparisons);
    expect(readResult(JSON.stringify(bragging), "x.json").summary).toEqual(summary);
  });

  it("refuses more runs of a method than anybody makes", () => {
    const [first] = result.runs;
    const runs = Array.from({ length: 101 }, (_, index) => ({ ...first, id: `plain-seed${index}`, steps: [] }));
    expect(() => readResult(JSON.stringify({ ...result, runs }), "x.json")).toThrow(
      "more than 100 runs at one setting",
    );
    const spread = runs.map((run, index) => ({ ...run, setting: { share: index % 2 } }));
    expect(readResult(JSON.stringify({ ...result, runs: spread }), "x.json").runs).toHaveLength(101);
  });

  it("refuses two runs of one id", () => {
    const twice = JSON.stringify({ ...result, runs: [result.runs[0], result.runs[0]] });
    expect(() => readResult(twice, "x.json")).toThrow("same id");
  });

  it("answers whatever it is given with a result or an AppError", () => {
    const plain: unknown = JSON.parse(writeResult(result));
    fc.assert(
      fc.property(fc.constantFrom("device", "config", "runs", "summary"), fc.jsonValue(), (key, value) => {
        try {
          readResult(JSON.stringify({ ...(plain as object), [key]: value }), "x.json");
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(AppError);
        }
      }),
    );
  });
});

describe("writeRunsCsv", () => {
  it("has a row a run, with last and best of every score, quoted where needed", () => {
    const [first, ...others] = result.runs;
    if (first === undefined) throw new Error("the fake made no run");
    const failed = {
      ...first,
      status: "failed" as const,
      error: { code: "not-finite" as const, message: 'loss is "NaN", step 3' },
    };
    const lines = writeRunsCsv({ ...result, runs: [failed, ...others] }).split("\r\n");
    expect(lines).toHaveLength(result.runs.length + 2);
    expect(lines[0]).toBe(
      "run,method,seed,status,steps,step_count,elapsed_ms,memory_bytes,last_accuracy,best_accuracy,last_f1,best_f1,error",
    );
    expect(lines[1]).toMatch(/^plain-seed1,plain,1,failed,40,40,/);
    expect(lines[1]?.endsWith('"loss is ""NaN"", step 3"')).toBe(true);
    const cells = lines[2]?.split(",") ?? [];
    const scores = result.runs[1]?.evaluations.map((at) => at.scores["accuracy"] ?? 0) ?? [];
    expect(Number(cells[8])).toBe(scores.at(-1));
    expect(Number(cells[9])).toBe(Math.max(...scores));
  });
});

describe("files of a grid", () => {
  it("say in columns of their own where a run and a comparison stand", async () => {
    const methods = ["plain", "one"].map((id) => ({ id, values: {} }));
    const grid = [
      { field: "frozenShare", values: [0.1, 0.5] },
      { field: "trainSample", values: [500, null] },
    ];
    const plan = { methods, seeds: [1], training: {}, grid, order: "sequential" as const };
    const varied = await createFakeTrainer().start(plan, () => undefined);
    const [head, ...rows] = writeRunsCsv(varied).trimEnd().split("\r\n");
    expect(head).toMatch(/^run,method,frozenShare,trainSample,seed,status,/);
    expect(rows.map((row) => row.split(",").slice(1, 5).join(","))).toEqual([
      "plain,,500,1",
      "plain,,,1",
      "one,0.1,500,1",
      "one,0.1,,1",
      "one,0.5,500,1",
      "one,0.5,,1",
    ]);
    expect(writeComparisonsCsv(varied)).toMatch(/^method,frozenShare,trainSample,reference,score,/);
  });
});

describe("writeComparisonsCsv", () => {
  it("has a row a method and score", () => {
    const [head, first, ...others] = writeComparisonsCsv(result).trimEnd().split("\r\n");
    expect(head?.split(",")).toHaveLength(19);
    expect(first).toMatch(/^two,plain,accuracy,2,-?0\.\d+,/);
    expect(first).toMatch(/,0\.5,(0|0\.5|1)?,?.*unclear,.*"Over 2 seeds DPS Mix is .*"$/);
    expect(others).toHaveLength(1);
  });
});
