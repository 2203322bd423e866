import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runDps } from "../../../src/cli/program.ts";
import type { ExperimentResult } from "../../../src/contract/run.ts";
import { plans } from "../../../src/experiment/plans/index.ts";
import { readResult } from "../../../src/analysis/result-file.ts";
import { recordingTerminal } from "../recording-terminal.ts";
import { smallTable, writeSmallModel } from "../small-model.ts";

const folder = mkdtempSync(join(tmpdir(), "dps-experiment-"));
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  await writeSmallModel(at("model"));
  writeFileSync(at("train.tsv"), smallTable(112));
  writeFileSync(at("dev.tsv"), smallTable(12));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `dps experiment`; the words of `line` are its options. */
async function experiment(line: string) {
  const terminal = recordingTerminal();
  const code = await runDps(["experiment", ...line.split(" ").filter((word) => word !== "")], terminal);
  return { code, text: terminal.lines.join("\n"), errors: terminal.errors.join("\n") };
}

const resultAt = (name: string): ExperimentResult => readResult(readFileSync(at(name), "utf8"), name);
const data = `--model ${at("model")} --train ${at("train.tsv")} --dev ${at("dev.tsv")}`;

describe("a plan from a file", () => {
  const plan = {
    version: 1,
    name: "Two shares",
    methods: ["vanilla", { id: "dps-dense", values: { updateRatio: 0.25 } }],
    seeds: "1-2",
    training: { steps: 8, batchSize: 4, learningRate: 1e-3 },
    grid: [
      { field: "frozenShare", values: [0.2, 0.6] },
      { field: "clip", values: [0.5, 2] },
    ],
  };

  test("runs its grid, tells of every setting, and its result opens as the page opens it", async () => {
    writeFileSync(at("plan.json"), JSON.stringify(plan));
    const also = `--also-on same=${at("dev.tsv")}`;
    const { code, text, errors } = await experiment(
      `--plan ${at("plan.json")} ${data} ${also} --output ${at("a.json")}`,
    );
    expect(errors).toBe("");
    expect(code).toBe(0);
    expect(text).toMatch(/^Plan {4}Two shares$/m);
    expect(text).toMatch(/^Grid {4}trained share: 0\.8, 0\.4$/m);
    expect(text).toMatch(/^run 12\/12 dps-dense trained share 0\.4 clip 2 seed 2: completed/m);
    expect(text).toMatch(/^method +clip +trained share +runs +accuracy/m);
    expect(text).toMatch(/^dps-dense +0\.5 +0\.8 +2 +\d+\.\d\d ± \d+\.\d\d/m);
    expect(text).toMatch(/DPS Dense: \d+\.\d\d is the best of 4 settings, chosen on the dev rows/);
    const { runs, summary, config, cases } = resultAt("a.json");
    expect(runs).toHaveLength(12);
    expect(summary.filter(({ epoch, score }) => epoch === "last" && score === "accuracy")).toHaveLength(6);
    expect(config.plan.grid).toEqual(plan.grid);
    expect(cases).toEqual([]);
    for (const { evaluations } of runs) {
      const scores = evaluations.at(-1)?.scores ?? {};
      expect(scores["accuracy@same"]).toBe(scores["accuracy"]);
    }
  });

  test("is written from an experiment of the paper, and runs with other seeds and side by side", async () => {
    const written = await experiment(`--plan subnetwork-size --write-plan ${at("written.json")}`);
    expect([written.code, written.text]).toEqual([0, `Wrote ${at("written.json")}`]);
    const changed = { ...JSON.parse(readFileSync(at("written.json"), "utf8")), order: "interleaved" };
    expect(changed.name).toBe("Size of the subnetwork, small");
    writeFileSync(at("changed.json"), JSON.stringify(changed));
    const { code, text } = await experiment(`--plan ${at("changed.json")} --seeds 7 ${data} --output ${at("b.json")}`);
    expect(code).toBe(0);
    expect(text).toMatch(/^Runs {4}7: vanilla, dps-dense, dps-mix; seed 7; side by side$/m);
    expect(resultAt("b.json").runs.every(({ seed, status }) => seed === 7 && status === "completed")).toBe(true);
  });
});

describe("an experiment of the paper, small, on a small model", () => {
  /** What its report has beside the table of scores. */
  const sections: Readonly<Record<string, RegExp>> = {
    compare: /^Accuracy against vanilla, seed by seed/m,
    families: /^Accuracy against vanilla, seed by seed/m,
    "low-resource": /^Accuracy × 100 by train sample, quartiles over seeds:/m,
    "subnetwork-size":
      /^Accuracy × 100 by trained share, quartiles over seeds:$[^]*^vanilla, which has no trained share: mean/m,
    "out-of-domain": /^Accuracy × 100 on sets of other sources[^]*^other, 12 rows: the same labels\./m,
    "hyper-parameters": /is the best of 6 settings/,
    "time-and-memory": /^child-tuning-d +[^ ]+ s +\d+\.\d\d × +3\.13 × /m,
    "case-study": /^Dev rows that most seeds of a method got right/m,
    "enough-data": /^method +runs +accuracy +mean \(max\)/m,
  };

  test.each(plans.map(({ id }) => id))("%s runs to its end and says what it found", async (id) => {
    const { grid } = plans.find((plan) => plan.id === id)?.sizes.small ?? { grid: [] };
    const samples = grid.flatMap(({ field, values }) => (field === "trainSample" ? values : [])).map(Number);
    writeFileSync(at("enough.tsv"), smallTable(Math.max(id === "enough-data" ? 320 : 112, ...samples)));
    const files = `--model ${at("model")} --train ${at("enough.tsv")} --dev ${at("dev.tsv")}`;
    const also = id === "out-of-domain" ? `--also-on other=${at("dev.tsv")}` : "";
    const { code, text, errors } = await experiment(
      `--plan ${id} --seeds 1 ${files} ${also} --output ${at(`${id}.json`)}`,
    );
    expect(errors).toBe("");
    expect(code).toBe(0);
    const section = sections[id];
    if (section === undefined) throw new Error(`there is no word here on what ${id} reports`);
    expect(text).toMatch(section);
    expect(resultAt(`${id}.json`).runs.every(({ status }) => status === "completed")).toBe(true);
  });
});

describe("is refused with what to do:", () => {
  test.each([
    ["no plan", "", /--plan is missing; --help lists the experiments of the paper/],
    ["a word that was meant for another", "--plan comparr", /there is no file comparr\. Did you mean compare\?/],
    [
      "a stranger",
      "--plan elephants",
      /there is no file elephants\. The paper's experiments are compare, low-resource/,
    ],
    ["a size of neither kind", "--plan compare --size medium", /There is no size "medium"\. Known are small, full/],
    ["a set too few", `--plan out-of-domain ${data}`, /scores on sets of other sources; give them, as in --also-on/],
    [
      "two sets of one name",
      `--plan compare ${data} --also-on a/x.tsv b/x.tsv`,
      /two files would be called x; give names/,
    ],
    ["a folder for a plan", `--plan ${folder}`, /is a folder; wanted is a plan\.json/],
    [
      "a method that cannot start from so many layers",
      `--plan ${at("deep.json")} ${data}`,
      /deep\.json cannot be used.*Top layers is -1/,
    ],
    [
      "a field of no plan",
      `--plan ${at("stranger.json")} ${data}`,
      /stranger\.json cannot be used\. A plan has no field "budget"/,
    ],
    [
      "no seed",
      `--plan ${at("seedless.json")} ${data}`,
      /seedless\.json cannot be used\. Seeds: Give at least one seed/,
    ],
    ["a sample larger than the file", `--plan low-resource ${data}`, /120 rows.* 112/],
  ])("%s", async (_, line, message) => {
    const plan = { version: 1, name: "x", methods: ["vanilla"], seeds: [1] };
    writeFileSync(at("stranger.json"), JSON.stringify({ ...plan, budget: 3 }));
    writeFileSync(at("seedless.json"), JSON.stringify({ ...plan, seeds: [] }));
    writeFileSync(
      at("deep.json"),
      JSON.stringify({ ...plan, methods: [{ id: "re-init", values: { topLayers: -1 } }] }),
    );
    const { code, errors } = await experiment(line);
    expect(errors).toMatch(message);
    expect(code).toBe(2);
  });

  test("a run that its method refuses fails with its reason, and the plan goes on", async () => {
    const methods = [{ id: "re-init", values: { topLayers: 5 } }, "vanilla"];
    writeFileSync(
      at("failing.json"),
      JSON.stringify({ version: 1, name: "x", methods, seeds: [1], training: { steps: 4 } }),
    );
    const { code, text, errors } = await experiment(`--plan ${at("failing.json")} ${data}`);
    expect(code).toBe(1);
    expect(errors).toMatch(/re-init-seed1 failed \(bad-settings\): .*5.*2/);
    expect(text).toMatch(/vanilla seed 1: completed/);
  });
});
