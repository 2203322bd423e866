import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { readResult } from "../../src/analysis/result-file.ts";
import { writeResult } from "../../src/analysis/result-text.ts";
import type { ExperimentPlan, ExperimentResult } from "../../src/contract/run.ts";
import { formatScore } from "../../src/core/format.ts";
import { catalog } from "../../src/experiment/catalog.ts";
import { reportOf } from "../../src/report/report.ts";
import { fakeCatalog } from "../store/fake-catalog.ts";
import { createFakeTrainer } from "../store/fake-trainer.ts";
import { tagsOf, textOf } from "./read-html.ts";

const made = { name: "run", date: new Date("2026-11-30T12:00:00Z"), version: "1.2.3" };
const reported = (result: ExperimentResult): string => reportOf({ ...made, result, catalog: fakeCatalog });

async function resultOf(change: Partial<ExperimentPlan> = {}): Promise<ExperimentResult> {
  const methods = ["plain", "one", "two"].map((id) => ({ id, values: {} }));
  const plan: ExperimentPlan = {
    methods,
    seeds: [1, 2, 3, 4, 5],
    training: { epochs: 2 },
    grid: [],
    order: "sequential",
  };
  const result = await createFakeTrainer().start({ ...plan, ...change }, () => undefined);
  return readResult(writeResult(result), "result.json");
}

let recorded: ExperimentResult;
let report: string;
beforeAll(async () => {
  recorded = readResult(await readFile("public/recorded/run.json", "utf8"), "run.json");
  report = reportOf({ ...made, result: recorded, catalog: catalog() });
});

describe("the report of the recorded run", () => {
  it("says what the page says, sentence by sentence", () => {
    const sentences = recorded.comparisons.filter(({ score }) => score === "accuracy").map(({ sentence }) => sentence);
    expect(sentences).toHaveLength(3);
    for (const sentence of sentences) expect(textOf(report)).toContain(sentence);
  });

  it("has every method's mean, deviation and range, and the score of every run", () => {
    const text = textOf(report);
    for (const { score, epoch, mean, std, range } of recorded.summary) {
      if (score !== "accuracy" || epoch !== "last") continue;
      expect(text).toContain(`${formatScore(mean)} ± ${formatScore(std)}`);
      for (const end of range ?? []) expect(text).toContain(formatScore(end));
    }
    const rows = report.slice(report.indexOf('aria-label="All runs, as a table"')).match(/<tr>/g);
    expect(rows).toHaveLength(recorded.runs.length + 1);
  });

  it("says which runs slept", () => {
    const runs = recorded.runs.map((run, index) => (index === 0 ? { ...run, sleptMs: 725_000 } : run));
    const told = textOf(reportOf({ ...made, result: { ...recorded, runs }, catalog: catalog() }));
    expect(told).toContain("completed; slept 12 min 05 s, which its time leaves out");
    expect(textOf(report)).not.toContain("slept");
  });

  it("draws a dot for every seed: of every score, of every difference, of every mean dev score", () => {
    const own = report.slice(0, report.indexOf('id="selections"')) + report.slice(report.indexOf('id="costs"'));
    const dots = own.match(/<path\s+class="dot"/g);
    const differences = recorded.comparisons
      .filter(({ score }) => score === "accuracy")
      .flatMap((one) => one.differences);
    const evaluations =
      new Set(recorded.runs.map(({ method }) => method)).size * (recorded.runs[0]?.evaluations.length ?? 0);
    expect(dots).toHaveLength(differences.length + recorded.runs.length + evaluations);
  });

  it("needs nothing from elsewhere, and runs nothing", () => {
    const tags = tagsOf(report);
    expect(new Set(tags.map(({ name }) => name))).not.toContain("script");
    for (const name of ["link", "img", "iframe", "object", "form", "a", "use"]) {
      expect(tags.filter((tag) => tag.name === name)).toEqual([]);
    }
    expect(report).not.toMatch(/\ssrc=|\shref=|\son[a-z]+=|url\(|@import/i);
    expect(report).toContain("default-src &#39;none&#39;");
    expect(report.length).toBeLessThan(500_000);
  });

  it("tells how it is run again", () => {
    expect(textOf(report)).toMatch(
      /npx dps experiment --plan plan\.json \\\s+--model bundled \\\s+--train train\.tsv \\\s+--dev dev\.tsv \\\s+--train-sample 1000 --sample-seed 1/,
    );
    expect(textOf(report)).toContain("1.2.3");
    expect(textOf(report)).toContain("30 November 2026");
  });
});

describe("a report", () => {
  it("is well formed, and says no NaN, of whatever a result holds", async () => {
    const grid = [{ field: "frozenShare", values: [0.1, 0.5] }, { field: "learningRate", values: [1e-4, 2e-4] }]; // prettier-ignore
    const full = await resultOf();
    const [run] = full.runs;
    const results: Readonly<Record<string, ExperimentResult>> = {
      recorded,
      full,
      grid: await resultOf({ grid, seeds: [1, 2] }),
      "one method": await resultOf({ methods: [{ id: "plain", values: {} }] }),
      "one seed": await resultOf({ seeds: [1] }),
      "no run": { ...full, runs: [], summary: [], comparisons: [], cases: [] },
      "broken runs": {
        ...full,
        runs: full.runs.map((one) => ({
          ...one,
          status: "failed" as const,
          error: { code: "not-finite" as const, message: "The loss is not finite." },
          steps: one.steps.map((step) => ({ ...step, loss: Number.NaN })),
          evaluations: one.evaluations.map((at) => ({ ...at, scores: { accuracy: null } })),
        })),
        summary: [],
        comparisons: [],
      },
      "a run that only waits": { ...full, runs: run === undefined ? [] : [{ ...run, status: "waiting" as const, steps: [], evaluations: [], selections: [], memoryBytes: {}, elapsedMs: 0 }] }, // prettier-ignore
    };
    const faults = Object.entries(results).flatMap(([name, result]) => {
      const page = reported(result);
      // Throws where a tag is not closed.
      tagsOf(page);
      const nonsense = /NaN|undefined|Infinity|\[object/;
      const attributes = page.match(/="[^"]*"/g) ?? [];
      return [textOf(page), ...attributes].filter((text) => nonsense.test(text)).map((text) => `${name}: ${text}`);
    });
    expect(faults).toEqual([]);
  });

  it("names the place in the grid, and leaves long lists to the result", async () => {
    const result = await resultOf({ grid: [{ field: "frozenShare", values: [0.1, 0.3, 0.5] }], seeds: [1, 2] });
    const text = textOf(reported(result));
    expect(text).toMatch(/Frozen share p? ?0\.3/i);
    expect(text).toMatch(/is the best of 3 settings/);
  });

  it("holds a stranger's words as words", async () => {
    const evil = `Q"Q'Q<Q>Q&Q<img src=x onerror=alert(1)></style><script>alert(1)</script>$(rm -rf)'; rm\n\u202e`;
    const base = await resultOf({ grid: [{ field: "frozenShare", values: [0.1, 0.5] }] });
    const source = { kind: "file" as const, name: evil };
    const result: ExperimentResult = {
      ...base,
      device: { ...base.device, vendor: evil, architecture: evil, description: evil },
      config: {
        ...base.config,
        task: evil,
        labels: [evil],
        rows: { train: source, dev: source, split: null, sample: null },
        transfers: [{ name: evil, source, rowCount: 1, labels: [evil], mapping: evil }],
        model: { ...base.config.model, name: evil },
        plan: { ...base.config.plan, grid: [{ field: evil, values: [evil, 2] }], training: { [evil]: evil }, methods: [{ id: evil, values: { [evil]: evil } }] }, // prettier-ignore
      },
      runs: base.runs.map((run, index) => ({
        ...run,
        method: `${evil}${index % 2}`,
        label: evil,
        setting: { [evil]: evil },
        error: { code: "bug" as const, message: evil },
        memoryBytes: { [evil]: 7 },
        evaluations: run.evaluations.map((at) => ({ ...at, scores: { ...at.scores, [evil]: 0.5 } })),
      })),
    };
    const { summary, comparisons } = readResult(writeResult(result), "result.json");
    const text = reportOf({ ...made, name: evil, version: evil, result: { ...result, summary, comparisons, cases: [] }, catalog: fakeCatalog }); // prettier-ignore
    expect(text.match(/Q&quot;Q&#39;Q&lt;Q&gt;Q&amp;Q/g)?.length).toBeGreaterThan(30);
    expect(text).not.toMatch(/Q["'<>]Q|Q&Q|\u202e/);
    const names = new Set(tagsOf(text).map(({ name }) => name));
    for (const name of ["script", "img"]) expect(names).not.toContain(name);
    // In the command the name is one word of the shell, on one line.
    const command = textOf(text).split("npx dps experiment")[1]?.split("--output")[0] ?? "";
    expect(command).toContain("--train 'Q\"Q'\\''Q<Q>Q&Q<img");
    expect(command.split("\n").every((line) => line.trim() === "" || line.trim().startsWith("--"))).toBe(true);
  });
});
