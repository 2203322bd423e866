import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readBundledIndex } from "../../src/contract/bundled.ts";
import type { DroppedFile } from "../../src/worker/api.ts";
import { sampleTasks } from "../data/sample-tasks.ts";
import { anyChoice, tinyLength } from "../experiment/refusal.ts";
import { tinyFolder } from "../models/tiny-folder.ts";
import { connectEngine, tinyPlan } from "./engine.ts";
import type { ConnectedEngine } from "./engine.ts";

const shipped = (path: string): string => fileURLToPath(new URL(`../../public/${path}`, import.meta.url));
const blobAt = (path: string): Blob => new Blob([readFileSync(shipped(path))]);

interface ModelOfTest {
  readonly name: string;
  readonly files: readonly DroppedFile[];
  readonly maxLength: number;
}

/** The model that ships with the page; a made-up one, which knows few of the words, while there is none. */
function modelOfTest(): ModelOfTest {
  const made = { name: "a made-up model", files: tinyFolder(), maxLength: tinyLength };
  if (!existsSync(shipped("models/index.json"))) return made;
  const [model] = readBundledIndex(JSON.parse(readFileSync(shipped("models/index.json"), "utf8")));
  if (model === undefined) return made;
  const files = model.files.map(({ name }) => ({
    path: `${model.id}/${name}`,
    file: blobAt(`models/${model.id}/${name}`),
  }));
  return { name: model.id, files, maxLength: 64 };
}

let engine: ConnectedEngine;
beforeAll(() => {
  engine = connectEngine();
});
afterAll(() => engine.close());

describe("what was trained on the tasks that ship with the page", () => {
  test.each(sampleTasks)(
    "$id: onnxruntime-web gives the engine's logits, and the exported folder loads back with equal scores",
    async ({ id: task, dev: devCount }) => {
      const { trainer } = engine;
      const { name, files, maxLength } = modelOfTest();
      const plan = (training: Readonly<Record<string, number>>) =>
        tinyPlan(["vanilla"], [1], { batchSize: 16, maxLength, ...training });
      await trainer.loadModel(files);
      for (const role of ["train", "dev"] as const) {
        await trainer.loadTable(role, { path: `${role}.tsv`, file: blobAt(`tasks/${task}/${role}.tsv`) });
      }
      const { dev } = await trainer.prepareData(anyChoice, maxLength);
      const { runs } = await trainer.start(plan({}), () => undefined);
      expect(runs.map(({ status }) => status)).toEqual(["completed"]);

      const opinion = await trainer.secondOpinion("vanilla-seed1");
      const figure = opinion.maxLogitDifference.toExponential(2);
      console.log(
        `${name}, ${task}: largest difference of logits ${figure} on ${opinion.rowCount} of ${dev.count} rows`,
      );
      expect(opinion.rowCount).toBeGreaterThan(0);
      expect(opinion).toMatchObject({ agrees: true, devCount });
      // Far below a label's worth: two logits so close that rounding swaps them are not to be expected in these rows.
      expect(opinion.equalShare).toBeGreaterThan(0.99);

      const zip = await trainer.exportModel("vanilla-seed1");
      await trainer.loadModel([{ path: "again.zip", file: zip }]);
      await trainer.prepareData(anyChoice, maxLength);
      // A learning rate of 0 leaves the weights alone, so that the score is of what was read.
      const again = await trainer.start(plan({ learningRate: 0, steps: 1 }), () => undefined);
      const [before, after] = [runs, again.runs].map(([run]) => run?.evaluations.at(-1));
      expect(after?.loss).toBe(before?.loss);
      expect(after?.scores).toEqual(before?.scores);
    },
  );
});
