import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { labelReportOf } from "../../../src/analysis/answers/label-report.ts";
import { unpackLabelSets } from "../../../src/analysis/answers/label-sets.ts";
import { runDps } from "../../../src/cli/program.ts";
import type { ExperimentResult } from "../../../src/contract/run.ts";
import { methods } from "../../../src/methods/index.ts";
import { recordingTerminal } from "../recording-terminal.ts";
import { writeSmallModel } from "../small-model.ts";

const folder = mkdtempSync(join(tmpdir(), "dps-labels-"));
const at = (name: string): string => join(folder, name);

async function dps(...words: readonly string[]) {
  const terminal = recordingTerminal();
  const code = await runDps(words, terminal);
  return { code, text: terminal.lines.join("\n"), errors: terminal.errors.join("\n") };
}

/** Rows whose labels are the words they hold; the last label is rare. */
function tagTable(rowCount: number): string {
  const rows = Array.from({ length: rowCount }, (_, row) => {
    const own = [row % 2 === 0, row % 3 === 0, row % 9 === 0];
    const words = ["good", "film", "poor"].filter((_word, label) => own[label]);
    return `the ${words.join(" very ")} book .,${own.map(Number).join(",")}`;
  });
  return ["text,praise,cinema,scorn", ...rows, ""].join("\n");
}

let result: ExperimentResult;
let told = "";
beforeAll(async () => {
  await writeSmallModel(at("model"));
  writeFileSync(at("train.csv"), tagTable(90));
  writeFileSync(at("dev.csv"), tagTable(40));
  const data = ["--model", at("model"), "--train", at("train.csv"), "--dev", at("dev.csv")];
  const plan = [
    "--methods",
    "vanilla",
    "--seeds",
    "1",
    "--steps",
    "160",
    "--batch-size",
    "8",
    "--learning-rate",
    "5e-3",
  ];
  const output = ["--output", at("result.json"), "--save", at("saved"), "--predictions", at("predictions")];
  const { code, text, errors } = await dps("finetune", ...data, ...plan, ...output, "--explain");
  if (code !== 0) throw new Error(errors);
  told = text;
  result = JSON.parse(readFileSync(at("result.json"), "utf8"));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

test("how rows were read, how uneven labels are and how many rows have none is told", () => {
  expect(told).toMatch(/^Read {4}train\.csv: .* several labels a row$/m);
  expect(told).toMatch(/^Note .*45 are "praise" and 10 "scorn", 4\.5 times fewer.*\(--class-weights balanced\)$/m);
  expect(told).toMatch(/none of them +\d+ \(/);
});

test("the labels are learnt, and scores, answers and predictions are of one run", () => {
  const [run] = result.runs;
  const { labels } = result.config;
  expect([labels, result.config.task, result.config.devLabelCounts]).toEqual([
    ["cinema", "praise", "scorn"],
    "single-labels",
    undefined,
  ]);
  const last = run?.evaluations.at(-1);
  expect(last?.predictedClasses).toBeUndefined();
  const { answers } = result;
  const read = (text: string) => unpackLabelSets(text, 40, 3) ?? [];
  const [wanted, said] = [read(answers?.targets ?? ""), read(answers?.predictions["vanilla-seed1"] ?? "")];
  const report = labelReportOf(wanted, said, 3);
  // Better than what needs no texts: the commonest label, or all of them, for every row.
  for (const flags of [
    [0, 1, 0],
    [1, 1, 1],
  ]) {
    const same = Array.from(wanted, (_, index) => flags[index % 3] ?? 0);
    expect(report.microF1).toBeGreaterThan(labelReportOf(wanted, same, 3).microF1);
  }
  expect([report.microF1, report.macroF1, report.subsetAccuracy]).toEqual(
    ["micro_f1", "macro_f1", "subset_accuracy"].map((id) => last?.scores[id]),
  );
  const rows = readFileSync(at("predictions/vanilla-seed1.tsv"), "utf8").trimEnd().split("\n").slice(1);
  rows.forEach((line, row) => {
    const [, label = "", prediction = "", ...logits] = line.split("\t");
    const named = (flags: ArrayLike<number>) => labels.filter((_, index) => flags[3 * row + index] === 1);
    expect([JSON.parse(label), JSON.parse(prediction)]).toEqual([named(wanted), named(said)]);
    expect(logits.map((logit) => Number(logit) >= 0)).toEqual(labels.map((_, index) => said[3 * row + index] === 1));
  });
});

test("the saved model says its problem type, and predicts the very same", async () => {
  const config = JSON.parse(readFileSync(at("saved/vanilla-seed1/config.json"), "utf8")) as Record<string, unknown>;
  expect(config).toMatchObject({ problem_type: "multi_label_classification", num_labels: 3 });
  const model = ["--model", at("saved/vanilla-seed1"), "--input", at("dev.csv"), "--output", at("out.tsv")];
  const { code, text } = await dps("predict", ...model);
  expect(code).toBe(0);
  const scores = result.runs[0]?.evaluations.at(-1)?.scores ?? {};
  const shown = ["micro_f1", "macro_f1", "subset_accuracy"].map((id) => (100 * (scores[id] ?? 0)).toFixed(2));
  const [micro, macro, subset] = shown;
  expect(text).toContain(
    `Score   Micro F1 ${micro}, Macro F1 ${macro}, Subset accuracy ${subset} on the 40 rows with a label`,
  );
});

test("every method runs with it, and with balanced weights", async () => {
  const all = methods.map(({ id }) => id).join(",");
  const data = ["--model", at("model"), "--train", at("train.csv"), "--dev", at("dev.csv"), "--output", at("all.json")];
  const plan = [
    "--methods",
    all,
    "--seeds",
    "1",
    "--steps",
    "20",
    "--update-ratio",
    "0.25",
    "--class-weights",
    "balanced",
  ];
  const { code, errors } = await dps("finetune", ...data, ...plan);
  expect([code, errors]).toEqual([0, ""]);
  const { runs }: ExperimentResult = JSON.parse(readFileSync(at("all.json"), "utf8"));
  expect(runs.map(({ status }) => status)).toEqual(methods.map(() => "completed"));
}, 240_000);

test("class weights for scores are refused by name", async () => {
  writeFileSync(at("scores.csv"), "text,score\ngood film .,1.5\nbad book .,0.5\nfine film .,1.0\npoor book .,0.25\n");
  const data = ["--model", at("model"), "--train", at("scores.csv"), "--class-weights", "balanced", "--seeds", "1"];
  const { code, errors } = await dps("finetune", ...data, "--methods", "vanilla");
  expect(code).not.toBe(0);
  expect(errors).toContain("Class weights are balanced, but this task's answer is a score");
});
