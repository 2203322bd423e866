import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openModelPath } from "../../src/cli/files.ts";
import { openFolder } from "../../src/models/folder.ts";
import { openSafetensors } from "../../src/models/safetensors.ts";
import { bert } from "../reference/bert.ts";
import { writeFinetuneModel } from "./model-folder.ts";
import { readFinetune } from "./read.ts";

const fixture = readFinetune();

test("both runs share the first step, and dps-dense then goes its own way in stage II", () => {
  const [vanilla = [], dense = []] = fixture.runs.map(({ steps }) => steps);
  expect(dense.map(({ stage }) => stage)).toEqual(vanilla.map((_, index) => (index % 2) + 1));
  expect(dense[0]?.loss).toBe(vanilla[0]?.loss);
  expect(dense[1]?.gradNorm).toBeLessThan(vanilla[1]?.gradNorm ?? 0);
  expect(vanilla.length).toBe(fixture.recipe.maxSteps);
});

test("the completed checkpoint has the loss of step 1, by an independent forward", async () => {
  const folder = mkdtempSync(join(tmpdir(), "golden-model-"));
  try {
    writeFinetuneModel(fixture, folder);
    const files = await openFolder(await openModelPath(folder));
    const weights = await openSafetensors(await files.blob("model.safetensors"), "model.safetensors");
    const tensors = new Map<string, Float64Array>();
    for (const name of weights.entries.keys()) tensors.set(name, Float64Array.from(await weights.read(name)));
    const config = await files.json("config.json");
    expect(config).toMatchObject({ num_hidden_layers: 3, hidden_size: 192, num_attention_heads: 6 });
    const sizes = { hidden: 192, layers: 3, heads: 6, intermediate: 768, labels: 2, eps: 1e-12 };
    expect(bert(sizes, tensors, fixture.firstBatch).loss).toBeCloseTo(
      fixture.runs[0]?.steps[0]?.loss ?? Number.NaN,
      12,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
