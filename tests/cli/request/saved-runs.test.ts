import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readResult } from "../../../src/analysis/result-file.ts";
import { SavedResult } from "../../../src/cli/request/saved-result.ts";
import { SavedRuns } from "../../../src/cli/request/saved-runs.ts";
import type { RunRecord } from "../../../src/contract/run.ts";
import { writeRunFile } from "../../../src/experiment/running/run-file.ts";
import { recordingTerminal } from "../recording-terminal.ts";

const recorded = readFileSync(new URL("../../../public/recorded/run.json", import.meta.url), "utf8");
const result = readResult(recorded, "run.json");
const runs = result.runs.slice(0, 3);
const [first, second, third] = runs.map(({ id }) => id);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dps-runs-"));
  mkdirSync(join(folder, "result.json.runs"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const pathOf = (id = ""): string => join(folder, "result.json.runs", `${id}.safetensors`);
/** A run that is saved at its fourth step. */
async function save(run: RunRecord | undefined): Promise<void> {
  if (run === undefined) throw new Error("there is no such run");
  const cut = { ...run, status: "running" as const, steps: run.steps.slice(0, 4) };
  const file = writeRunFile(cut, { device: result.device, kernels: {}, build: "1", weights: "2", rows: "3" }, []);
  writeFileSync(pathOf(run.id), Buffer.from(await file.arrayBuffer()));
}

function savedRuns(before: typeof result | null): SavedRuns {
  return new SavedRuns(new SavedResult(join(folder, "result.json"), recordingTerminal(), before), 1000, () => {});
}

test("runs that are missing in the result go on where they were saved; those that completed, and broken files, do not", async () => {
  for (const run of runs.slice(0, 2)) await save(run);
  writeFileSync(pathOf(third), "broken");
  const opened = savedRuns({ ...result, runs: runs.slice(0, 1) });
  const lines = await opened.begin(runs);
  expect(lines).toEqual([
    `Run     ${second} goes on from step 4 of ${runs[1]?.stepCount}`,
    expect.stringMatching(/^Note {4}.*\.safetensors/),
  ]);
  expect([first, second, third].map((id) => opened.checkpoints.of(id ?? "") !== undefined)).toEqual([
    false,
    true,
    false,
  ]);
});

test("another experiment's are cleared, and no file of anyone else's", async () => {
  await save(runs[0]);
  writeFileSync(pathOf("mine"), "mine");
  expect(await savedRuns(null).begin(runs)).toEqual([]);
  expect(readdirSync(join(folder, "result.json.runs"))).toEqual(["mine.safetensors"]);
});

test("a run's file goes once the result has the run; one that was stopped, or lost its GPU, may go on", async () => {
  for (const run of runs) await save(run);
  const opened = savedRuns(null);
  const end = (run = "", status: RunRecord["status"] = "completed", error: RunRecord["error"] = null): void =>
    opened.see({ kind: "ended", run, status, error, elapsedMs: 1 });
  end(first);
  end(second, "stopped", { code: "stopped", message: "" });
  end(third, "failed", { code: "device-lost", message: "" });
  expect(existsSync(pathOf(first))).toBe(true);
  opened.see({ kind: "summary", summary: [], comparisons: [] });
  await opened.finish(runs.map(({ id }) => ({ id, status: id === first ? "completed" : "stopped" })));
  expect(readdirSync(join(folder, "result.json.runs")).toSorted()).toEqual(
    [second, third].map((id) => `${id}.safetensors`).toSorted(),
  );
  await opened.finish(runs.map(({ id }) => ({ id, status: "completed" })));
  expect(existsSync(join(folder, "result.json.runs"))).toBe(false);
});
