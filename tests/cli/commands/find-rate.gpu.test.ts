import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runDps } from "../../../src/cli/program.ts";
import { recordingTerminal } from "../recording-terminal.ts";
import { smallTable, writeSmallModel } from "../small-model.ts";

const folder = mkdtempSync(join(tmpdir(), "dps-find-rate-"));
const at = (name: string): string => join(folder, name);

async function findRate(...more: readonly string[]) {
  const terminal = recordingTerminal();
  const files = ["--model", at("model"), "--train", at("train.tsv")];
  const code = await runDps(["find-rate", ...files, "--batch-size", "8", "--kernels", "portable", ...more], terminal);
  return { code, lines: terminal.lines, errors: terminal.errors.join("\n") };
}

beforeAll(async () => {
  await writeSmallModel(at("model"));
  writeFileSync(at("train.tsv"), smallTable(80));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("rates that grow, their losses, and a rate that the next command may be given", async () => {
  const { code, lines, errors } = await findRate();
  expect([code, errors]).toEqual([0, ""]);
  const begin = lines.findIndex((line) => /^rate +loss +smoothed$/.test(line));
  const rows = lines.slice(begin + 1).filter((line) => /^\d/.test(line));
  const rates = rows.map((line) => Number(line.split(/ +/)[0]));
  expect(rates.length).toBeGreaterThan(5);
  expect(rates).toEqual(rates.toSorted((left, right) => left - right));
  const told = lines.map((line) => /^Suggested: --learning-rate (\S+), where/.exec(line)?.[1]).find(Boolean);
  expect(Number(told)).toBeGreaterThan(0);
  expect(Number(told)).toBeLessThanOrEqual(Math.max(...rates));
  expect(lines.at(-1)).toMatch(/^By its size alone this model wants about \S+\.$/);
});

test("one seed, and no rate, are asked for", async () => {
  expect(await findRate("--seed", "1,2")).toMatchObject({ code: 2, errors: expect.stringContaining("--seed names 2 seeds; a search has one.") }); // prettier-ignore
  expect((await findRate("--seed", "x")).errors).toMatch(/--seed x: /);
  expect((await findRate("--learning-rate", "1e-3")).errors).toMatch(/--learning-rate/);
});
