import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundledFiles, bundledModels } from "../bundled.ts";
import { sampleTasks } from "../data/sample-tasks.ts";
import { anyChoice } from "../experiment/refusal.ts";
import { connectEngine, tinyPlan } from "./engine.ts";
import type { ConnectedEngine } from "./engine.ts";

const blobAt = (path: string): Blob =>
  new Blob([readFileSync(fileURLToPath(new URL(`../../public/${path}`, import.meta.url)))]);

/** Tokens a row is cut to. */
const maxLength = 64;

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
      const plan = (training: Readonly<Record<string, number>>) =>
        tinyPlan(["vanilla"], [1], { batchSize: 16, maxLength, ...training });
      await trainer.loadModel(bundledFiles());
      for (const role of ["train", "dev"] as const) {
        await trainer.loadTable(role, { path: `${role}.tsv`, file: blobAt(`tasks/${task}/${role}.tsv`) });
      }
      const { dev } = await trainer.prepareData(anyChoice, maxLength);
      const { runs } = await trainer.start(plan({}), () => undefined);
      expect(runs.map(({ status }) => status)).toEqual(["completed"]);

      const opinion = await trainer.secondOpinion("vanilla-seed1");
      const figure = opinion.maxLogitDifference.toExponential(2);
      console.log(
        `${bundledModels[0]?.id ?? ""}, ${task}: largest difference of logits ${figure} on ${opinion.rowCount} of ${dev.count} rows`,
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
