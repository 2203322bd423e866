import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readResult } from "../../../src/analysis/result-file.ts";
import { runDps } from "../../../src/cli/program.ts";
import { tagsOf, textOf } from "../../report/read-html.ts";
import { recordingTerminal } from "../recording-terminal.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dps-report-"));
  await copyFile("public/recorded/run.json", join(folder, "my result.json"));
});
afterAll(() => rm(folder, { recursive: true }));

async function dps(...words: readonly string[]) {
  const terminal = recordingTerminal();
  const code = await runDps(["report", ...words], terminal);
  return { code, text: terminal.lines.join("\n"), errors: terminal.errors.join("\n") };
}

test("dps report writes one file, which says what the result says", async () => {
  const output = join(folder, "report.html");
  const { code, text, errors } = await dps(join(folder, "my result.json"), "-o", output);
  expect([code, errors]).toEqual([0, ""]);
  expect(text).toMatch(/^Wrote .*report\.html, \d+(\.\d)? KiB$/);
  const page = await readFile(output, "utf8");
  expect(tagsOf(page).length).toBeGreaterThan(100);
  const result = readResult(await readFile("public/recorded/run.json", "utf8"), "run.json");
  for (const { score, sentence } of result.comparisons)
    if (score === "accuracy") expect(textOf(page)).toContain(sentence);
  expect(textOf(page)).toContain("report of my result");
});

test("it stands beside the result where no name is given", async () => {
  const { code } = await dps("--result", join(folder, "my result.json"));
  expect(code).toBe(0);
  expect(await readFile(join(folder, "my result.html"), "utf8")).toMatch(/^<!doctype html>/);
});

test("what is no result is refused with what was found", async () => {
  expect(await dps()).toMatchObject({ code: 2, errors: expect.stringMatching(/The result is missing: dps report/) as string }); // prettier-ignore
  const plan = join(folder, "plan.json");
  await writeFile(plan, '{"version":1}');
  const { code, errors } = await dps(plan);
  expect(errors).toMatch(/plan\.json/);
  expect(code).toBe(2);
  expect((await dps(join(folder, "gone.json"))).errors).toMatch(/there is no file .*gone\.json/);
  expect((await dps(join(folder, "my result.json"), "-o", folder)).errors).toMatch(
    /is a folder; wanted is a file name/,
  );
});
