import { drawNormal } from "../../src/core/rng.ts";
import { sizeOf } from "../../src/core/shape.ts";
import { exportedFiles, onnxOf } from "../../src/models/export.ts";
import type { TrainedModel } from "../../src/models/export.ts";
import { openFolder } from "../../src/models/folder.ts";
import type { FolderFile } from "../../src/models/folder.ts";
import { packZip } from "../../src/models/zip-writing.ts";
import { bert } from "../../src/nn/families/bert/bert.ts";
import { tinyFolder } from "./tiny-folder.ts";

/** The tiny model with a head of random weights, as an experiment would export it. */
export async function tinyTrained(labels: readonly string[], seed: number): Promise<TrainedModel> {
  const folder = await openFolder(tinyFolder());
  const configJson = await folder.json("config.json");
  const outputCount = Math.max(1, labels.length);
  const trained = bert.open(configJson);
  const tensors = trained.params(outputCount).map(({ name, shape }) => ({
    name,
    shape,
    data: Float32Array.from({ length: sizeOf(shape) }, (_, index) => 0.3 * drawNormal(seed, name, 0, index)),
  }));
  return {
    folder,
    configJson,
    outputCount,
    graph: (g) => trained.graph(g),
    lowercase: true,
    kind: labels.length === 0 ? "regression" : "classification",
    labels,
    task: labels.length === 0 ? "stsb" : "rte",
    tensors,
  };
}

/** It as Export packs it. */
export async function trainedZip(model: TrainedModel, name: string): Promise<FolderFile> {
  return { path: `${name}.zip`, file: await packZip(exportedFiles(model, onnxOf(model))) };
}
