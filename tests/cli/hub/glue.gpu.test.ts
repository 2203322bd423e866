import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { runDps } from "../../../src/cli/program.ts";
import type { ExperimentResult } from "../../../src/contract/run.ts";
import { parquetFile } from "../../data/parquet-file.ts";
import { startHub } from "../../models/hub/server.ts";
import type { HubServer, ServedRepository } from "../../models/hub/server.ts";
import { recordingTerminal } from "../recording-terminal.ts";
import { writeSmallModel } from "../small-model.ts";

const folder = mkdtempSync(join(tmpdir(), "dps-glue-"));
const at = (...names: string[]): string => join(folder, ...names);
let hub: HubServer;
let glue: ServedRepository;

/** A split in the layout of the Hub's RTE. `labelled`: false for -1 in every row, as a test set has it. */
function rteFile(count: number, labelled = true): Uint8Array<ArrayBuffer> {
  const texts = (word: string): string[] => Array.from({ length: count }, (_, row) => `${word} number ${row}`);
  const label = BigInt64Array.from({ length: count }, (_, row) => (labelled ? BigInt(row % 2) : -1n));
  return parquetFile(
    [
      { name: "sentence1", data: texts("premise"), type: "STRING" },
      { name: "sentence2", data: texts("claim"), type: "STRING" },
      { name: "label", data: label, type: "INT64" },
      { name: "idx", data: Int32Array.from({ length: count }, (_, row) => row), type: "INT32" },
    ],
    { classes: { label: ["entailment", "not_entailment"] } },
  );
}

beforeAll(async () => {
  hub = await startHub();
  await writeSmallModel(at("model"));
  glue = hub.put({
    kind: "dataset",
    id: "nyu-mll/glue",
    files: {
      "rte/train-00000-of-00001.parquet": rteFile(24),
      "rte/validation-00000-of-00001.parquet": rteFile(8),
      "wnli/train-00000-of-00001.parquet": rteFile(8),
      "wnli/validation-00000-of-00001.parquet": rteFile(8, false),
    },
    revisions: ["main"],
  });
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  hub.requests.length = 0;
  vi.stubEnv("HF_ENDPOINT", `${hub.url}/`);
  vi.stubEnv("HF_HOME", at("home"));
});
afterEach(() => vi.unstubAllEnvs());

async function finetune(line: string) {
  const terminal = recordingTerminal();
  const code = await runDps(["finetune", "--model", at("model"), ...line.split(" ")], terminal);
  return { code, text: terminal.lines.join("\n"), errors: terminal.errors.join("\n") };
}

describe("dps finetune --glue TASK", () => {
  test("fetches both files, trains, notes the commit, and works again without a network", async () => {
    const line = `--glue rte --train-sample 12 --steps 1 --batch-size 4 --output ${at("out.json")}`;
    const first = await finetune(line);
    expect([first.errors, first.code]).toEqual(["", 0]);
    const commit = glue.commit.slice(0, 12);
    expect(first.text).toContain(`Hub     nyu-mll/glue main, commit ${commit}, kept in ${at("home", "hub")}`);
    expect(first.text).toMatch(/train 12 rows of 24 \(drawn by seed 0\), dev 8 rows/);
    const { config }: ExperimentResult = JSON.parse(readFileSync(at("out.json"), "utf8"));
    expect(config).toMatchObject({ task: "rte", labels: ["entailment", "not_entailment"], devCount: 8 });
    const source = (split: string) => ({
      kind: "hub",
      id: "nyu-mll/glue",
      path: `rte/${split}-00000-of-00001.parquet`,
      revision: "main",
      commit: glue.commit,
    });
    expect(config.rows).toEqual({
      train: source("train"),
      dev: source("validation"),
      split: null,
      sample: { count: 12, of: 24, seed: 0 },
    });

    hub.requests.length = 0;
    vi.stubEnv("HF_HUB_OFFLINE", "1");
    const again = await finetune(line);
    expect([again.errors, again.code]).toEqual(["", 0]);
    expect(again.text).toContain("What is kept is used.");
    expect(hub.requests).toEqual([]);
  });

  test("a task whose files are not there, and a split without labels, say so", async () => {
    const missing = await finetune("--glue mnli --steps 1");
    expect(missing.errors).toMatch(/mnli\/validation_matched-00000-of-00001.parquet/);
    expect(missing.code).toBe(1);
    const unlabelled = await finetune("--glue wnli --steps 1");
    expect(unlabelled.errors).toMatch(/no label \(-1\): a row of a test set/);
    expect(unlabelled.code).toBe(1);
  });
});
