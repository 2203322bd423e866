import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { kernelsFolder } from "../../../src/cli/kept-kernels.ts";
import { runDps } from "../../../src/cli/program.ts";
import type { ExperimentResult } from "../../../src/contract/run.ts";
import { recordingTerminal } from "../recording-terminal.ts";
import { smallTable, writeSmallModel } from "../small-model.ts";

const folder = mkdtempSync(join(tmpdir(), "dps-kernels-"));
const at = (name: string): string => join(folder, name);
const launcher = fileURLToPath(new URL("../../../src/cli/dps.mjs", import.meta.url));

beforeAll(async () => {
  // The choices of others are not looked at; what Mesa has compiled for other tests is.
  vi.stubEnv("MESA_SHADER_CACHE_DIR", process.env["XDG_CACHE_HOME"]);
  vi.stubEnv("XDG_CACHE_HOME", at("cache"));
  await writeSmallModel(at("model"));
  writeFileSync(at("train.tsv"), smallTable(40));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const wordsOf = (name: string, more: string): readonly string[] => [
  ...`finetune --model ${at("model")} --train ${at("train.tsv")} --steps 6 --batch-size 4`.split(" "),
  ...`--learning-rate 1e-3 --output ${at(`${name}.json`)} --save ${at(name)}`.split(" "),
  ...more.split(" ").filter((word) => word !== ""),
];

async function finetune(name: string, more = "") {
  const terminal = recordingTerminal();
  const code = await runDps(wordsOf(name, more), terminal);
  return { code, text: terminal.lines.join("\n"), errors: terminal.errors.join("\n") };
}

const resultOf = (name: string): ExperimentResult => JSON.parse(readFileSync(at(`${name}.json`), "utf8"));

function sumOf(name: string): string {
  const weights = readFileSync(join(at(name), "vanilla-seed1", "model.safetensors"));
  return createHash("sha256").update(weights).digest("hex");
}

test("kernels are chosen once, kept, and give the same bits twice, in a fresh process, and from a result", async () => {
  expect((await finetune("first")).text).toMatch(/^Kernels chosen in \d+\.\d s$/m);
  const { kernels } = resultOf("first");
  expect(Object.keys(kernels ?? {}).filter((question) => question.startsWith("matmul ")).length).toBeGreaterThan(2);
  expect(readdirSync(kernelsFolder())).toHaveLength(1);

  expect((await finetune("second")).text).toMatch(/^Kernels kept from an earlier run$/m);
  const text = execFileSync(process.execPath, [launcher, ...wordsOf("fresh", "")], { encoding: "utf8" });
  expect(text).toMatch(/^Kernels kept from an earlier run$/m);
  expect((await finetune("given", `--kernels ${at("first.json")}`)).text).toMatch(/^Kernels as given$/m);
  for (const name of ["second", "fresh", "given"]) {
    expect(resultOf(name).kernels).toEqual(kernels);
    expect(sumOf(name)).toBe(sumOf("first"));
    expect(resultOf(name).runs[0]?.steps).toEqual(resultOf("first").runs[0]?.steps);
  }
});

test("portable kernels say so, and a result of them is computed with them again", async () => {
  expect((await finetune("portable", "--kernels portable")).text).toMatch(/^Kernels portable$/m);
  expect(resultOf("portable").kernels).toEqual({});
  await finetune("again", `--kernels ${at("portable.json")}`);
  expect(resultOf("again").kernels).toEqual({});
  expect(sumOf("again")).toBe(sumOf("portable"));
});

test("a file without a choice, or with one that cannot be had, is refused before anything is read", async () => {
  writeFileSync(at("plan.json"), '{"version":1}');
  writeFileSync(at("strange.json"), '{"matmul nt 32x32":"warp7"}');
  const refusal = async (file: string) => await finetune("none", `--kernels ${at(file)}`);
  expect(await refusal("absent.json")).toMatchObject({
    code: 2,
    errors: expect.stringContaining("--kernels: there is no file"),
  });
  expect((await refusal("plan.json")).errors).toBe(
    'dps: --kernels: plan.json holds "version": 1, which names no kernel. Wanted is a result.json, or a choice as in ' +
      '{"matmul nt 256x256": "tiled"}.',
  );
  const strange = await refusal("strange.json");
  expect(strange.errors).toContain('The kernels\' choice names "warp7" for "matmul nt 32x32"; there is no such one.');
  expect(strange.code).toBe(2);
});
