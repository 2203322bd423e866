import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openModelPath } from "../../src/cli/files.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dps-files-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), "x");
  }
}

test("a model lies in a folder, or two levels below; one that is whole is not looked into further", async () => {
  await write(
    "run/readme.md",
    "run/checkpoint-1/config.json",
    "run/a/b/vocab.txt",
    "run/a/b/c/too-deep.txt",
    "run/.git/x",
  );
  const paths = async (name: string) => (await openModelPath(join(folder, name))).map(({ path }) => path);
  expect(await paths("run")).toEqual(["run/readme.md", "run/a/b/vocab.txt", "run/checkpoint-1/config.json"]);
  await write("run/config.json", "run/model.safetensors");
  expect(await paths("run")).toEqual(["run/config.json", "run/model.safetensors", "run/readme.md"]);
});

test("a folder of far more files than a model has is refused, and none of them left out", async () => {
  await write(...Array.from({ length: 501 }, (_, index) => `many/${index}/part.txt`));
  await expect(openModelPath(join(folder, "many"))).rejects.toThrow(/--model: there are more than 500 files in .*many/);
});
