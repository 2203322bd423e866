import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bert } from "../reference/bert.ts";
import { missingData, writeFinetuneModel } from "./model-folder.ts";
import { readFinetune } from "./read.ts";

const fixture = readFinetune();
const reason = missingData(fixture);
if (reason !== null) console.warn(`Skipped, the real model is ${reason}`);

function readTensors(path: string): Map<string, Float64Array> {
  const file = readFileSync(path);
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header: Record<string, { data_offsets: [number, number] }> = JSON.parse(file.toString("utf8", 8, start));
  return new Map(
    Object.entries(header).map(
      ([
        name,
        {
          data_offsets: [begin, end],
        },
      ]) => [
        name,
        Float64Array.from({ length: (end - begin) / 4 }, (_, index) => file.readFloatLE(start + begin + 4 * index)),
      ],
    ),
  );
}

test("both runs share the first step, and dps-dense then goes its own way in stage II", () => {
  const [vanilla = [], dense = []] = fixture.runs.map(({ steps }) => steps);
  expect(dense.map(({ stage }) => stage)).toEqual(vanilla.map((_, index) => (index % 2) + 1));
  expect(dense[0]?.loss).toBe(vanilla[0]?.loss);
  expect(dense[1]?.gradNorm).toBeLessThan(vanilla[1]?.gradNorm ?? 0);
  expect(vanilla.length).toBe(fixture.recipe.maxSteps);
});

test.skipIf(reason !== null)("the completed checkpoint has the loss of step 1, by an independent forward", () => {
  const folder = mkdtempSync(join(tmpdir(), "golden-model-"));
  try {
    writeFinetuneModel(fixture, folder);
    const tensors = readTensors(join(folder, "model.safetensors"));
    expect([...tensors.keys()].filter((name) => !name.startsWith("bert."))).toEqual([
      "classifier.weight",
      "classifier.bias",
    ]);
    const sizes = { hidden: 128, layers: 2, heads: 2, intermediate: 512, labels: 2, eps: 1e-12 };
    expect(bert(sizes, tensors, fixture.firstBatch).loss).toBeCloseTo(
      fixture.runs[0]?.steps[0]?.loss ?? Number.NaN,
      12,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
