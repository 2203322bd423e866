import { zipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FolderFile } from "../../src/models/folder.ts";
import { tinyFolder } from "../models/tiny-folder.ts";
import { connectEngine, tinyPlan, type ConnectedEngine } from "../worker/engine.ts";
import { anyChoice, tinyLength } from "./refusal.ts";

let engine: ConnectedEngine;
beforeAll(async () => {
  engine = connectEngine();
  await engine.load();
});
afterAll(() => engine.close());

/** The losses of a short run from this model. */
async function lossesOf(files: readonly FolderFile[]): Promise<readonly number[]> {
  await engine.trainer.loadModel(files);
  await engine.trainer.prepareData(anyChoice, tinyLength);
  const result = await engine.trainer.start(tinyPlan(["vanilla"], [1]), () => undefined);
  expect(result.runs.map(({ status }) => status)).toEqual(["completed"]);
  return result.runs.flatMap(({ steps }) => steps.map(({ loss }) => loss));
}

test("pytorch_model.bin trains like model.safetensors of the same values, also inside a .zip", async () => {
  const wanted = await lossesOf(tinyFolder());
  expect(wanted.length).toBe(4);
  const pickled = tinyFolder({ weights: "pytorch_model.bin" });
  expect(await lossesOf(pickled)).toEqual(wanted);
  const bytes = pickled.map(async ({ path, file }) => [path, new Uint8Array(await file.arrayBuffer())] as const);
  const zip = new Blob([zipSync(Object.fromEntries(await Promise.all(bytes))).slice()]);
  expect(await lossesOf([{ path: "tiny.zip", file: zip }])).toEqual(wanted);
});

test("where both are there, model.safetensors is read", async () => {
  const both = tinyFolder({ files: { "pytorch_model.bin": "not read" } });
  expect(await lossesOf(both)).toEqual(await lossesOf(tinyFolder()));
});

test("the older names of LayerNorm's weights are known", async () => {
  const older = tinyFolder({
    weights: "pytorch_model.bin",
    tensors: (tensors) =>
      tensors.map((tensor) => ({
        ...tensor,
        name: tensor.name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"),
      })),
  });
  expect(await lossesOf(older)).toEqual(await lossesOf(tinyFolder()));
});
