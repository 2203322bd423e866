import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { runDps } from "../../src/cli/program.ts";
import { recordingTerminal } from "./recording-terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "dps-vocabulary-"));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

mkdirSync(at("texts"));
mkdirSync(at("bare"));
writeFileSync(at("texts/a.txt"), "The cat sat.\nThe cats sat.\n\nThe dog sat.\n");
writeFileSync(at("texts/b.txt.gz"), gzipSync("A dog saw Émile's cats.\n"));
writeFileSync(at("texts/notes.md"), "ZZZ ZZZ");

async function run(line: string): Promise<{ code: number; text: string; errors: string }> {
  const terminal = recordingTerminal();
  const code = await runDps(line.split(" "), terminal);
  return { code, text: terminal.lines.join("\n"), errors: terminal.errors.join("\n") };
}

test("learns from a folder's texts, packed or not, and writes a tokenizer", async () => {
  const { code, text, errors } = await run(`vocabulary --text ${at("texts")} --size 40 --output ${at("out")}`);
  expect(errors).toBe("");
  expect(code).toBe(0);
  expect(text).toMatch(/^Text: 20 words, 11 different ones$/m);
  expect(text).toMatch(/^Vocabulary: \d\d tokens, \d\.\d{3} tokens a word$/m);
  expect(readdirSync(at("out")).sort()).toEqual(["tokenizer.json", "tokenizer_config.json", "vocab.txt"]);
  const tokens = readFileSync(at("out/vocab.txt"), "utf8").trimEnd().split("\n");
  expect(tokens.slice(0, 5)).toEqual(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]);
  expect(tokens).toContain("the");
  expect(tokens.slice(5).join("")).not.toMatch(/[A-Zéz]/);
});

test("several files one behind the other, cased", async () => {
  const files = `${at("texts/a.txt")} ${at("texts/b.txt.gz")}`;
  expect((await run(`vocabulary --text ${files} --cased --size 60 --output ${at("cased")}`)).code).toBe(0);
  const tokens = readFileSync(at("cased/vocab.txt"), "utf8").split("\n");
  expect(tokens).toContain("T");
  expect(tokens).toContain("É");
});

test.each([
  ["vocabulary --output OUT", "--text is missing"],
  ["vocabulary --text texts", "--output is missing"],
  ["vocabulary --text nowhere --output OUT", "there is no file or folder"],
  ["vocabulary --text bare --output OUT", "no .txt or .txt.gz file"],
  ["vocabulary --text texts --size 1 --output OUT", "Size is 1"],
  ["vocabulary --text texts --size 20 --output OUT", "alone take"],
  ["vocabulary --text texts texts --cased texts --output OUT", '" stands alone'],
])("%s is refused", async (line, message) => {
  const words = line.replaceAll(/texts|nowhere|bare|OUT/g, (name) => at(name));
  const { code, errors } = await run(words);
  expect(errors).toContain(message);
  expect(code).toBe(2);
});
