import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runDps } from "../../../src/cli/program.ts";
import { readResult } from "../../../src/analysis/result-file.ts";
import { rteTable, tinyElectra, tinyFolder } from "../../models/tiny-folder.ts";
import { recordingTerminal } from "../recording-terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "dps-families-"));
const at = (name: string): string => join(folder, name);

const plan = {
  version: 1,
  name: "Two families",
  methods: [
    "vanilla",
    { id: "dps-dense", values: { updateRatio: 0.25 } },
    { id: "dps-mix", values: { updateRatio: 0.25 } },
  ],
  seeds: [1, 2],
  training: { steps: 8, batchSize: 4, maxLength: 16, learningRate: 1e-3 },
};

beforeAll(async () => {
  for (const [name, files] of [
    ["tiny-bert", tinyFolder()],
    ["tiny-electra", tinyElectra()],
  ] as const) {
    mkdirSync(at(name));
    for (const { path, file } of files)
      writeFileSync(join(at(name), basename(path)), Buffer.from(await file.arrayBuffer()));
  }
  for (const [name, rows] of [
    ["animals", 24],
    ["fewer", 16],
  ] as const) {
    mkdirSync(at(name));
    writeFileSync(at(`${name}/train.tsv`), rteTable(rows));
    writeFileSync(at(`${name}/dev.tsv`), rteTable(8));
  }
  writeFileSync(at("plan.json"), JSON.stringify(plan));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `dps experiment` on the portable kernels. */
async function experiment(...words: readonly string[]) {
  const terminal = recordingTerminal();
  const code = await runDps(["experiment", "--plan", at("plan.json"), "--kernels", "portable", ...words], terminal);
  return { code, text: terminal.lines.join("\n"), errors: terminal.errors.join("\n") };
}

/** What a result says of the runs themselves, without how long they took. */
function numbersIn(path: string) {
  const { runs, config } = readResult(readFileSync(at(path), "utf8"), path);
  return {
    training: config.plan.training,
    runs: runs.map(({ id, status, steps, evaluations, selections }) => ({
      id,
      status,
      steps,
      evaluations,
      selections,
    })),
  };
}

const both = ["--models", `${at("tiny-bert")},${at("tiny-electra")}`, "--tasks", `${at("animals")},${at("fewer")}`];
const names = ["tiny-bert-animals", "tiny-bert-fewer", "tiny-electra-animals", "tiny-electra-fewer"];

test(
  "two families on two tasks give a result each, with the bits of each alone, and one table",
  { timeout: 240_000 },
  async () => {
    const { code, text, errors } = await experiment(...both, "--output", at("out"));
    expect([code, errors]).toEqual([0, ""]);
    expect(text.match(/^Part .*$/gm)).toEqual([
      "Part    1 of 4: tiny-bert on animals",
      "Part    2 of 4: tiny-bert on fewer",
      "Part    3 of 4: tiny-electra on animals",
      "Part    4 of 4: tiny-electra on fewer",
    ]);
    const files = ["table.csv", "table.md", "table.tex", ...names.map((name) => `${name}.json`)];
    expect(readdirSync(at("out")).sort()).toEqual(files);
    const alone = await experiment(
      "--model",
      at("tiny-electra"),
      "--train",
      at("fewer/train.tsv"),
      "--dev",
      at("fewer/dev.tsv"),
      "--output",
      at("alone.json"),
    );
    expect(alone.code).toBe(0);
    expect(numbersIn("alone.json").runs).toHaveLength(6);
    expect(numbersIn("out/tiny-electra-fewer.json")).toEqual(numbersIn("alone.json"));

    // The figures of the table are those of the results.
    const result = readResult(readFileSync(at("out/tiny-electra-fewer.json"), "utf8"), "result");
    const mix = result.summary.find(
      ({ method, epoch, score }) => method === "dps-mix" && epoch === "last" && score === "accuracy",
    );
    const row = readFileSync(at("out/table.md"), "utf8")
      .split("\n")
      .find((line) => line.startsWith("| tiny-electra | DPS Mix"));
    expect(row?.split("|")[4]?.replaceAll("*", "").trim()).toBe(
      `${((mix?.mean ?? 0) * 100).toFixed(2)} ± ${((mix?.std ?? 0) * 100).toFixed(2)}`,
    );
    expect(text).toMatch(/^tiny-electra +Vanilla +\d+\.\d\d ± \d+\.\d\d/m);

    // A result that is lost, and a model that cannot be read: the others stay as they are.
    const before = numbersIn("out/tiny-bert-fewer.json");
    rmSync(at("out/tiny-bert-fewer.json"));
    const times = (): readonly number[] =>
      names
        .filter((name) => name !== "tiny-bert-fewer")
        .flatMap((name) =>
          readResult(readFileSync(at(`out/${name}.json`), "utf8"), name).runs.map(({ elapsedMs }) => elapsedMs),
        );
    const kept = times();
    const again = await experiment(...both, "--output", at("out"), "--resume");
    expect([again.code, again.errors]).toEqual([0, ""]);
    expect(again.text.match(/^Going on with .*: 6 of its 6 runs are complete\.$/gm)).toHaveLength(3);
    expect(again.text.match(/: completed in /g)).toHaveLength(6);
    expect(times()).toEqual(kept);
    expect(numbersIn("out/tiny-bert-fewer.json")).toEqual(before);
    expect(statSync(at("out/table.md")).size).toBeGreaterThan(0);
  },
);

test("a model that cannot be trained is said, and the others are run", { timeout: 120_000 }, async () => {
  mkdirSync(at("strange"));
  writeFileSync(at("strange/config.json"), JSON.stringify({ model_type: "gpt9" }));
  const models = `${at("strange")},${at("tiny-bert")}`;
  const { code, text, errors } = await experiment("--models", models, "--tasks", at("fewer"), "--seeds", "1");
  expect(code).toBe(1);
  expect(errors).toMatch(/^strange on fewer: strange has neither/);
  expect(text).toMatch(/^tiny-bert +Vanilla/m);
  expect(text).not.toMatch(/^strange +/m);
});
