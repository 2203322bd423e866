import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import { findingsOf } from "../../../src/analysis/scores/summary.ts";
import { modelsTable, withTaskLabels, type ModelResult } from "../../../src/analysis/tables/models-table.ts";
import { tableFormats } from "../../../src/analysis/tables/table-text.ts";
import { modelsTableLines } from "../../../src/cli/report/report-models.ts";
import type { RunRecord } from "../../../src/contract/run.ts";
import { catalog } from "../../../src/experiment/catalog.ts";

const plan = { methods: [], seeds: [1], training: {}, grid: [], order: "sequential" as const };
const rows = { train: { kind: "file" as const, name: "train.tsv" }, dev: null, split: null, sample: null };
const low = [0.5, 0.52, 0.48, 0.51, 0.49];
const high = low.map((score) => score + 0.1);

function runsOf(method: string, score: string, scores: readonly number[]): RunRecord[] {
  const rest = { error: null, values: {}, setting: {}, stepCount: 1, steps: [], selections: [], memoryBytes: {} };
  return scores.map((value, seed) => ({
    ...rest,
    id: `${method}-seed${seed}`,
    method,
    label: method,
    seed,
    status: "completed",
    evaluations: [{ step: 1, epoch: 1, loss: 0, scores: { [score]: value } }],
    times: [],
    subnetwork: null,
    elapsedMs: 1,
    openMs: 0,
  }));
}

/** A model's result on a task; scores seed by seed of vanilla and Mix. */
function resultOf(model: string, task: string, vanilla: readonly number[], mix: readonly number[] = []): ModelResult {
  const metric = task === "mrpc" ? { id: "f1", label: "F1" } : { id: "accuracy", label: "Accuracy" };
  const runs = [...runsOf("vanilla", metric.id, vanilla), ...runsOf("dps-mix", metric.id, mix)];
  const config = { task, rows, plan: { ...plan, methods: ["vanilla", "dps-mix"].map((id) => ({ id, values: {} })) } };
  return { model, task, metric, config, runs, summary: findingsOf(runs, [metric.id]).summary };
}

const all = [
  resultOf("bert", "rte", low, high),
  resultOf("bert", "mrpc", high, low),
  resultOf("electra", "rte", low, low),
];
const tableOf = (results: readonly ModelResult[]) =>
  modelsTable(withTaskLabels(results, catalog()), ({ method }) => method);

describe("a table of models", () => {
  it("has a row a model and method, a column a task, and their average where all are there", () => {
    const { heads, rows: found } = tableOf(all);
    expect(heads).toEqual(["Model", "Method", "RTE, Accuracy", "MRPC, F1", "Avg"]);
    expect(
      found.map(({ group, name, figures }) => [group, name, ...figures.map((one) => one?.mean.toFixed(3))]),
    ).toEqual([
      ["bert", "vanilla", "0.500", "0.600", "0.550"],
      ["bert", "dps-mix", "0.600", "0.500", "0.550"],
      ["electra", "vanilla", "0.500", undefined, undefined],
      ["electra", "dps-mix", "0.500", undefined, undefined],
    ]);
    // Sample deviation of the five scores: √(0.001 / 4).
    expect(found[0]?.figures[0]?.std).toBeCloseTo(Math.sqrt(0.00025), 12);
    expect(found[0]?.figures[2]?.std).toBeCloseTo(Math.sqrt(0.00025), 12);
  });

  it("is bold for what leads among a model's methods on a task by more than luck, and never across models", () => {
    const bold = (results: readonly ModelResult[]) =>
      tableOf(results).rows.flatMap(({ group, name, figures }) =>
        figures.flatMap((one, at) => (one?.bold === true ? [`${group} ${name} ${at}`] : [])),
      );
    expect(bold(all)).toEqual(["bert vanilla 1", "bert dps-mix 0"]);
    // With four seeds nothing leads; a single method has nothing to lead.
    expect(bold([resultOf("bert", "rte", low.slice(1), high.slice(1))])).toEqual([]);
    expect(bold([resultOf("bert", "rte", low), resultOf("electra", "rte", high)])).toEqual([]);
  });

  it("has a dash for what has not completed, and no average of one task", () => {
    const { heads, rows: found } = tableOf([resultOf("bert", "rte", low)]);
    expect(heads).toHaveLength(3);
    expect(found.map(({ name, figures }) => [name, figures[0] === null])).toEqual([
      ["vanilla", false],
      ["dps-mix", true],
    ]);
  });

  it("tells tasks of one label apart by their names", () => {
    const other = { ...resultOf("bert", "rte", high), task: "rte (2)" };
    expect(tableOf([resultOf("bert", "rte", low), other]).heads.slice(2, 4)).toEqual([
      "rte, Accuracy",
      "rte (2), Accuracy",
    ]);
  });
});

describe("a table of models as text", () => {
  const write = (id: string): string => tableFormats.find((one) => one.id === id)?.write(tableOf(all)) ?? "";

  it("is Markdown and CSV with the model in every row", () => {
    const [head, rule, first] = write("markdown").split("\n");
    expect([head, rule, first]).toEqual([
      "| Model | Method | RTE, Accuracy | MRPC, F1 | Avg |",
      "| --- | --- | ---: | ---: | ---: |",
      "| bert | vanilla | 50.00 ± 1.58 | **60.00** ± 1.58 | 55.00 ± 1.58 |",
    ]);
    const csv = Papa.parse<readonly string[]>(write("csv").trim()).data;
    expect(csv[0]?.slice(0, 4)).toEqual(["Model", "Method", "RTE, Accuracy, mean", "RTE, Accuracy, std"]);
    expect(csv[4]).toEqual(["electra", "dps-mix", "50.00", "1.58", "", "", "", ""]);
  });

  it("is LaTeX with the model in its first row, below a rule", () => {
    const lines = write("latex")
      .split("\n")
      .map((line) => line.trim());
    expect(lines).toContain("\\begin{tabular}{llrrr}");
    expect(lines.filter((line) => line === "\\midrule")).toHaveLength(2);
    expect(lines.slice(lines.indexOf("\\toprule") + 3, lines.indexOf("\\bottomrule"))).toEqual([
      "bert & vanilla & 50.00 $\\pm$ 1.58 & \\textbf{60.00} $\\pm$ 1.58 & 55.00 $\\pm$ 1.58 \\\\",
      "& dps-mix & \\textbf{60.00} $\\pm$ 1.58 & 50.00 $\\pm$ 1.58 & 55.00 $\\pm$ 1.58 \\\\",
      "\\midrule",
      "electra & vanilla & 50.00 $\\pm$ 1.58 & -- & -- \\\\",
      "& dps-mix & 50.00 $\\pm$ 1.58 & -- & -- \\\\",
    ]);
  });

  it("is lines for the terminal, where a star stands for bold", () => {
    const lines = modelsTableLines(tableOf(all));
    expect(lines[1]).toMatch(/^Model {4}Method +RTE, Accuracy +MRPC, F1 +Avg$/);
    expect(lines[2]).toMatch(/^bert {5}vanilla {2,}50\.00 ± 1\.58 +60\.00 ± 1\.58 \* +55\.00 ± 1\.58$/);
    expect(lines[3]).toMatch(/^ {9}dps-mix +60\.00 ± 1\.58 \*/);
    expect(lines[4]).toMatch(/^electra {2}vanilla +50\.00 ± 1\.58 +– +–$/);
  });
});
