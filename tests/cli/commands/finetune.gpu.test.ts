import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { studyOf } from "../../../src/analysis/cases.ts";
import { runDps } from "../../../src/cli/program.ts";
import type { ExperimentResult, RunRecord } from "../../../src/contract/run.ts";
import { openSafetensors } from "../../../src/models/safetensors.ts";
import { recordingTerminal } from "../recording-terminal.ts";
import { smallTable, writeSmallModel } from "../small-model.ts";

const folder = mkdtempSync(join(tmpdir(), "dps-cli-"));
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  await writeSmallModel(at("model"));
  writeFileSync(at("train.tsv"), smallTable(40));
  writeFileSync(at("dev.tsv"), smallTable(12));
  writeFileSync(at("broken.tsv"), `${smallTable(20)}bad\textra\t1\nthe film \tperhaps\n \t1\n`);
  writeFileSync(at("empty.tsv"), "");
  mkdirSync(at("bare"));
  const [, ...unclear] = smallTable(20).trimEnd().split("\n");
  writeFileSync(at("unclear.tsv"), ["alpha\tbeta\tgamma", ...unclear.map((row) => `${row}\tnew`), ""].join("\n"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the program on the small model and data; the words of `line` are its options. */
async function finetune(line: string, model = "model", train = "train.tsv") {
  const terminal = recordingTerminal();
  const paths = ["--model", at(model), "--train", at(train)];
  const code = await runDps(["finetune", ...paths, ...line.split(" ").filter((word) => word !== "")], terminal);
  return { code, text: terminal.lines.join("\n"), errors: terminal.errors.join("\n") };
}

function resultAt(name: string): ExperimentResult {
  return JSON.parse(readFileSync(at(name), "utf8"));
}

/** A result without its clock: which steps are timed depends on it, too. */
const timeless = (text: string): string =>
  text.replaceAll(/"times": \[[^\]]*\]/g, '"times": []').replaceAll(/"(elapsed|open)Ms": [0-9.e+-]+/g, '"$1Ms": 0');

const short = "--steps 12 --batch-size 4 --learning-rate 1e-3 --evaluate-every 5 --update-ratio 0.25";

test("without a learning rate the model's is used, said and recorded; another one is commented on", async () => {
  const brief = `--dev ${at("dev.tsv")} --steps 1 --batch-size 4 --output ${at("rate.json")}`;
  expect((await finetune(brief)).text).toMatch(
    /^Rate {4}1e-3 suits a model of hidden size 32 and is used, as no learning rate was given\.$/m,
  );
  expect(resultAt("rate.json").config.plan.training["learningRate"]).toBe(1e-3);
  expect((await finetune(`${brief} --learning-rate 2e-5`)).text).toMatch(
    /^Note {4}As learning rate, 1e-3 suits a model of hidden size 32; given was 2e-5\.$/m,
  );
  expect(resultAt("rate.json").config.plan.training["learningRate"]).toBe(2e-5);
  expect((await finetune(`${brief} --learning-rate 1e-3`)).text).not.toContain("suits a model");
});

test("a profile says where the time of the first steps goes, and writes a trace", async () => {
  const { code, text } = await finetune(
    `--dev ${at("dev.tsv")} ${short} --methods vanilla,dps-dense --profile ${at("t.json")}`,
  );
  expect(code).toBe(0);
  expect(text).toMatch(/^Where the time goes, in 11 steps of the first run, without the first/m);
  expect(text).toMatch(
    /^A step takes \d+\.\d\d ms\. Of that the CPU records and sends it in \d+\.\d\d ms \(\d+\.\d %\)\.$/m,
  );
  expect(text).toMatch(/^matmul +\d+\.\d{3} +\d+\.\d %/m);
  const { traceEvents } = JSON.parse(readFileSync(at("t.json"), "utf8"));
  expect(traceEvents).toContainEqual(expect.objectContaining({ name: "step 12", ph: "X" }));
});

test("methods and seeds run to the end; result, predictions and models are written, and load back", async () => {
  const line = `--dev ${at("dev.tsv")} --methods vanilla,dps-dense,dps-mix --seeds 1-2 ${short}`;
  const first = await finetune(
    `${line} --output ${at("a.json")} --predictions ${at("predictions")} --save ${at("saved")} --onnx`,
  );
  expect(first.errors).toBe("");
  expect(first.code).toBe(0);
  expect(first.text).toMatch(/^vanilla +2 +\d+\.\d\d ± \d+\.\d\d +\d+\.\d\d \(\d+\.\d\d\) +\d+\.\d\d +[1-3](\.\d+)?$/m);
  expect(first.text).toMatch(/^vanilla +\d+\.\d s +1\.00 × +1\.00 × +\d+\.\d +1\.00 × +1\.00 × +1\.00 ×$/m);
  expect(first.text).toMatch(/Only 2 seeds so far for some method/);
  expect(first.text).toMatch(/^Accuracy against vanilla, seed by seed/m);
  expect(first.text).toMatch(/^dps-mix +-?\d+\.\d\d +-?\d+\.\d\d to +-?\d+\.\d\d .* of 2 /m);
  expect(first.text).toMatch(
    /^(Over 2 seeds DPS Dense is .*: not enough to tell|Scores of DPS Dense and Vanilla are equal in both seeds)\.$/m,
  );
  expect(first.text).toMatch(/0 \(negative\) +20 \(50\.0 %\) +6 \(50\.0 %\)/);
  expect(first.text).toMatch(/^Memory, MiB .*weights/m);
  const { runs, summary, comparisons, config, device } = resultAt("a.json");
  expect(runs.map(({ id, status }) => `${id} ${status}`)).toEqual(
    [1, 2].flatMap((seed) => ["vanilla", "dps-dense", "dps-mix"].map((id) => `${id}-seed${seed} completed`)),
  );
  expect(Object.keys(device)).toContain("software");
  expect(config).toMatchObject({ task: "sst2", trainCount: 40, devCount: 12, labels: ["negative", "positive"] });
  const file = (name: string) => ({ kind: "file", name });
  expect(config.rows).toEqual({ train: file("train.tsv"), dev: file("dev.tsv"), split: null, sample: null });
  for (const run of runs) checkRun(run);
  expect(summary.filter(({ epoch, score }) => epoch === "last" && score === "accuracy")).toHaveLength(3);
  expect(comparisons.map(({ method, reference }) => `${method} ${reference}`)).toEqual([
    "dps-dense vanilla",
    "dps-mix vanilla",
  ]);
  checkPredictions(runs[0]);
  expect(first.text).toMatch(/^Dev rows that most seeds of a method got right/m);
  expect(first.text).toMatch(/^vanilla +\d+ +\d+ .* – +–$/m);
  checkAnswers(resultAt("a.json"));

  const second = await finetune(`${line} --output ${at("b.json")}`);
  expect(second.code).toBe(0);
  expect(timeless(readFileSync(at("b.json"), "utf8"))).toBe(timeless(readFileSync(at("a.json"), "utf8")));

  await checkSaved(runs[0]);
});

/** Twelve steps, scored at 5, 10 and the end, every number finite. */
function checkRun(run: RunRecord): void {
  expect(run.steps.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  const numbers = run.steps.flatMap(({ loss, gradNorm, learningRate, tokens }) => [
    loss,
    gradNorm,
    learningRate,
    tokens,
  ]);
  expect(numbers.every(Number.isFinite)).toBe(true);
  expect(run.evaluations.map(({ step, epoch }) => [step, epoch])).toEqual([
    [5, 0.5],
    [10, 1],
    [12, 1.2],
  ]);
  const stages = run.method === "vanilla" ? [0] : [1, 2];
  expect([...new Set(run.steps.map(({ stage }) => stage))]).toEqual(stages);
  expect(run.selections.length).toBe(run.method === "vanilla" ? 0 : 2);
  expect(Object.keys(run.memoryBytes)).toEqual(expect.arrayContaining(["weights", "gradients", "moments"]));
}

/** What every run said of the dev rows is in the result: it gives the accuracy that was scored. */
function checkAnswers({ answers, runs, cases }: ExperimentResult): void {
  expect(Object.keys(answers?.predictions ?? {})).toEqual(runs.map(({ id }) => id));
  expect(cases.map(({ method, seedCount }) => `${method} ${seedCount}`)).toEqual([
    "vanilla 2",
    "dps-dense 2",
    "dps-mix 2",
  ]);
  for (const { id, method, evaluations } of runs) {
    const study = studyOf(answers, [{ id, method }]);
    const right = study?.methods[0]?.right.reduce((sum, count) => sum + count, 0);
    expect((right ?? Number.NaN) / 12).toBe(evaluations.at(-1)?.scores["accuracy"]);
  }
}

/** The file's accuracy is the run's. */
function checkPredictions(run: RunRecord | undefined): void {
  const [header, ...rows] = readFileSync(at(`predictions/${run?.id}.tsv`), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
  expect(header).toEqual(["index", "label", "prediction", "logit_0", "logit_1"]);
  expect(rows.map(([index]) => index)).toEqual(Array.from({ length: 12 }, (_, index) => String(index)));
  expect(rows.map(([, label]) => label).join("")).toBe("101010101010");
  for (const [, , prediction, negative, positive] of rows) {
    expect(prediction).toBe(Number(positive) > Number(negative) ? "1" : "0");
  }
  const right = rows.filter(([, label, prediction]) => label === prediction).length;
  expect(right / rows.length).toBe(run?.evaluations.at(-1)?.scores["accuracy"]);
}

/** A saved model scores, before it is trained on, as the run that made it; its head is the trained one. */
async function checkSaved(run: RunRecord | undefined): Promise<void> {
  const saved = `saved/${run?.id}`;
  expect(readdirSync(at(saved)).toSorted()).toEqual([
    "config.json",
    "model.onnx",
    "model.safetensors",
    "tokenizer_config.json",
    "vocab.txt",
  ]);
  const config: unknown = JSON.parse(readFileSync(at(`${saved}/config.json`), "utf8"));
  expect(config).toMatchObject({ num_labels: 2, id2label: { "0": "negative", "1": "positive" } });
  const blob = new Blob([readFileSync(at(`${saved}/model.safetensors`))]);
  const file = await openSafetensors(blob, "saved");
  expect(file.entries.get("classifier.weight")?.shape).toEqual([2, 32]);
  expect(file.entries.has("bert.encoder.layer.1.output.LayerNorm.weight")).toBe(true);
  // A learning rate of 0 leaves the weights alone, so that the score is of what was read.
  const again = await finetune(
    `--dev ${at("dev.tsv")} --steps 1 --learning-rate 0 --batch-size 4 --output ${at("again.json")} --predictions ${at("again")}`,
    saved,
  );
  expect(again.errors).toBe("");
  expect(again.code).toBe(0);
  expect(readFileSync(at("again/vanilla-seed1.tsv"), "utf8")).toBe(
    readFileSync(at(`predictions/${run?.id}.tsv`), "utf8"),
  );
  expect(resultAt("again.json").runs[0]?.evaluations[0]?.loss).toBe(run?.evaluations.at(-1)?.loss);
}

test("a run that fails is reported and gives exit code 1, the next one still runs", async () => {
  // A learning rate this high blows the weights up.
  const { code, errors, text } = await finetune(
    `--steps 40 --seeds 1-2 --warmup-ratio 0 --learning-rate 10 --clip 1e9 --weight-decay 10 --batch-size 4 --output ${at("failed.json")}`,
  );
  expect(code).toBe(1);
  for (const seed of [1, 2]) {
    expect(errors).toMatch(new RegExp(`vanilla-seed${seed} failed \\(not-finite\\): (At|After) step \\d+ the loss`));
  }
  expect(text).toMatch(/: failed in/);
  const { runs, summary } = resultAt("failed.json");
  expect(runs.map(({ status, error }) => [status, error?.code])).toEqual([
    ["failed", "not-finite"],
    ["failed", "not-finite"],
  ]);
  expect(runs[0]?.steps.length).toBeGreaterThan(0);
  expect(summary[0]).toMatchObject({ mean: null, seeds: [] });
});

test("lines that cannot be used are counted and shown with their numbers", async () => {
  const { code, text } = await finetune("--steps 1 --batch-size 4", "model", "broken.tsv");
  expect(code).toBe(0);
  expect(text).toMatch(/Skipped 3 train lines:/);
  expect(text).toMatch(/line 22: 3 cells where the table has 2/);
  expect(text).toMatch(/line 23: the label "perhaps" is unknown/);
  expect(text).toMatch(/line 24: empty text/);
  expect(text).toMatch(/\(split off train\)/);
});

test("a sample of the training rows is drawn once, said, and recorded; one larger than the file is refused", async () => {
  const drawn = await finetune(
    `--steps 2 --batch-size 4 --train-sample 10 --sample-seed 3 --output ${at("drawn.json")}`,
  );
  expect([drawn.errors, drawn.code]).toEqual(["", 0]);
  expect(drawn.text).toMatch(/train 10 rows of 36 \(drawn by seed 3\), dev 4 rows/);
  const { config } = resultAt("drawn.json");
  expect(config.trainCount).toBe(10);
  expect(config.rows).toMatchObject({ split: { share: 0.1, seed: 0 }, sample: { count: 10, of: 36, seed: 3 } });
  const over = await finetune("--steps 2 --train-sample 37");
  expect([over.errors, over.code]).toEqual([expect.stringMatching(/37 rows was asked for, but .* has 36/), 2]);
});

test("a zipped model trains as its folder does", async () => {
  const names = readdirSync(at("model"));
  writeFileSync(
    at("model.zip"),
    zipSync(Object.fromEntries(names.map((name) => [`m/${name}`, readFileSync(at(`model/${name}`))]))),
  );
  const line = (name: string): string => `--steps 2 --batch-size 4 --output ${at(`${name}.json`)}`;
  expect((await finetune(line("folder"))).errors).toBe("");
  expect((await finetune(line("zip"), "model.zip")).errors).toBe("");
  expect(resultAt("zip.json").config.model.name).toBe("m");
  expect(resultAt("zip.json").runs[0]?.steps).toEqual(resultAt("folder.json").runs[0]?.steps);
});

test("unclear columns are asked for, and taken from --columns", async () => {
  const asked = await finetune("--steps 1", "model", "unclear.tsv");
  expect(asked.code).toBe(1);
  expect(asked.errors).toMatch(/not clear.*--columns/s);
  const told = await finetune(
    `--steps 1 --batch-size 4 --task single --columns alpha,2 --output ${at("told.json")}`,
    "model",
    "unclear.tsv",
  );
  expect(told.errors).toBe("");
  expect(told.code).toBe(0);
  expect(resultAt("told.json").config).toMatchObject({ task: "single", labels: ["0", "1"] });
});

test.each([
  ["nowhere", "train.tsv", "", 2, /--model: there is no folder or .zip/],
  ["train.tsv", "train.tsv", "", 2, /is a file; wanted is a Hugging Face model folder/],
  ["model", "model", "", 2, /--train: .* is a folder; wanted is a TSV, CSV, JSON, Parquet or \.xlsx file/],
  ["model", "none.tsv", "", 2, /--train: there is no file/],
  ["model", "empty.tsv", "", 1, /empty.tsv is empty/],
  ["bare", "train.tsv", "", 1, /There is no config.json/],
  ["model", "train.tsv", "--save train.tsv/x", 2, /cannot be used|is a file/],
  ["model", "train.tsv", "--steps 1 --methods dps-dense", 2, /update ratio|steps/i],
  ["model", "train.tsv", "--max-length 256", 2, /this model has 128 positions/],
  ["model", "train.tsv", "--stepz 1", 2, /Did you mean --steps\?/],
])("%s, %s, %s: exit code %i", async (model, train, line, code, message) => {
  const paths = line.replace("train.tsv/x", `${at("train.tsv")}/x`);
  const done = await finetune(paths, model, train);
  expect(done.errors).toMatch(message);
  expect(done.code).toBe(code);
});

test("help and wrong commands", async () => {
  const terminal = recordingTerminal();
  expect(await runDps(["--help"], terminal)).toBe(0);
  expect(await runDps(["finetune", "--help"], terminal)).toBe(0);
  expect(await runDps([], terminal)).toBe(2);
  expect(await runDps(["finetun"], terminal)).toBe(2);
  expect(terminal.lines.join("\n")).toMatch(/--learning-rate N/);
  expect(terminal.errors).toEqual(['dps: There is no command "finetun". Did you mean finetune?']);
});

test("devices are listed, as JSON too", async () => {
  const terminal = recordingTerminal();
  expect(await runDps(["devices", "--json"], terminal)).toBe(0);
  const found: unknown = JSON.parse(terminal.lines.join("\n"));
  expect(found).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ vendor: expect.any(String), limits: expect.objectContaining({ maxBindGroups: 4 }) }),
    ]),
  );
});

test("Ctrl+C stops after the step in flight, keeps what there is and gives exit code 130", async () => {
  const launcher = fileURLToPath(new URL("../../../src/cli/dps.mjs", import.meta.url));
  const line = `--steps 100000 --batch-size 4 --evaluate-every 2 --output ${at("stopped.json")}`;
  const child = spawn(
    process.execPath,
    [launcher, "finetune", "--model", at("model"), "--train", at("train.tsv"), ...line.split(" ")],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let [text, interrupted] = ["", false];
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    if (!interrupted && text.includes("step 2/100000")) interrupted = child.kill("SIGINT");
  });
  child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const code = await new Promise((resolve) => child.once("exit", resolve));
  expect(code, `The program wrote:\n${text}`).toBe(130);
  expect(existsSync(at("stopped.json"))).toBe(true);
  const [run] = resultAt("stopped.json").runs;
  expect(run?.status).toBe("stopped");
  expect(run?.steps.length).toBeGreaterThanOrEqual(2);
  expect(run?.evaluations[0]?.step).toBe(2);
});
