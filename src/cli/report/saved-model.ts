import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exportedFiles, onnxOf } from "../../models/export.ts";
import type { TrainedModel } from "../../models/export.ts";

/** Writes a Hugging Face folder; `onnx`: with a model.onnx in it. Errors: as exportedFiles and onnxOf. */
export async function saveModel(target: string, model: TrainedModel, onnx: boolean): Promise<void> {
  await mkdir(target, { recursive: true });
  for await (const { name, file } of exportedFiles(model, onnx ? onnxOf(model) : null)) {
    await writeFile(join(target, name), new Uint8Array(await file.arrayBuffer()));
  }
}
