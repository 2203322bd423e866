import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { modelPath } from "../../src/cli/bundled-model.ts";
import { runDps } from "../../src/cli/program.ts";
import { recordingTerminal } from "./recording-terminal.ts";
import { writeSmallModel } from "./small-model.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dps-bundled-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

test('"bundled" is the first model of the index, anything else a path', async () => {
  await expect(modelPath("bundled", folder)).rejects.toThrow("ships without a bundled model");
  await writeFile(join(folder, "index.json"), "[]");
  await expect(modelPath("bundled", folder)).rejects.toThrow("lists no model");
  await writeSmallModel(join(folder, "model"));
  await writeFile(join(folder, "model", "README.md"), "---\nlicense: mit\n---\n# Small\n\nA small model.\n");
  const shipped = join(folder, "shipped");
  await mkdir(shipped);
  const options = ["--model", join(folder, "model"), "--id", "small", "--output", shipped];
  expect(await runDps(["bundle", ...options], recordingTerminal())).toBe(0);
  expect(await modelPath("bundled", shipped)).toBe(join(shipped, "small"));
  expect(await modelPath("./bundled", shipped)).toBe("./bundled");
});

/** Runs dps finetune for two steps. */
async function twoSteps(...options: readonly string[]): Promise<{ code: number; text: string; errors: string }> {
  const terminal = recordingTerminal();
  const short = ["--steps", "2", "--batch-size", "2", "--dev-limit", "4", "--learning-rate", "1e-3"];
  const code = await runDps(["finetune", ...options, ...short], terminal);
  return { code, text: terminal.lines.join("\n"), errors: terminal.errors.join("\n") };
}

test("a sample task that is not there is named, with the nearest one", async () => {
  const { code, errors } = await twoSteps("--model", join(folder, "model"), "--sample", "sentimant");
  expect(errors).toContain('There is no sample task "sentimant". Did you mean sentiment?');
  expect(code).toBe(2);
});

test("--sample trains on a sample task without any file", async () => {
  const { code, text, errors } = await twoSteps("--model", join(folder, "model"), "--sample", "similarity");
  expect(errors).toBe("");
  expect(text).toMatch(/Task +pair-score .*\nData +train \d{3} rows, dev 2\d\d rows/);
  expect(code).toBe(0);
});

test("the bundled model trains", async () => {
  const { code, text, errors } = await twoSteps("--model", "bundled", "--sample", "paraphrase");
  expect(errors).toBe("");
  expect(text).toMatch(/Task +pair /);
  expect(code).toBe(0);
});
