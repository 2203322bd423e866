import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { choicesInFolder, kernelsFolder } from "../../src/cli/kept-kernels.ts";
import type { KeptKernels } from "../../src/contract/engine/kernels.ts";

const folder = mkdtempSync(join(tmpdir(), "dps-kernels-"));
afterAll(() => rmSync(folder, { recursive: true }));

const kept: KeptKernels = {
  choice: { "matmul nt 64x32": "block8x8" },
  tried: [
    {
      question: "matmul nt 64x32",
      op: "y = x Wᵀ",
      shape: "128×32 · 32×64",
      variant: "block8x8",
      ms: 0.25,
      compileMs: 12,
      rate: 2,
      unit: "FLOP",
      chosen: true,
      reason: null,
    },
  ],
};
const refuse = (note: string): never => {
  throw new Error(note);
};

test("the folder is the usual one for caches", () => {
  expect(kernelsFolder({ XDG_CACHE_HOME: "/c" })).toBe(join("/c", "dps-playground", "kernels"));
  expect(kernelsFolder({ XDG_CACHE_HOME: " " })).toBe(join(homedir(), ".cache", "dps-playground", "kernels"));
});

test("a choice is read as it was written, and nothing else lies there", async () => {
  const home = join(folder, "made", "when", "needed");
  const store = choicesInFolder(home, refuse);
  expect(await store.read("a-b-c")).toBeNull();
  await store.write("a-b-c", { choice: {}, tried: [] });
  await store.write("a-b-c", kept);
  expect(await choicesInFolder(home, refuse).read("a-b-c")).toEqual(kept);
  expect(await store.read("a-b-d")).toBeNull();
  expect(readdirSync(home)).toEqual(["a-b-c.json"]);
});

test("what is cut short or of another kind counts as none, and is written over", async () => {
  const store = choicesInFolder(folder, refuse);
  for (const text of ['{"choice":{"matm', "[]", '{"matmul nt 64x32":"block8x8"}']) {
    writeFileSync(join(folder, "spoilt.json"), text);
    expect(await store.read("spoilt")).toBeNull();
  }
  await store.write("spoilt", kept);
  expect(await store.read("spoilt")).toEqual(kept);
});

test("where nothing can be written, one note says so and the run goes on", async () => {
  writeFileSync(join(folder, "file"), "");
  const notes: string[] = [];
  const store = choicesInFolder(join(folder, "file", "kernels"), (note) => notes.push(note));
  await store.write("a", kept);
  await store.write("b", kept);
  expect(notes).toEqual([expect.stringMatching(/^The choice of kernels cannot be kept for the next run: ENOTDIR/)]);
  expect(await store.read("a")).toBeNull();
});
