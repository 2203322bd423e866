import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { findingsOf, metricsIn } from "../../src/analysis/scores/summary.ts";
import type { FieldValue, Values } from "../../src/contract/fields.ts";
import type { ExperimentResult, RunRecord } from "../../src/contract/run.ts";
import { AppError } from "../../src/core/errors.ts";
import { writeRunsCsv } from "../../src/store/results/files/result-csv.ts";
import { readResult } from "../../src/analysis/result-file.ts";
import { writeResult } from "../../src/analysis/result-text.ts";
import { createFakeTrainer } from "./fake-trainer.ts";

let plain: ExperimentResult;
let grid: ExperimentResult;

beforeAll(async () => {
  const methods = ["plain", "two"].map((id) => ({ id, values: {} }));
  plain = await createFakeTrainer().start({ methods, seeds: [1, 2], training: {}, grid: [], order: "sequential" }, () => undefined); // prettier-ignore
  grid = withGrid(places);
});

const places = [
  { frozenShare: 0.1, trainSample: 500 },
  { frozenShare: 0.1, trainSample: null },
  { frozenShare: 0.5, trainSample: 500 },
];

/** The plain result's runs at every one of these places, scored on another set as well. */
function withGrid(settings: readonly Values[]): ExperimentResult {
  const runs = settings.flatMap((setting, place) =>
    plain.runs.map((run): RunRecord => {
      const evaluations = run.evaluations.map((one, index) =>
        index < run.evaluations.length - 1 ? one : { ...one, scores: { ...one.scores, "accuracy@sick": 0.5 } },
      );
      const values = { frozenShare: setting["frozenShare"] ?? 0 };
      return { ...run, id: `${run.id}-${place}`, steps: [], setting, values, openMs: 12.5, evaluations };
    }),
  );
  const fields = [...new Set(settings.flatMap((setting) => Object.keys(setting)))];
  const axes = fields.map((field) => {
    const values = new Set(settings.flatMap((setting): FieldValue[] => (field in setting ? [setting[field] ?? null] : [])));
    return { field, values: [...values] };
  }); // prettier-ignore
  const transfer = { name: "sick", source: { kind: "file" as const, name: "SICK.txt" }, rowCount: 9, labels: ["yes", "no"], mapping: "Neutral counts as no." }; // prettier-ignore
  const plan = { ...plain.config.plan, grid: axes, order: "interleaved" as const };
  const config = { ...plain.config, transfers: [transfer], plan };
  return { ...plain, config, runs, ...findingsOf(runs, metricsIn(runs)), cases: [] };
}

const readBack = (one: unknown): ExperimentResult => readResult(JSON.stringify(one), "result.json");

describe("a result with a grid and sets of other sources", () => {
  it("comes back as it was written, with what every place of the grid amounts to", () => {
    const read = readResult(writeResult(grid), "result.json");
    expect(read).toEqual(grid);
    expect(read.summary.filter(({ score, epoch }) => score === "accuracy@sick" && epoch === "last")).toHaveLength(6);
    expect(read.comparisons.filter(({ score }) => score === "accuracy").map(({ setting }) => setting)).toEqual(places);
  });

  it("has no cases, whatever the file says and though it has answers", () => {
    expect(plain.answers).not.toBeNull();
    expect(readBack(plain).cases).not.toEqual([]);
    expect(readBack({ ...plain, config: grid.config }).cases).toEqual([]);
  });

  it("has the scores on the other set in runs.csv", () => {
    const [head, first] = writeRunsCsv(grid).split("\r\n");
    const column = head?.split(",").indexOf("last_accuracy@sick") ?? -1;
    expect(first?.split(",")[column]).toBe("0.5");
  });

  it("may have any number of axes and values that a plan has", () => {
    const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string({ maxLength: 20 }), fc.boolean(), fc.constant(null)); // prettier-ignore
    const fields = fc.uniqueArray(fc.stringMatching(/^[a-z][a-zA-Z]{1,9}$/), { minLength: 1, maxLength: 3 });
    const settings = fields.chain((axes) =>
      fc.array(fc.record(Object.fromEntries(axes.map((axis) => [axis, value]))), { minLength: 1, maxLength: 6 }),
    );
    fc.assert(
      fc.property(settings, (all) => {
        const one = withGrid(all);
        // JSON knows no -0.
        expect(readBack(one)).toEqual(JSON.parse(JSON.stringify(one)));
      }),
      { numRuns: 30 },
    );
  });
});

describe("results of earlier versions", () => {
  it("open, with nothing varied and nothing known of what came later", () => {
    const now = JSON.parse(readFileSync("public/recorded/run.json", "utf8"));
    const { comparisons: _, ...rest } = now;
    const { transfers: _transfers, ...config } = now.config;
    const { grid: _grid, order: _order, ...plan } = now.config.plan;
    const runs = now.runs.map(({ setting: _setting, openMs: _open, ...run }: Record<string, unknown>) => run);
    const early = readResult(JSON.stringify({ ...rest, config: { ...config, plan }, runs }), "run.json");
    expect(early.runs).toHaveLength(now.runs.length);
    expect(early.runs.map(({ setting, openMs }) => [setting, openMs])).toEqual(early.runs.map(() => [{}, 0]));
    expect(early.config).toMatchObject({ transfers: [], plan: { grid: [], order: "sequential" } });
    expect(early.comparisons.map(({ method, score }) => `${method} ${score}`)).toEqual([
      "dps-dense accuracy",
      "dps-mix accuracy",
      "mixout accuracy",
    ]);
    expect(readResult(writeResult(early), "run.json")).toEqual(early);
  });

  it("and those of this one, the recorded run among them, come back as they were written", () => {
    const text = readFileSync("public/recorded/run.json", "utf8");
    const recorded = readResult(text, "run.json");
    expect(recorded.comparisons).toEqual(JSON.parse(text).comparisons);
    expect(readResult(writeResult(recorded), "run.json")).toEqual(recorded);
  });
});

describe("a stranger's file", () => {
  const [runPatch, planPatch] = [
    (patch: object) => ({ ...grid, runs: grid.runs.map((run) => ({ ...run, ...patch })) }),
    (patch: object) => ({ ...grid, config: { ...grid.config, plan: { ...grid.config.plan, ...patch } } }),
  ];

  it("is refused where it has more axes than can be", () => {
    const axes = Array.from({ length: 11 }, (_, index) => `axis${index}`);
    const setting = Object.fromEntries(axes.map((axis) => [axis, 1]));
    expect(() => readBack(runPatch({ setting }))).toThrow("more than 10 axes");
    expect(() => readBack(planPatch({ grid: axes.map((field) => ({ field, values: [1] })) }))).toThrow(
      "config.plan.grid",
    );
    expect(() => readBack({ ...grid, config: { ...grid.config, transfers: Array(101).fill(grid.config.transfers[0]) } })).toThrow("config.transfers"); // prettier-ignore
  });

  it("has only so many scores summed up that the page does not stand still", () => {
    const [first] = grid.runs;
    const scores = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`score${index}`, 0.5]));
    const runs = Array.from({ length: 1000 }, (_, index) => ({
      ...first,
      id: `run${index}`,
      method: `method${index}`,
      steps: [],
      evaluations: [{ step: 1, epoch: 1, loss: 1, scores }],
    }));
    const measured = new Set(readBack({ ...grid, runs }).summary.map(({ score }) => score));
    expect(measured.size).toBe(8);
    expect(
      new Set(readBack({ ...grid, runs: runs.slice(0, 3) }).summary.map(({ score }) => score)).size,
    ).toBeGreaterThan(8);
    expect(readBack({ ...grid, runs: [] }).summary).toEqual([]);
  });

  it("gives a result or an AppError, whatever stands where the grid belongs", () => {
    const places = {
      setting: (value: unknown) => runPatch({ setting: value }),
      openMs: (value: unknown) => runPatch({ openMs: value }),
      grid: (value: unknown) => planPatch({ grid: value }),
      axis: (value: unknown) => planPatch({ grid: [{ field: "p", values: value }] }),
      order: (value: unknown) => planPatch({ order: value }),
      transfers: (value: unknown) => ({ ...grid, config: { ...grid.config, transfers: value } }),
      transfer: (value: unknown) => ({ ...grid, config: { ...grid.config, transfers: [value] } }),
      scores: (value: unknown) => runPatch({ evaluations: [{ step: 1, epoch: 1, loss: 1, scores: value }] }),
    };
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(places)), fc.jsonValue(), (place, value) => {
        try {
          readBack(place(value));
        } catch (thrown) {
          refused++;
          expect(thrown).toBeInstanceOf(AppError);
        }
      }),
    );
    expect(refused).toBeGreaterThan(0);
  });
});
