import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readResult } from "../../../src/analysis/result-file.ts";
import { openSaved } from "../../../src/cli/request/saved-result.ts";
import { recordingTerminal } from "../recording-terminal.ts";

const recorded = readFileSync(new URL("../../../public/recorded/run.json", import.meta.url), "utf8");
const result = readResult(recorded, "run.json");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dps-saved-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a disk that is full for a while is told once; the older file stays until there is room", async () => {
  const output = join(folder, "result.json");
  writeFileSync(output, "older");
  const terminal = recordingTerminal();
  const saved = await openSaved({ output, resume: false }, terminal);
  const fill = (): void => symlinkSync("/dev/full", `${output}.part`);
  for (const _ of [1, 2]) {
    fill();
    saved?.later(() => result);
    await expect.poll(() => readdirSync(folder)).toEqual(["result.json"]);
    expect(readFileSync(output, "utf8")).toBe("older");
  }
  expect(terminal.errors).toEqual([expect.stringMatching(/no room for .*result\.json.*Training goes on/)]);
  saved?.later(() => result);
  await saved?.finish(result);
  expect(readResult(readFileSync(output, "utf8"), "result.json").runs).toHaveLength(result.runs.length);
  expect(terminal.lines.at(-1)).toBe(`Wrote ${output}`);
});

test("what cannot be gone on with is refused: a folder, a plan, no JSON", async () => {
  const open = (output: string) => openSaved({ output, resume: true }, recordingTerminal());
  await expect(open(folder)).rejects.toThrow(/is a folder; wanted is a result\.json/);
  writeFileSync(join(folder, "plan.json"), JSON.stringify({ version: 1, methods: [], seeds: [1] }));
  await expect(open(join(folder, "plan.json"))).rejects.toThrow(/is a plan, not a result/);
});
