import { expect, test } from "vitest";
import type { KeptKernels } from "../../src/contract/engine/kernels.ts";
import { choicesInFiles, type TextFiles } from "../../src/worker/kept-kernels.ts";

const kept: KeptKernels = { choice: { "matmul nt 64x32": "block8x8" }, tried: [] };

test("a choice is there again after a reload; what is cut short is not", async () => {
  const written = new Map<string, string>();
  const files: TextFiles = {
    read: async (name) => written.get(name) ?? (await Promise.reject(new Error("NotFoundError"))),
    write: (name, text) => Promise.resolve(void written.set(name, text)),
  };
  expect(await choicesInFiles(files).read("a")).toBeNull();
  await choicesInFiles(files).write("a", kept);
  expect([...written.keys()]).toEqual(["a.json"]);
  expect(await choicesInFiles(files).read("a")).toEqual(kept);
  written.set("a.json", '{"choice":');
  expect(await choicesInFiles(files).read("a")).toBeNull();
});

test("without storage a choice lasts as long as the page", async () => {
  const refused = () => Promise.reject(new Error("SecurityError"));
  const files: TextFiles = { read: refused, write: refused };
  const store = choicesInFiles(files);
  expect(await store.read("a")).toBeNull();
  await store.write("a", kept);
  expect(await store.read("a")).toEqual(kept);
  expect(await choicesInFiles(files).read("a")).toBeNull();
});
