import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runDps } from "../../../src/cli/program.ts";
import type { TriedKernel } from "../../../src/contract/engine/kernels.ts";
import { recordingTerminal } from "../recording-terminal.ts";
import { writeSmallModel } from "../small-model.ts";

const folder = mkdtempSync(join(tmpdir(), "dps-devices-"));
beforeAll(() => writeSmallModel(join(folder, "small")));
afterAll(() => rmSync(folder, { recursive: true }));

async function devices(...words: readonly string[]) {
  const terminal = recordingTerminal();
  const code = await runDps(["devices", ...words], terminal);
  return { code, lines: terminal.lines, errors: terminal.errors.join("\n") };
}

test("without options it lists the adapters", async () => {
  const { code, lines } = await devices();
  expect(code).toBe(0);
  expect(lines[0]).toMatch(/^1\. .* \(dps finetune uses this one\)$/);
});

test("--tune shows every kernel that was tried for a model's shapes, and which is taken", async () => {
  const { code, lines } = await devices("--tune", "--model", join(folder, "small"));
  expect(code).toBe(0);
  expect(lines.slice(0, 4)).toEqual([
    expect.stringMatching(/^Device {2}/),
    "Model   small, batches of 16 rows of 64 tokens",
    expect.stringMatching(/^Kernels chosen in \d+\.\d s; \* is the one that a run takes$/),
    expect.stringMatching(/^op, shape, kernel +speed +ms +compile, ms$/),
  ]);
  const table = lines.slice(4);
  const opsOf = (op: string) => table.filter((line) => line.startsWith(`${op}, `)).length;
  // 32 to 32, 64 to 32 and the head; 32 to 64 is followed by GELU.
  const ops = ["y = x Wᵀ", "y = GELU(x Wᵀ)", "dx = dy W", "dx = dy W ∘ GELU′", "dW = dyᵀ x", "attention", "LayerNorm"];
  expect(ops.map(opsOf)).toEqual([3, 1, 3, 1, 4, 1, 1]);
  expect(table).toContain("attention, 1×32, 1024 tokens, 16 rows");
  expect(table).toContain("y = GELU(x Wᵀ), 1024×32 · 32×64");
  const chosen = table.filter((line) => line.startsWith("* "));
  expect(chosen).toHaveLength(14);
  for (const line of chosen) expect(line).toMatch(/^\* [a-z]+[\dx/]* +([\d.]+ G(FLOP|B)\/s|–) +[\d.]+ +\d+$/);
});

test("--tune --json has the same as data", async () => {
  const { lines } = await devices("--tune", "--json", "--model", join(folder, "small"));
  const { device, choice, tried, model, batch } = JSON.parse(lines.join("\n"));
  expect([typeof device.software, model, batch]).toEqual(["boolean", "small", { rows: 16, tokens: 64 }]);
  const chosen = tried.filter((row: TriedKernel) => row.chosen);
  expect(Object.fromEntries(chosen.map((row: TriedKernel) => [row.question, row.variant]))).toEqual(choice);
  expect(chosen.every((row: TriedKernel) => row.ms !== null && row.reason === null)).toBe(true);
});

test("a model without --tune, and one that is not there, are refused", async () => {
  const alone = await devices("--model", "bundled");
  expect([alone.code, alone.errors]).toEqual([2, "dps: --model says whose shapes are timed; give --tune as well."]);
  const absent = await devices("--tune", "--model", join(folder, "absent"));
  expect(absent.code).toBe(2);
  expect(absent.errors).toContain("--model: there is no folder or .zip");
});
