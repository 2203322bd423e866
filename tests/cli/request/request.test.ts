import { asTheFileSays } from "../../../src/contract/reading.ts";
import { describeReading } from "../../../src/cli/request/reading-options.ts";
import { expect, test } from "vitest";
import { readColumns } from "../../../src/cli/request/columns-option.ts";
import { readOptions } from "../../../src/cli/options.ts";
import { finetuneOptions, readRequest } from "../../../src/cli/request/request.ts";
import type { PlanRequest } from "../../../src/cli/request/request.ts";
import type { TableRecord } from "../../../src/contract/run.ts";
import { catalog } from "../../../src/experiment/catalog.ts";
import { checkPlanSettings } from "../../../src/experiment/plan/checked-plan.ts";

const all = catalog();

function request(line: string): PlanRequest {
  return readRequest(readOptions(line.split(" "), finetuneOptions(all)), all);
}

const needed = "--model m --train t.tsv";

test("settings of the recipe and of the methods are options, each once", () => {
  const names = finetuneOptions(all).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const known =
    "model revision train dev sample task methods seeds epochs steps batch-size learning-rate layer-decay weight-decay warmup-ratio clip adam-epsilon head-start max-length " +
    "dropout frozen-share update-ratio frozen-weights mix-gradient-scale mix-share noise-kind noise-scale " +
    "divergence-weight consistency-weight child-share drawn-share top-layers reinit-pooler schedule-horizon order " +
    "also-on train-limit dev-limit evaluate-every output no-subnetwork predictions save onnx profile columns dev-share split-seed train-sample " +
    "sample-seed glue glue-dev glue-revision kernels";
  expect(known.split(" ").filter((name) => !names.includes(name))).toEqual([]);
});

test("what is not said is left to the defaults", () => {
  expect(request(needed)).toEqual({
    model: "m",
    revision: null,
    train: "t.tsv",
    dev: null,
    sample: null,
    glue: null,
    task: null,
    columns: null,
    reading: asTheFileSays,
    explained: false,
    devShare: 0.1,
    splitSeed: 0,
    trainSample: null,
    transfers: [],
    plan: {
      methods: [{ id: "vanilla", values: {} }],
      seeds: [1],
      training: {},
      grid: [],
      order: "sequential" as const,
    },
    output: null,
    recipes: [],
    resume: false,
    checkpointEveryMs: 120_000,
    watched: false,
    predictions: null,
    save: null,
    onnx: false,
    kernels: "auto",
    profile: false,
    trace: null,
  });
  expect(request(`${needed} --kernels portable`).kernels).toBe("portable");
  expect(request(`${needed} --task auto`).task).toBeNull();
  expect(request(`${needed} --profile`)).toMatchObject({ profile: true, trace: null });
  expect(request(`${needed} --profile t.json`)).toMatchObject({ profile: true, trace: "t.json" });
  expect(request(`${needed} --output r.json --checkpoint-every 0.5`).checkpointEveryMs).toBe(500);
  for (const wrong of ["0", "-1", "soon", "1e9"]) {
    expect(() => request(`${needed} --checkpoint-every=${wrong}`)).toThrow(
      /--checkpoint-every is ".*"; wanted are seconds/,
    );
  }
  expect(request(`${needed} --save s --onnx`)).toMatchObject({ save: "s", onnx: true });
});

test("a sample of the training rows has a size and a seed", () => {
  expect(request(`${needed} --train-sample 500 --sample-seed 1`).trainSample).toEqual({ count: 500, seed: 1 });
  expect(request(`${needed} --train-sample 500`).trainSample).toEqual({ count: 500, seed: 0 });
  expect(request(`${needed} --train-sample all`).trainSample).toBeNull();
  expect(request("--model bundled --sample similarity --train-sample 100").trainSample).toEqual({
    count: 100,
    seed: 0,
  });
});

test("a GLUE task of the Hub stands for both files and says its task", () => {
  const bare = { train: null, dev: null, task: "rte", glue: { task: "rte", dev: null, revision: "main" } };
  expect(request("--model m --glue rte")).toMatchObject(bare);
  const chosen = "--model m --glue mnli --glue-dev validation_mismatched --glue-revision abc --train-sample 500";
  expect(request(chosen)).toMatchObject({
    glue: { task: "mnli", dev: "validation_mismatched", revision: "abc" },
    trainSample: { count: 500, seed: 0 },
  });
});

test("a sample task stands for both files", () => {
  expect(request("--model bundled --sample similarity")).toMatchObject({
    sample: "similarity",
    train: null,
    dev: null,
  });
});

test("training settings are read by their kind, and fit the engine", () => {
  const { plan } = request(
    `${needed} --steps 20 --learning-rate 3e-4 --order file --train-limit all --evaluate-every 5 --weight-decay 0`,
  );
  expect(plan.training).toEqual({
    steps: 20,
    learningRate: 3e-4,
    order: "file",
    trainLimit: null,
    evaluateEvery: 5,
    weightDecay: 0,
  });
  expect(checkPlanSettings(plan).settings).toMatchObject({ steps: 20, batchSize: 16, order: "file", trainLimit: null });
  expect(checkPlanSettings(plan).plan.training).toMatchObject({ adamEpsilon: "torch", headStart: "normal" });
  const published = request(`${needed} --adam-epsilon published --head-start linear`).plan;
  expect(checkPlanSettings(published).settings).toMatchObject({ adamEpsilon: "published", headStart: "linear" });
  expect(request(`${needed} --evaluate-every epoch`).plan.training).toEqual({ evaluateEvery: null });
});

test("a method setting goes to every chosen method that has it", () => {
  const { plan } = request(
    `${needed} --methods vanilla,dps-dense,dps-mix --dropout 0 --frozen-share 0.2 --frozen-weights strict --seeds 1-3`,
  );
  expect(plan.seeds).toEqual([1, 2, 3]);
  expect(plan.methods).toEqual([
    { id: "vanilla", values: { dropout: 0 } },
    { id: "dps-dense", values: expect.objectContaining({ dropout: 0, frozenShare: 0.2, frozenWeights: "strict" }) },
    { id: "dps-mix", values: { dropout: 0, frozenShare: 0.2 } },
  ]);
  expect(() => checkPlanSettings(plan)).not.toThrow();
});

test.each([
  [`${needed} --sample sentiment`, "--sample brings its own files and columns, so --train has no place"],
  [`${needed} --glue rte`, "--glue brings its own files and columns, so --train has no place"],
  ["--model m --glue rtee", '--glue: there is no task "rtee". Did you mean rte?'],
  ["--model m --glue pair", "Known are rte, mrpc, stsb, cola"],
  ["--model m --glue mnli --glue-dev test", "it has validation_matched, validation_mismatched"],
  [`${needed} --glue-revision x`, "--glue-revision is for a task of the Hub"],
  ["--model m --sample sentiment --task sst2", "so --task has no place"],
  [`${needed} --onnx`, "--onnx adds to what --save writes"],
  [`${needed} --sample-seed 1`, "--sample-seed draws a sample; give --train-sample N as well"],
  [`${needed} --train-sample 0`, "--train-sample 0: Sample of the training rows is 0; it must be at least 1"],
  ["--train t.tsv", "--model is missing"],
  ["--model m", "--train is missing"],
  [`${needed} --steps 5 --epochs 1`, "--steps and --epochs both say how long a run is"],
  [`${needed} --dev d.tsv --dev-share 0.2`, "--dev-share splits dev off train, but --dev gives a file"],
  [`${needed} --dev-share 1`, "--dev-share 1: Share for dev is 1; it must be above 0 and below 1."],
  [`${needed} --methods vanila`, 'There is no method "vanila". Did you mean vanilla?'],
  [`${needed} --methods mixup`, "Known are vanilla, dps-dense, dps-mix"],
  [`${needed} --methods vanilla,vanilla`, "--methods names vanilla twice"],
  [`${needed} --task rtee`, 'There is no task "rtee". Did you mean rte?'],
  [`${needed} --frozen-share 0.2`, "--frozen-share is a setting of dps-dense, dps-mix; you chose vanilla."],
  [
    `${needed} --methods dps-mix --frozen-weights strict`,
    "--frozen-weights is a setting of dps-dense; you chose dps-mix.",
  ],
  [`${needed} --methods dps-mix --frozen-share 1`, "--frozen-share 1: Trained share is 0 (frozenShare 1)"],
  [`${needed} --learning-rate abc`, '--learning-rate abc: Learning rate is "abc"; it must be a number.'],
  [`${needed} --learning-rate 0x10`, "it must be a number"],
  [`${needed} --learning-rate Infinity`, "it must be a number"],
  [`${needed} --batch-size 1.5`, "must be a whole number"],
  [`${needed} --batch-size epoch`, "it must be a number"],
  [`${needed} --order shufled`, "Did you mean shuffled?"],
  [`${needed} --seeds 1,1`, "--seeds 1,1: Seed 1 is given twice"],
])("%s is refused", (line, message) => {
  expect(() => request(line)).toThrow(message);
  expect(() => request(line)).toThrow(expect.objectContaining({ code: "bad-settings" }));
});

const table: TableRecord = {
  name: "t.tsv",
  reading: [],
  header: ["index", "text", "reply", "2"],
  columnCount: 4,
  rowCount: 1,
  preview: [],
  skipped: [],
  skippedCount: 0,
  task: null,
  mapping: null,
};

test("columns are names before numbers from 1", () => {
  expect(readColumns("text, reply,2", table)).toEqual({ first: 1, second: 2, label: 3 });
  expect(readColumns("3,1", table)).toEqual({ first: 2, second: null, label: 0 });
  expect(readColumns("3,2", { ...table, header: null })).toEqual({ first: 2, second: null, label: 1 });
});

test.each([
  ["text", "names 1; wanted are two"],
  ["1,2,3,4", "names 4; wanted are two"],
  ["txt,2", '"txt" is no column of t.tsv (index, text, reply, 2). Did you mean text?'],
  ["5,1", '"5" is no column of t.tsv'],
  ["0,1", '"0" is no column of t.tsv'],
])("columns %s are refused", (text, message) => {
  expect(() => readColumns(text, table)).toThrow(message);
});

test("subnetworks are looked at for an output, unless it is to do without", () => {
  expect(request(`${needed} --output r.json`).watched).toBe(true);
  expect(request(`${needed} --output r.json --no-subnetwork`).watched).toBe(false);
});

test("how files are read", () => {
  expect(request(needed)).toMatchObject({ reading: asTheFileSays, explained: false });
  const said = "--encoding Windows-1252 --separator semicolon --quotes no --header yes --multi-label no --explain";
  expect(request(`${needed} ${said}`)).toMatchObject({
    reading: { encoding: "windows-1252", separator: ";", quoted: false, header: true, multiLabel: false },
    explained: true,
  });
  expect(() => request(`${needed} --encoding klingon`)).toThrow(/no --encoding "klingon"; known are utf-8/);
  for (const word of ["dots", "constructor"]) {
    const message = `--separator is one of tab, comma, semicolon, pipe, blank, not "${word}"`;
    expect(() => request(`${needed} --separator ${word}`)).toThrow(message);
  }
  const steps = [
    { stage: "encoding", found: "Windows-1252", assumed: "Read as Windows-1252: why." },
    { stage: "separator", found: "tab", assumed: null },
  ] as const;
  expect(describeReading("t.csv", steps, true)).toEqual([
    "Read    t.csv: Windows-1252 · tab",
    "Note    t.csv: Read as Windows-1252: why.",
  ]);
  expect(describeReading("t.csv", steps, false)).toHaveLength(1);
});
