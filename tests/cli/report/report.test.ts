import { describe, expect, test } from "vitest";
import { findingsOf, metricsIn } from "../../../src/analysis/scores/summary.ts";
import { reportLines } from "../../../src/cli/report/report.ts";
import type { MetricEntry } from "../../../src/contract/catalog.ts";
import type { Values } from "../../../src/contract/fields.ts";
import type { ExperimentResult, RunRecord, TransferRecord } from "../../../src/contract/run.ts";

const accuracy: MetricEntry = { id: "accuracy", label: "Accuracy", primary: true };
const f1: MetricEntry = { id: "f1", label: "F1", primary: false };

interface Given {
  readonly setting?: Values;
  /** Accuracy of each seed from 1; null for a run that failed. */
  readonly scores: readonly (number | null)[];
  readonly elapsedMs?: number;
  readonly methodBytes?: number;
  readonly transfers?: Readonly<Record<string, number>>;
}

function runs(method: string, given: Given): RunRecord[] {
  const { setting = {}, scores, elapsedMs = 61_000, methodBytes = 0, transfers = {} } = given;
  const { learningRate: _, ...values } = setting;
  return scores.map((score, index) => ({
    id: `${method}-${JSON.stringify(setting)}-seed${index + 1}`,
    method,
    label: method.toUpperCase(),
    seed: index + 1,
    status: score === null ? ("failed" as const) : ("completed" as const),
    error: null,
    values,
    setting,
    stepCount: 10,
    steps: [],
    evaluations: [
      { step: 5, epoch: 0.5, loss: 1, scores: { accuracy: 0.99, f1: 0.99 } },
      { step: 10, epoch: 1, loss: 1, scores: { accuracy: score, f1: score, ...transfers } },
    ],
    selections: [],
    times: [],
    memoryBytes: { weights: 2 ** 20, method: methodBytes, activations: 2 ** 20 },
    elapsedMs,
    openMs: 1000,
    subnetwork: null,
  }));
}

function resultOf(all: readonly RunRecord[], patch: Partial<ExperimentResult["config"]> = {}): ExperimentResult {
  const methods = [...new Set(all.map(({ method }) => method))].map((id) => ({ id, values: {} }));
  const config = {
    model: { name: "m", source: { kind: "file" as const }, family: "BERT", parameterCount: 1, hiddenSize: 1, layerCount: 1, headCount: 1, vocabularySize: 1, maxPositions: 1, lowercase: true, skippedTensors: [], reading: [], notes: [], adaptations: [] },
    rows: null,
    task: "rte",
    labels: ["no", "yes"],
    trainCount: 10,
    devCount: 10,
    transfers: [],
    plan: { methods, seeds: [1, 2], training: {}, grid: [], order: "sequential" as const },
    ...patch,
  }; // prettier-ignore
  const device = { vendor: "", architecture: "", description: "", software: true, features: [], maxBufferBytes: 1, maxBindingBytes: 1 }; // prettier-ignore
  const cases = [{ method: "vanilla", reference: "vanilla", seedCount: 1, easyCount: 1, hardCount: 1, rightOnEasy: 1, rightOnHard: 0, wins: [], losses: [] }]; // prettier-ignore
  const { summary, comparisons } = findingsOf(all, metricsIn(all));
  // Whatever order they are in.
  return {
    device,
    kernels: null,
    config,
    runs: all,
    summary: summary.toReversed(),
    comparisons,
    answers: null,
    cases,
    overlaps: null,
  };
}

/** The lines from the one that starts like this to the next empty one. */
function section(lines: readonly string[], start: string): readonly string[] {
  const from = lines.findIndex((line) => line.startsWith(start));
  const to = lines.indexOf("", from);
  return from === -1 ? [] : lines.slice(from, to === -1 ? undefined : to);
}

describe("without a grid", () => {
  const all = [
    ...runs("vanilla", { scores: [0.5, 0.6] }),
    ...runs("dps-mix", { scores: [0.7, 0.9], elapsedMs: 79_000, methodBytes: 2 ** 20 }),
    ...runs("own", { scores: [null, null] }),
  ];
  const lines = reportLines(resultOf(all), [accuracy, f1]);

  test("scores with deviation, best and worst seed, rank and the paper's figure", () => {
    expect(section(lines, "method")).toEqual([
      "method   runs       accuracy             f1     mean (max)  worst  rank  paper (BERT-large)",
      "vanilla     2   55.00 ± 7.07   55.00 ± 7.07  55.00 (60.00)  50.00     2        70.69 ± 2.83",
      "dps-mix     2  80.00 ± 14.14  80.00 ± 14.14  80.00 (90.00)  70.00     1        73.46 ± 1.46",
      "own         0              –              –              –      –     –                   –",
      expect.stringMatching(/^Scores × 100 on dev after the last epoch, .* rank 1 being the highest\.$/),
      "Paper: its table 1, BERT-large on all training rows, ten seeds; another model's figures, not a mark to reach.",
      "Accuracy of each run's best epoch, chosen on dev: optimistic. vanilla 99.00 ± 0.00; dps-mix 99.00 ± 0.00.",
    ]);
  });

  test("counts runs apart that predict one class only, and leaves the best epoch out where it is the last", () => {
    const seeds = runs("vanilla", { scores: [0.7, 0.72, 0.5] }).map((run, index) => {
      const last = run.evaluations.slice(-1).map((at) => ({ ...at, predictedClasses: index === 2 ? 1 : 2 }));
      return { ...run, evaluations: last };
    });
    const told = section(reportLines(resultOf(seeds, { task: "single" }), [accuracy]), "method");
    expect(told.at(-1)).toBe("vanilla: Accuracy 71.00 ± 1.41 over 2 of 3 seeds; 1 predicts one class only.");
  });

  test("no paper where it has no such task", () => {
    const two = resultOf(all.slice(0, 4), { task: "single" });
    expect(section(reportLines(two, [accuracy]), "method").slice(0, 3)).toEqual([
      "method   runs       accuracy     mean (max)  worst  rank",
      "vanilla     2   55.00 ± 7.07  55.00 (60.00)  50.00     2",
      "dps-mix     2  80.00 ± 14.14  80.00 (90.00)  70.00     1",
    ]);
  });

  test("time and memory beside the paper's ratios", () => {
    expect(section(lines, "Time and memory")).toEqual([
      "Time and memory as ratios to vanilla:",
      "method        a run    time   paper  MiB  memory   paper  model's state",
      "vanilla  1 min 00 s  1.00 ×  1.00 ×  2.0  1.00 ×  1.00 ×         1.00 ×",
      "dps-mix  1 min 18 s  1.30 ×  1.30 ×  3.0  1.50 ×  1.99 ×         2.00 ×",
      expect.stringContaining("without compilation"),
      expect.stringMatching(/^Paper: its tables 6 and 9/),
    ]);
  });

  test("no paper where it lists none of the methods but the reference", () => {
    const own = reportLines(resultOf([...all.slice(0, 2), ...runs("own", { scores: [0.5] })]), [accuracy]);
    expect(section(own, "Time and memory")[1]).toBe("method        a run    time  MiB  memory  model's state");
    expect(section(own, "Time and memory")).toHaveLength(5);
  });

  test("comparison, cases and a warning; neither sets of other sources nor settings", () => {
    expect(section(lines, "Accuracy against vanilla, seed by seed")).toEqual([
      expect.any(String),
      expect.stringMatching(/^method +difference/),
      expect.stringMatching(/^dps-mix +25\.00 /),
      expect.stringMatching(/^own +– /),
      expect.stringMatching(/^Over 2 seeds DPS-MIX is 25\.0 points above VANILLA/),
      expect.stringContaining("no completed seed in common"),
    ]);
    expect(section(lines, "Dev rows that most seeds")).toHaveLength(4);
    expect(lines.at(-1)).toMatch(/^No seed so far for some method/);
    expect(lines.filter((line) => /other sources|by setting|quartiles/.test(line))).toEqual([]);
  });

  test("a plan's method that never ran has a row, and is what has fewest seeds", () => {
    const methods = ["vanilla", "late"].map((id) => ({ id, values: {} }));
    const plan = { methods, seeds: [1], training: {}, grid: [], order: "sequential" as const };
    const five = runs("vanilla", { scores: [0.5, 0.6, 0.7, 0.5, 0.6] });
    const stopped = reportLines(resultOf(five, { plan }), [accuracy]);
    expect(stopped).toContainEqual(expect.stringMatching(/^late +0 +– /));
    expect(stopped.at(-1)).toMatch(/^No seed/);
    expect(reportLines(resultOf(five), [accuracy]).at(-1)).not.toMatch(/seed for some method/);
  });

  test("says nothing of scores or costs where nothing ran", () => {
    expect(reportLines(resultOf(runs("own", { scores: [null] })), [])).toEqual([
      "",
      "method  runs",
      "own        0",
      expect.any(String),
      "",
      expect.stringMatching(/^Dev rows/),
      expect.any(String),
      expect.any(String),
      expect.stringMatching(/^No seed/),
    ]);
  });
});

describe("sets of other sources", () => {
  const file = (name: string) => ({ kind: "file" as const, name });
  const transfers: TransferRecord[] = [
    { name: "sick", source: file("sick.tsv"), rowCount: 4906, labels: ["no", "yes"], mapping: "Neutral counts as no." },
    { name: "other", source: file("other.tsv"), rowCount: 12, labels: ["no", "yes"], mapping: null },
  ];

  test("a column each, with how the labels were mapped", () => {
    const all = [
      ...runs("vanilla", { scores: [0.5, 0.6], transfers: { "accuracy@sick": 0.4, "f1@sick": 0.1 } }),
      ...runs("dps-mix", { scores: [0.7], transfers: { "accuracy@sick": 0.45, "accuracy@other": 0.25 } }),
    ];
    expect(section(reportLines(resultOf(all, { transfers }), [accuracy]), "Accuracy × 100 on sets")).toEqual([
      "Accuracy × 100 on sets of other sources after the last epoch, mean ± standard deviation over seeds:",
      "method            dev          sick  other",
      "vanilla  55.00 ± 7.07  40.00 ± 0.00      –",
      "dps-mix         70.00         45.00  25.00",
      "sick, 4,906 rows: Neutral counts as no.",
      "other, 12 rows: the same labels.",
    ]);
  });
});

describe("with one axis", () => {
  const all = [
    ...runs("vanilla", { scores: [0.5, 0.6] }),
    ...runs("dps-dense", { setting: { frozenShare: 0.1 }, scores: [0.5, 0.7, 0.8] }),
    ...runs("dps-dense", { setting: { frozenShare: 0.3 }, scores: [0.9] }),
  ];
  const lines = reportLines(resultOf(all), [accuracy]);

  test("a row a setting, in all tables", () => {
    expect(section(lines, "method").slice(0, 4)).toEqual([
      expect.stringMatching(/^method +trained share +runs +accuracy +mean \(max\) +worst +rank +paper/),
      expect.stringMatching(/^vanilla +– +2 +55\.00 ± 7\.07 .* 2\.5 +70\.69/),
      expect.stringMatching(/^dps-dense +0\.9 +3 +66\.67 ± 15\.28 .* 2\.5 +73\.14/),
      expect.stringMatching(/^dps-dense +0\.7 +1 +90\.00 +90\.00 \(90\.00\) .* 1 +73\.14/),
    ]);
    expect(section(lines, "Accuracy against").slice(2, 5)).toEqual([
      expect.stringMatching(/^dps-dense +0\.9 +5\.00 /),
      expect.stringMatching(/^dps-dense +0\.7 +40\.00 /),
      expect.stringMatching(/^Over 2 seeds DPS-DENSE with trained share 0\.9 is 5\.0 points above VANILLA/),
    ]);
    expect(section(lines, "Time and memory")[3]).toMatch(/^dps-dense +0\.9 +1 min 00 s +1\.00 ×/);
  });

  test("quartiles by its value, and the mean of what has no such setting; nothing is called best", () => {
    expect(section(lines, "Accuracy × 100 by trained share")).toEqual([
      "Accuracy × 100 by trained share, quartiles over seeds:",
      "method     trained share  seeds  lowest  quarter  median  three quarters  highest",
      "dps-dense            0.9      3   50.00    60.00   70.00           75.00    80.00",
      "dps-dense            0.7      1   90.00    90.00   90.00           90.00    90.00",
      "vanilla, which has no trained share: mean 55.00 of 2 seeds.",
    ]);
    expect(lines.filter((line) => line.includes("by setting"))).toEqual([]);
  });

  test("no quartiles by what is no number", () => {
    const words = ["masked", "strict"].flatMap((frozenWeights) => runs("dps-dense", { setting: { frozenWeights }, scores: [0.5, 0.6] })); // prettier-ignore
    const named = reportLines(resultOf([...runs("vanilla", { scores: [0.5] }), ...words]), [accuracy]);
    expect(named).toContainEqual(expect.stringMatching(/^dps-dense +strict +2 /));
    expect(named.filter((line) => line.includes("quartiles") || line.includes("no frozenWeights"))).toEqual([]);
  });

  test("easy and hard rows are left out, being told by method", () => {
    expect(section(lines, "Dev rows")).toEqual([]);
  });
});

describe("with several axes", () => {
  const at = (frozenShare: number | null, learningRate: number, scores: readonly number[]): RunRecord[] =>
    frozenShare === null
      ? runs("vanilla", { setting: { learningRate }, scores })
      : runs("dps-dense", { setting: { frozenShare, learningRate }, scores });
  const all = [
    ...at(null, 2e-5, [0.5, 0.6]),
    ...at(0.1, 2e-5, [0.6, 0.8]),
    ...at(0.3, 2e-5, [0.7, 0.6]),
    ...at(null, 4e-5, [0.6, 0.5]),
    ...at(0.1, 4e-5, [0.5, 0.6]),
  ];
  const lines = reportLines(resultOf(all), [accuracy]);

  test("the best setting of every method, with what choosing it is worth", () => {
    expect(section(lines, "DPS-DENSE by setting")).toEqual([
      "DPS-DENSE by setting, Accuracy × 100, mean ± standard deviation over seeds:",
      "method     trained share  learning rate  seeds            dev",
      "dps-dense            0.9           2e-5      2  70.00 ± 14.14  best",
      "dps-dense            0.7           2e-5      2   65.00 ± 7.07",
      "dps-dense            0.9           4e-5      2   55.00 ± 7.07",
      expect.stringMatching(/^DPS-DENSE: 70\.00 is the best of 3 settings, .* the mean of 2 seeds is 60\.00,/),
    ]);
    expect(section(lines, "VANILLA by setting")).toHaveLength(5);
    expect(lines.filter((line) => line.includes("quartiles"))).toEqual([]);
  });

  test("nothing is best where a method has one setting", () => {
    const own = [0.1, 0.3].flatMap((frozenShare) => runs("dps-dense", { setting: { frozenShare, updateRatio: 0.1 }, scores: [0.5] })); // prettier-ignore
    const some = reportLines(resultOf([...runs("vanilla", { scores: [0.5] }), ...own]), [accuracy]);
    expect(some.filter((line) => line.includes("by setting"))).toEqual([expect.stringMatching(/^DPS-DENSE/)]);
  });

  test("of many comparisons only those that tell something are put into words", () => {
    const shares = Array.from({ length: 13 }, (_, index) => (index + 1) / 20);
    const level = [0.5, 0.51, 0.49, 0.5, 0.52];
    const many = (first: readonly number[]) => [
      ...at(null, 2e-5, level),
      ...shares.flatMap((share) => at(share, 2e-5, share === 0.05 ? first : [0.51, 0.49, 0.5, 0.5, 0.51])),
    ];
    const told = (all: readonly RunRecord[]) =>
      section(reportLines(resultOf(all), [accuracy]), "Accuracy against").slice(15);
    expect(told(many([0.81, 0.8, 0.8, 0.82, 0.81]))).toEqual([
      expect.stringMatching(
        /^Over 5 seeds at learning rate 2e-5, DPS-DENSE with trained share 0\.95 is .* more than luck/,
      ),
      "12 of 13 differences: not enough to tell.",
    ]);
    expect(told(many([0.49, 0.5, 0.51, 0.5, 0.5]))).toEqual(["13 of 13 differences: not enough to tell."]);
  });
});
