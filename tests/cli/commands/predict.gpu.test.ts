import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answersOf } from "../../../src/analysis/answers/run-answers.ts";
import { studyOf } from "../../../src/analysis/cases.ts";
import { runDps } from "../../../src/cli/program.ts";
import type { ExperimentResult } from "../../../src/contract/run.ts";
import { recordingTerminal } from "../recording-terminal.ts";
import { smallTable, writeSmallModel } from "../small-model.ts";

const folder = mkdtempSync(join(tmpdir(), "dps-predict-"));
const at = (name: string): string => join(folder, name);
const run = "dps-dense-seed2";

const dps = (...words: readonly string[]) => dpsTold(() => {}, words);

/** `told`: called with what the status line says. */
async function dpsTold(told: (status: string) => void, words: readonly string[]) {
  const terminal = { ...recordingTerminal(), status: told };
  const code = await runDps(words, terminal);
  return { code, text: terminal.lines.join("\n"), errors: terminal.errors.join("\n") };
}

const predicting = (input: string, output: string): readonly string[] => {
  return ["predict", "--model", at(`saved/${run}`), "--input", at(input), "--output", at(output)];
};

const predict = (input: string, output: string, ...more: readonly string[]) =>
  dps(...predicting(input, output), ...more);

/** A written file by column. */
function columnsOf(name: string): ReadonlyMap<string, readonly string[]> {
  const [header = "", ...lines] = readFileSync(at(name), "utf8").trimEnd().split("\n");
  return new Map(
    header.split("\t").map((title, column) => [title, lines.map((line) => line.split("\t")[column] ?? "")]),
  );
}

beforeAll(async () => {
  await writeSmallModel(at("model"));
  writeFileSync(at("train.tsv"), smallTable(40));
  // The rows of dev are not those of train in their order, so that a mix-up shows.
  const dev = smallTable(151).split("\n").slice(0, -1);
  writeFileSync(at("dev.tsv"), [dev[0], ...dev.slice(1).toReversed(), ""].join("\n"));
  const bare = dev
    .slice(1)
    .toReversed()
    .map((line, index) => `${index}\t${line.split("\t")[0] ?? ""}`);
  writeFileSync(at("test.tsv"), ["index\tsentence", ...bare, ""].join("\n"));
  writeFileSync(at("test.jsonl"), bare.map((line) => `${JSON.stringify({ text: line.split("\t")[1] })}\n`).join(""));
  writeFileSync(at("empty.tsv"), "");
  const data = ["--model", at("model"), "--train", at("train.tsv"), "--dev", at("dev.tsv")];
  const plan = ["--methods", "vanilla,dps-dense", "--seeds", "1-2", "--steps", "60", "--batch-size", "4"];
  const settings = ["--learning-rate", "5e-3", "--update-ratio", "0.25", "--kernels", "portable"];
  const output = ["--output", at("result.json"), "--save", at("saved"), "--predictions", at("predictions")];
  const { code, errors } = await dps("finetune", ...data, ...plan, ...settings, ...output);
  if (code !== 0) throw new Error(errors);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a file without labels gets the very predictions that the run had for the same rows", async () => {
  const { code, text, errors } = await predict("test.tsv", "out.tsv", "--kernels", "portable");
  expect([code, errors]).toEqual([0, ""]);
  expect(text).toMatch(/^Model {3}dps-dense-seed2: negative, positive, trained for sst2$/m);
  expect(text).toMatch(/^Reading sentence of test\.tsv, 151 rows, without labels$/m);
  expect(text).toMatch(/^Rows {4}151 predicted$/m);
  expect(text).not.toMatch(/^Score/m);
  const out = columnsOf("out.tsv");
  expect([...out.keys()]).toEqual(["index", "prediction", "p(negative)", "p(positive)", "line"]);
  const result: ExperimentResult = JSON.parse(readFileSync(at("result.json"), "utf8"));
  const [study] =
    studyOf(
      result.answers,
      result.runs.filter(({ id }) => id === run),
    )?.methods ?? [];
  const said = Array.from(study?.said[0] ?? [], (value) => result.config.labels[value]);
  expect(new Set(said).size).toBe(2);
  expect(out.get("prediction")).toEqual(said);
  // The same kernels over other batches: the logits that --predictions wrote give the same probabilities.
  const logits = columnsOf(`predictions/${run}.tsv`);
  const wanted = (logits.get("logit_0") ?? []).map((low, row) => {
    const difference = Number(logits.get("logit_1")?.[row]) - Number(low);
    return (1 / (1 + Math.exp(-difference))).toFixed(6);
  });
  expect(out.get("p(positive)")).toEqual(wanted);
  // What the result keeps of them is within half of the step it keeps them by.
  const [answers] = result.answers === null ? [] : answersOf(result.answers, [{ id: run, method: "dps-dense" }], 2);
  const off = wanted.map((text, row) => Math.abs(Number(text) - (answers?.probabilities?.of(row, 1) ?? Number.NaN)));
  expect(Math.max(...off)).toBeLessThanOrEqual(0.5 / 65_535 + 0.5e-6);
});

test("a file with labels is scored; JSON Lines and other columns are read", async () => {
  const { code, text } = await predict("dev.tsv", "scored.tsv");
  expect(code).toBe(0);
  const result: ExperimentResult = JSON.parse(readFileSync(at("result.json"), "utf8"));
  const accuracy = result.runs.find(({ id }) => id === run)?.evaluations.at(-1)?.scores["accuracy"] ?? 0;
  expect(text).toContain(`Score   Accuracy ${(100 * accuracy).toFixed(2)} on the 151 rows with a label`);
  expect([...columnsOf("scored.tsv").keys()]).toContain("label");
  expect((await predict("test.jsonl", "lines.tsv")).code).toBe(0);
  expect(columnsOf("lines.tsv").get("prediction")).toEqual(columnsOf("scored.tsv").get("prediction"));
  writeFileSync(at("latin.csv"), Buffer.from("ein gutes B\u00fcchlein;0\nschlecht;1\n", "latin1"));
  const way = ["--encoding", "windows-1252", "--separator", "semicolon", "--header", "no", "--explain"];
  const latin = await predict("latin.csv", "latin.tsv", "--columns", "1", ...way);
  expect(latin.text).toMatch(/^Read {4}latin\.csv: .*Windows-1252 .*semicolon .*no header/m);
  expect(latin.text).toMatch(/^Reading column 1 of latin\.csv, 2 rows, without labels$/m);
  const named = await predict("dev.tsv", "named.tsv", "--columns", "sentence", "--max-length", "4");
  expect(named.text).toMatch(/^Note {4}151 rows cut to 4 tokens; --max-length/m);
  expect(named.text).toContain("without labels");
});

test("what cannot be predicted says why, and leaves no file", async () => {
  const files = () => readdirSync(folder).filter((name) => name.startsWith("refused"));
  const refused = (input: string, ...more: readonly string[]) => predict(input, "refused.tsv", ...more);
  expect(await refused("empty.tsv")).toMatchObject({ code: 1, errors: expect.stringMatching(/empty\.tsv is empty/) });
  expect(await refused("missing.tsv")).toMatchObject({ code: 2, errors: expect.stringContaining("there is no file") });
  const strange = await refused("test.tsv", "--columns", "phrase");
  expect(strange).toMatchObject({ code: 2, errors: expect.stringContaining('"phrase" is no column of test.tsv') });
  const bare = await dps("predict", "--model", at("model"), "--input", at("test.tsv"), "--output", at("refused.tsv"));
  expect(bare).toMatchObject({ code: 1, errors: expect.stringContaining("was not fine-tuned yet") });
  expect(await dps("predict", "--model", at("model"))).toMatchObject({ code: 2 });
  writeFileSync(at("refused.tsv.lock"), JSON.stringify({ pid: process.ppid, host: hostname() }));
  const second = await refused("test.tsv");
  expect(second).toMatchObject({ code: 1, errors: expect.stringContaining("another dps is writing") });
  rmSync(at("refused.tsv.lock"));
  expect(files()).toEqual([]);
});

test("an output that is a link stays one, and what it leads to is written", async () => {
  symlinkSync(at("linked.tsv"), at("link.tsv"));
  writeFileSync(at("linked.tsv"), "older");
  expect(await predict("test.tsv", "link.tsv")).toMatchObject({ code: 0, errors: "" });
  expect(lstatSync(at("link.tsv")).isSymbolicLink()).toBe(true);
  expect(columnsOf("linked.tsv").get("prediction")).toHaveLength(151);
});

test("Ctrl+C ends it between two batches and leaves no half file", async () => {
  const rows = smallTable(4000)
    .split("\n")
    .map((line) => line.split("\t")[0]);
  writeFileSync(at("long.tsv"), rows.join("\n"));
  // After the first batch, which leaves dozens: a clock would find the file begun too late or not at all.
  let told = 0;
  const interrupt = (status: string): void => {
    if (status.startsWith("Predicting") && ++told === 1) process.emit("SIGINT");
  };
  const { code, errors } = await dpsTold(interrupt, predicting("long.tsv", "stopped.tsv"));
  expect(told).toBeGreaterThan(0);
  expect(code).toBe(130);
  expect(errors).toContain("stopped.tsv was not written");
  expect(readdirSync(folder).filter((name) => name.startsWith("stopped"))).toEqual([]);
});
