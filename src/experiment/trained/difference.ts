import * as v from "valibot";
import { problemTypes } from "../../contract/problem-type.ts";
import { AppError } from "../../core/errors.ts";
import { parsedJson } from "../../core/json.ts";
import { sizeOf } from "../../core/shape.ts";
import { onnxOf } from "../../models/export.ts";
import type { Folder } from "../../models/folder.ts";
import { openSafetensors, writeSafetensors, type TensorData } from "../../models/safetensors.ts";
import { readCheckpoint, type Checkpoint } from "../../train/checkpoint.ts";
import type { FineTuned } from "../prediction/fine-tuned.ts";
import { kindOf, type TaskConfig } from "./task-config.ts";

/** What fine-tuning changed of a model that ships, beside that model's own files. */
export const differenceName = "difference.safetensors";

/** Rows of a larger matrix (embeddings of words) are left out where no weight moved by more than this share of itself. */
const manyRows = 1000;
const unmoved = 1e-3;

/**
 * What fine-tuning changed of a checkpoint, in F16. A head that `before` lacks is there as it is. `large`: of how many rows
 * on a matrix is large. Errors: bad-model for a checkpoint of another size.
 */
export function writeDifference(
  before: Pick<Checkpoint, "values">,
  after: Pick<FineTuned, "name" | "model" | "values" | "kind" | "labels" | "task">,
  large = manyRows,
): Blob {
  const metadata: Record<string, string> = {
    labels: JSON.stringify(after.labels),
    task: after.task ?? "",
    problem_type: problemTypes[after.kind],
  };
  const tensors = after.model.params(Math.max(1, after.labels.length)).map(({ name, shape }): TensorData => {
    const now = after.values.get(name) ?? new Float32Array();
    const start = before.values.get(name) ?? new Float32Array(now.length);
    if (start.length !== now.length) {
      const found = `${name} has ${now.length} values in ${after.name}, and ${start.length} in what it is compared with`;
      throw new AppError("bad-model", `${found}. Give the model that it was fine-tuned from.`);
    }
    const data = now.map((value, index) => value - (start[index] ?? 0));
    const [rows = 1, cols = 1] = shape;
    if (shape.length !== 2 || rows < large) return { name, shape, data };
    const moved = Array.from({ length: rows }, (_, row) => row).filter((row) =>
      data
        .subarray(row * cols, (row + 1) * cols)
        .some((one, col) => Math.abs(one) > unmoved * Math.abs(start[row * cols + col] ?? 0)),
    );
    metadata[`rows ${name}`] = JSON.stringify(moved);
    const kept = moved.map((row) => [...data.subarray(row * cols, (row + 1) * cols)]).flat();
    return { name, shape: [moved.length, cols], data: Float32Array.from(kept) };
  });
  return writeSafetensors(tensors, metadata, "F16");
}

const rowList = v.array(v.pipe(v.number(), v.integer(), v.minValue(0)));

/**
 * The fine-tuned model of a folder with a pre-trained one and its difference, as an ONNX file. Errors: as readCheckpoint;
 * bad-model for a difference of another model.
 */
export async function readDifference(folder: Folder): Promise<TaskConfig & { readonly onnx: Blob }> {
  const checkpoint = await readCheckpoint(folder);
  const file = await openSafetensors(await folder.blob(differenceName), differenceName);
  const refused = (): AppError =>
    new AppError("bad-model", `${differenceName} is of another model than ${folder.name}. Reload the page.`);
  const listed = <T>(schema: v.GenericSchema<unknown, T>, key: string): T => {
    const read = v.safeParse(schema, parsedJson(file.metadata.get(key) ?? "", refused));
    if (!read.success) throw refused();
    return read.output;
  };
  const labels = listed(v.array(v.string()), "labels");
  const outputCount = Math.max(1, labels.length);
  const tensors: TensorData[] = [];
  for (const { name, shape } of checkpoint.model.params(outputCount)) {
    const data = Float32Array.from(checkpoint.values.get(name) ?? new Float32Array(sizeOf(shape)));
    const moved = await file.read(name);
    const cols = shape[1] ?? 1;
    const rows = file.metadata.has(`rows ${name}`) ? listed(rowList, `rows ${name}`) : null;
    if (moved.length !== (rows === null ? data.length : rows.length * cols)) throw refused();
    for (const [index, one] of moved.entries()) {
      const at = rows === null ? index : (rows[Math.floor(index / cols)] ?? 0) * cols + (index % cols);
      data[at] = (data[at] ?? 0) + one;
    }
    tensors.push({ name, shape, data });
  }
  const task = file.metadata.get("task") ?? "";
  // Files of earlier versions do not say.
  const problemType = file.metadata.get("problem_type") ?? (labels.length === 0 ? problemTypes.regression : null);
  const { model, configJson } = checkpoint;
  const onnx = onnxOf({
    folder,
    configJson,
    outputCount,
    kind: kindOf(problemType),
    labels,
    task,
    tensors,
    lowercase: true,
    graph: (g) => model.graph(g),
  });
  return { names: labels, problemType, task, onnx };
}
