import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import { paperTable, type FigureTable } from "../../../src/analysis/tables/figure-table.ts";
import { findingsOf } from "../../../src/analysis/scores/summary.ts";
import { tableFormats } from "../../../src/analysis/tables/table-text.ts";
import type { ConfigRecord, RunRecord } from "../../../src/contract/run.ts";
import { model } from "../../store/fake-records.ts";

const labels: Readonly<Record<string, string>> = { vanilla: "Vanilla", "dps-mix": "DPS Mix", own: "Own & 100 %" };

/** Runs of a method whose scores are given seed by seed. */
function runsOf(method: string, scores: Readonly<Record<string, readonly number[]>>): RunRecord[] {
  const [first = []] = Object.values(scores);
  return first.map((_, seed) => ({
    id: `${method}-seed${seed}`,
    method,
    label: method,
    seed,
    status: "completed",
    error: null,
    values: {},
    setting: {},
    stepCount: 1,
    steps: [],
    evaluations: [{ step: 1, epoch: 1, loss: 0, scores: Object.fromEntries(Object.entries(scores).map(([id, all]) => [id, all[seed] ?? null])) }], // prettier-ignore
    selections: [],
    memoryBytes: {},
    elapsedMs: 1,
    openMs: 0,
    subnetwork: null,
    times: [],
  }));
}

const file = { kind: "file" as const, name: "train.tsv" };
const config: ConfigRecord = {
  model,
  rows: { train: file, dev: file, split: null, sample: null },
  task: "rte",
  labels: ["yes", "no"],
  trainCount: 10,
  devCount: 10,
  transfers: [],
  plan: { methods: [], seeds: [], training: {}, grid: [], order: "sequential" },
};
const wide = [0.5, 0.52, 0.48, 0.51, 0.49];
const higher = wide.map((score) => score + 0.1);
const metrics = [{ id: "accuracy", label: "Accuracy" }];

function tableOf(runs: readonly RunRecord[], change: Partial<ConfigRecord> = {}, primary = true): FigureTable {
  const scores = [...new Set(runs.flatMap(({ evaluations }) => evaluations.flatMap((at) => Object.keys(at.scores))))];
  const { summary } = findingsOf(runs, scores);
  const nameOf = ({ method }: { readonly method: string }): string => labels[method] ?? method;
  return paperTable({ config: { ...config, ...change }, runs, summary, task: "RTE", metrics, primary, nameOf });
}
const write = (id: string, table: FigureTable): string => tableFormats.find((one) => one.id === id)?.write(table) ?? "";

describe("a table as the paper prints it", () => {
  const runs = [...runsOf("vanilla", { accuracy: wide }), ...runsOf("dps-mix", { accuracy: higher })];

  it("has methods for rows, the task for a column, and the paper's figures beside ours", () => {
    const { heads, rows, caption } = tableOf(runs);
    expect(heads).toEqual(["Method", "RTE, Accuracy", "Paper, BERT-large"]);
    expect(rows.map(({ name, figures }) => [name, ...figures.map((one) => one?.mean.toFixed(4))])).toEqual([
      ["Vanilla", "0.5000", "0.7069"],
      ["DPS Mix", "0.6000", "0.7346"],
    ]);
    expect(caption).toMatch(/Paper: BERT-large, ten seeds, its table 1/);
  });

  it("is bold where the lead is more than luck, over the seeds that all completed", () => {
    const bold = (all: readonly RunRecord[]) =>
      tableOf(all).rows.flatMap(({ name, figures }) => (figures[0]?.bold === true ? [name] : []));
    expect(bold(runs)).toEqual(["DPS Mix"]);
    expect(bold([...runsOf("vanilla", { accuracy: wide }), ...runsOf("dps-mix", { accuracy: wide })])).toEqual([]);
    // Higher by its mean, from seeds that the other lacks.
    const late = runsOf("dps-mix", { accuracy: [0.9] }).map((run) => ({ ...run, seed: 7 }));
    expect(bold([...runsOf("vanilla", { accuracy: wide }), ...late])).toEqual([]);
  });

  it("has no figures of the paper beside a sample task, or a score that is not its own", () => {
    const sample = { kind: "sample" as const, id: "sentiment" };
    expect(tableOf(runs, { rows: { train: sample, dev: sample, split: null, sample: null } }).heads).toHaveLength(2);
    expect(tableOf(runs, {}, false).heads).toHaveLength(2);
  });

  it("has a column a set of another source, and their average of means and of deviations", () => {
    const scores = { accuracy: wide, "accuracy@A": [0.2, 0.4], "accuracy@B": [0.6, 0.8] };
    const transfers = ["A", "B"].map((name) => ({ name, source: file, rowCount: 5, labels: [], mapping: null }));
    const { heads, rows } = tableOf(runsOf("vanilla", scores), { transfers }, false);
    expect(heads).toEqual(["Method", "RTE, Accuracy", "A", "B", "Avg of sets"]);
    const std = Math.sqrt(0.02);
    const average = rows[0]?.figures[3];
    expect(average?.mean).toBeCloseTo(0.5, 12);
    expect(average?.std).toBeCloseTo(std, 12);
  });
});

describe("a table as text", () => {
  const table: FigureTable = {
    caption: "A_b | 50 % × −1",
    heads: ["Method", "RTE, Accuracy"],
    rows: [
      { name: "Own & 100 % | {x}", figures: [{ mean: 0.7346, std: 0.0146, bold: true }] },
      { name: "One, seed", figures: [{ mean: -0.05, std: null, bold: false }] },
      { name: "None", figures: [null] },
    ],
  };

  it("is Markdown", () => {
    expect(write("markdown", table).split("\n")).toEqual([
      "| Method | RTE, Accuracy |",
      "| --- | ---: |",
      "| Own \\& 100 % \\| \\{x\\} | **73.46** ± 1.46 |",
      "| One, seed | -5.00 |",
      "| None | – |",
      "",
      "A\\_b \\| 50 % × −1",
      "",
    ]);
  });

  it("is LaTeX for booktabs, with every special letter escaped", () => {
    const text = write("latex", table);
    expect(text).toContain("\\caption{A\\_b | 50 \\% $\\times$ $-$1}");
    expect(text).toContain("    Own \\& 100 \\% | \\{x\\} & \\textbf{73.46} $\\pm$ 1.46 \\\\");
    expect(text).toContain("    One, seed & $-$5.00 \\\\");
    expect(text.match(/\\(top|mid|bottom)rule/g)).toEqual(["\\toprule", "\\midrule", "\\bottomrule"]);
    const evil = { ...table, caption: "\\input{x}~^", rows: [] };
    expect(write("latex", evil)).toContain(
      "\\caption{\\textbackslash{}input\\{x\\}\\textasciitilde{}\\textasciicircum{}}",
    );
  });

  it("is CSV, a column a mean and a column a deviation", () => {
    expect(Papa.parse(write("csv", table).trim()).data).toEqual([
      ["Method", "RTE, Accuracy, mean", "RTE, Accuracy, std"],
      ["Own & 100 % | {x}", "73.46", "1.46"],
      ["One, seed", "-5.00", ""],
      ["None", "", ""],
    ]);
  });
});
