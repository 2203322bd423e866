import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { openAsBlob } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runDps } from "../../../src/cli/program.ts";
import { readBundledIndex, sha256Of } from "../../../src/contract/sources/bundled.ts";
import { openSafetensors } from "../../../src/models/safetensors.ts";
import { recordingTerminal } from "../recording-terminal.ts";
import { writeSmallModel } from "../small-model.ts";

const card = "---\nlicense: mit\n---\n\n# Small one\n\nA **made-up** model.\nIt knows nothing.\n\n## Data\n\nNone.\n";

let folder: string;
let model: string;
let output: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dps-bundle-"));
  [model, output] = [join(folder, "model"), join(folder, "public", "models")];
  await writeSmallModel(model);
  await writeFile(join(model, "README.md"), card);
  await writeFile(join(model, "LICENSE"), "Free for all.\n");
  await writeFile(join(model, "checkpoint.safetensors"), "left behind");
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function run(...options: readonly string[]): Promise<{ code: number; said: string }> {
  const terminal = recordingTerminal();
  const code = await runDps(["bundle", ...options], terminal);
  return { code, said: [...terminal.lines, ...terminal.errors].join("\n") };
}

const readIndex = async () => readBundledIndex(JSON.parse(await readFile(join(output, "index.json"), "utf8")));

test("a model is packed as F16 with its card, and the index tells what the card says", async () => {
  const { code, said } = await run("--model", model, "--id", "small", "--output", output);
  expect(said).toContain("Small one: ");
  expect(code).toBe(0);
  const [entry, ...others] = await readIndex();
  expect(others).toEqual([]);
  expect(entry).toMatchObject({
    id: "small",
    label: "Small one",
    description: "A made-up model. It knows nothing.",
    license: "mit",
  });
  const names = ["LICENSE", "README.md", "config.json", "model.safetensors", "vocab.txt"];
  expect((await readdir(join(output, "small"))).toSorted()).toEqual(names);
  expect(entry?.files.map(({ name }) => name).toSorted()).toEqual(names);
  for (const { name, sizeBytes, sha256 } of entry?.files ?? []) {
    const bytes = new Uint8Array(await readFile(join(output, "small", name)));
    expect([bytes.length, await sha256Of(bytes.buffer)]).toEqual([sizeBytes, sha256]);
  }
  const config: unknown = JSON.parse(await readFile(join(output, "small", "config.json"), "utf8"));
  expect(config).toMatchObject({ architectures: ["BertModel"], torch_dtype: "float16", hidden_size: 32 });
});

test("the packed weights are the model's, rounded", async () => {
  const before = await openSafetensors(await openAsBlob(join(model, "model.safetensors")), "before");
  const after = await openSafetensors(await openAsBlob(join(output, "small", "model.safetensors")), "after");
  expect(after.entries.size).toBe(before.entries.size);
  for (const name of before.entries.keys()) {
    const [wanted, found] = [await before.read(name), await after.read(`bert.${name}`)];
    // Half an F16 step: 11 bits of a number below 1, or 2^-25 near zero.
    const wrong = wanted.findIndex(
      (value, at) => !(Math.abs(value - (found[at] ?? NaN)) <= Math.abs(value) * 2 ** -11 + 2 ** -25),
    );
    expect([name, wrong]).toEqual([name, -1]);
  }
});

test("another model comes beside it, the same id in its place", async () => {
  expect((await run("--model", model, "--id", "second", "--output", output)).code).toBe(0);
  await writeFile(join(model, "README.md"), card.replace("Small one", "Small two"));
  expect((await run("--model", model, "--id", "small", "--output", output)).code).toBe(0);
  expect((await readIndex()).map(({ id, label }) => [id, label])).toEqual([
    ["second", "Small one"],
    ["small", "Small two"],
  ]);
});

test("a packed model is packed again to the same bytes", async () => {
  const again = join(folder, "again");
  expect((await run("--model", join(output, "small"), "--id", "small", "--output", again)).code).toBe(0);
  const [entry] = readBundledIndex(JSON.parse(await readFile(join(again, "index.json"), "utf8")));
  expect(entry).toEqual((await readIndex()).find(({ id }) => id === "small"));
});

test("what cannot ship is refused in words, and nothing is written", async () => {
  const other = join(folder, "other");
  const copy = async (name: string, text: string | null): Promise<string> => {
    const target = await mkdtemp(join(folder, "copy-"));
    await cp(model, target, { recursive: true });
    if (text === null) await rm(join(target, name));
    else await writeFile(join(target, name), text);
    return target;
  };
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [await copy("README.md", null), "a", /has no README\.md/],
    [await copy("README.md", "# Title\n\nText without a licence.\n"), "a", /lacks one of a licence/],
    [await copy("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n"), "a", /it is much shorter/],
    [await copy("README.md", `${card}${"x".repeat(10_000_000)}`), "a", /at most 10,000,000\. Make a smaller one/],
    [model, "../up", /The entry "\.\.\/up" cannot be written/],
  ];
  for (const [from, id, wanted] of cases) {
    const { code, said } = await run("--model", from, "--id", id, "--output", other);
    expect(said).toMatch(wanted);
    expect(code).not.toBe(0);
  }
  await expect(readdir(other)).rejects.toThrow(/ENOENT/);
  expect((await run("--model", model, "--id", "a")).said).toMatch(/--output is missing/);
  await writeFile(join(folder, "index.json"), "{}");
  expect((await run("--model", model, "--id", "a", "--output", folder)).said).toMatch(/is no index of models/);
});
