import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as v from "valibot";
import { readResult } from "../../../src/analysis/result-file.ts";
import { runDps } from "../../../src/cli/program.ts";
import { replay } from "../../../src/contract/schemas/replay.ts";
import { formatWhole } from "../../../src/core/format.ts";
import { recordingTerminal } from "../recording-terminal.ts";

const recorded = "public/recorded/run.json";
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dps-replay-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function dps(...words: readonly string[]) {
  const terminal = recordingTerminal();
  const code = await runDps(["replay", ...words], terminal);
  return { code, lines: terminal.lines, errors: terminal.errors.join("\n") };
}

test("dps replay writes what the first screen plays, and the result as it ships", async () => {
  const [output, shipped] = [join(folder, "replay.json"), join(folder, "run.json")];
  const { code, lines, errors } = await dps("--result", recorded, "--output", output, "--shipped", shipped);
  expect([code, errors]).toEqual([0, ""]);
  const size = async (path: string) => `Wrote ${path}: ${formatWhole((await stat(path)).size)} bytes`;
  expect(lines).toEqual([await size(output), await size(shipped)]);
  const played = v.parse(replay, JSON.parse(await readFile(output, "utf8")));
  const result = readResult(await readFile(shipped, "utf8"), "run.json");
  expect(played.methods.map(({ id }) => id)).toEqual(result.config.plan.methods.map(({ id }) => id));
  expect(played.curves).toHaveLength(result.runs.length);
});

test("what is missing or cannot be written is said before anything is read", async () => {
  expect((await dps("--output", "x")).errors).toContain("--result is missing: give --result FILE.");
  expect((await dps("--result", recorded)).errors).toContain("--output is missing: give --output FILE.");
  const output = join(folder, "late.json");
  const refused = await dps("--result", "gone.json", "--output", output, "--shipped", folder);
  expect(refused).toMatchObject({ code: 2, errors: expect.stringMatching(/--shipped: .* is a folder; wanted is a file name/) }); // prettier-ignore
  await expect(stat(output)).rejects.toThrow("ENOENT");
  await writeFile(join(folder, "plan.json"), '{"version":1}');
  expect((await dps("--result", join(folder, "plan.json"), "--output", output)).errors).toContain(
    "plan.json is not a result",
  );
});
