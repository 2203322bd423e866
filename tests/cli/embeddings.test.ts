import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runDps } from "../../src/cli/program.ts";
import { openSafetensors } from "../../src/models/safetensors.ts";
import { recordingTerminal } from "./recording-terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "dps-embeddings-"));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const sentence = (index: number): string =>
  ["The cat eats fish.", "A dog eats meat.", "The king rules land."][index % 3] ?? "";
writeFileSync(at("text.txt"), Array.from({ length: 30 }, (_, index) => `${sentence(index)}\n\n`).join(""));

async function run(line: string): Promise<{ code: number; text: string; errors: string }> {
  const terminal = recordingTerminal();
  const code = await runDps(line.split(" "), terminal);
  return { code, text: terminal.lines.join("\n"), errors: terminal.errors.join("\n") };
}

test("writes a row for every token of a vocabulary that dps vocabulary wrote", async () => {
  const text = `--text ${at("text.txt")}`;
  expect((await run(`vocabulary ${text} --size 60 --output ${at("vocabulary")}`)).code).toBe(0);
  const tokens = readFileSync(at("vocabulary/vocab.txt"), "utf8").trimEnd().split("\n");
  const line = `embeddings ${text} --vocabulary ${at("vocabulary")} --hidden 6 --output ${at("e.safetensors")}`;
  const { code, text: written, errors } = await run(line);
  expect(errors).toBe("");
  expect(code).toBe(0);
  expect(written).toMatch(/^Text: \d+ tokens, 30 sentences, 30 documents$/m);
  const file = await openSafetensors(new Blob([readFileSync(at("e.safetensors"))]), "e.safetensors");
  expect([...file.entries.keys()]).toEqual(["bert.embeddings.word_embeddings.weight"]);
  expect(file.entries.get("bert.embeddings.word_embeddings.weight")?.shape).toEqual([tokens.length, 6]);
  const values = await file.read("bert.embeddings.word_embeddings.weight");
  expect(values.every((value) => Number.isFinite(value) && Math.abs(value) <= 0.02 * Math.sqrt(6) * 1.001)).toBe(true);
});

test.each([
  ["embeddings --vocabulary vocabulary --output e", "--text is missing"],
  ["embeddings --text text.txt --output e", "--vocabulary is missing"],
  ["embeddings --text text.txt --vocabulary vocabulary", "--output is missing"],
  ["embeddings --text text.txt --vocabulary nowhere --output e", "--vocabulary"],
  ["embeddings --text text.txt --vocabulary vocabulary --hidden 4000 --output e", "hidden size is 4000"],
  ["embeddings --text text.txt --vocabulary vocabulary --hidden 0 --output e", "Hidden size is 0"],
])("%s is refused", async (line, message) => {
  const { code, errors } = await run(
    line.replaceAll(/text\.txt|vocabulary(?= -)|vocabulary$|nowhere/g, (name) => at(name)),
  );
  expect(errors).toContain(message);
  expect(code).toBe(2);
});
