import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runDps } from "../../src/cli/program.ts";
import { sampleFiles } from "../../src/data/samples/files.ts";
import { recordingTerminal } from "./recording-terminal.ts";

it("dps samples writes every file, and says which option is missing", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dps-samples-"));
  const terminal = recordingTerminal();
  expect(await runDps(["samples", "--output", join(folder, "new")], terminal)).toBe(0);
  for (const [path, text] of sampleFiles()) expect(await readFile(join(folder, "new", path), "utf8")).toBe(text);
  expect(await runDps(["samples"], terminal)).toBe(2);
  expect(terminal.errors.join()).toContain("--output is missing");
  await rm(folder, { recursive: true });
});
