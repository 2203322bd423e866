import type { TaskKind } from "../contract/catalog.ts";
import { problemTypes } from "../contract/problem-type.ts";
import { isObject, type JsonObject } from "../core/json.ts";
import type { Folder } from "./folder.ts";
import { writeOnnx, type OnnxGraph } from "./onnx/graph.ts";
import { writeSafetensors, type TensorData } from "./safetensors.ts";

/** A fine-tuned model, and what it was made from. */
export interface TrainedModel {
  /** The pre-trained model's folder. */
  readonly folder: Folder;
  readonly configJson: unknown;
  readonly outputCount: number;
  /** Its forward. */
  readonly graph: (g: OnnxGraph) => void;
  readonly lowercase: boolean;
  readonly kind: TaskKind;
  /** Names of classes or labels; [] for a regression. */
  readonly labels: readonly string[];
  /** Id of the task it was trained for. */
  readonly task: string;
  readonly tensors: readonly TensorData[];
}

/** A file by its name in the folder. */
export interface ExportedFile {
  readonly name: string;
  readonly file: Blob;
}

/** Files that go along with the weights: the tokenizer's, and those that a licence such as Apache-2.0 wants handed on. */
export const copiedFiles: readonly string[] = [
  "vocab.txt",
  "vocab.json",
  "merges.txt",
  "spm.model",
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
  "LICENSE",
  "NOTICE",
];

/** config.json of the pre-trained model with the task's head. Source: Hugging Face's PretrainedConfig. */
export function taskConfig(
  configJson: unknown,
  { kind, labels, task }: Pick<TrainedModel, "kind" | "labels" | "task">,
): Readonly<Record<string, unknown>> {
  const config: JsonObject = isObject(configJson) ? configJson : {};
  const names = labels.length === 0 ? ["LABEL_0"] : labels;
  const architectures = config["architectures"];
  const [architecture]: readonly unknown[] = Array.isArray(architectures) ? architectures : [];
  const stem = typeof architecture === "string" ? architecture.replace(/(For[A-Z]\w*|Model)$/, "") : null;
  return {
    ...config,
    ...(stem === null ? {} : { architectures: [`${stem}ForSequenceClassification`] }),
    num_labels: names.length,
    id2label: Object.fromEntries(names.map((name, index) => [String(index), name])),
    label2id: Object.fromEntries(names.map((name, index) => [name, index])),
    finetuning_task: task,
    problem_type: problemTypes[kind],
    torch_dtype: "float32",
  };
}

/**
 * The files of a Hugging Face folder, one after another: config.json, the tokenizer's and the licence, model.safetensors
 * in F32, and model.onnx where one is given. Errors: bad-model where a file of the pre-trained model is gone.
 */
export async function* exportedFiles(model: TrainedModel, onnx: Blob | null): AsyncGenerator<ExportedFile, void> {
  const { folder } = model;
  const own = folder.has("config.json") ? await folder.text("config.json") : "";
  yield { name: "config.json", file: new Blob([withPoints(jsonText(taskConfig(model.configJson, model)), own)]) };
  yield* copiedFilesOf(folder, model.lowercase);
  yield { name: "model.safetensors", file: writeSafetensors(model.tensors) };
  if (onnx !== null) yield { name: "model.onnx", file: onnx };
}

/** The model as an ONNX file. Errors: as writeOnnx. */
export function onnxOf({ folder, outputCount, kind, labels, tensors, graph }: TrainedModel): Blob {
  return writeOnnx({ name: folder.name, kind, labels, outputCount, tensors, build: graph });
}

/** What is needed of a folder whose tokenizer and licence go along. */
export type CopiedFiles = Pick<Folder, "has" | "blob">;

/** The files of a folder's tokenizer, and its licence; `lowercase`: what the tokenizer does. Errors: bad-model where one is gone. */
export async function* copiedFilesOf(folder: CopiedFiles, lowercase: boolean): AsyncGenerator<ExportedFile, void> {
  for (const name of copiedFiles.filter((file) => folder.has(file))) {
    yield { name, file: await folder.blob(name) };
  }
  // Without it Hugging Face would lower-case whatever the vocabulary holds.
  if (!folder.has("tokenizer_config.json") && !folder.has("tokenizer.json")) {
    yield jsonFile("tokenizer_config.json", { do_lower_case: lowercase });
  }
}

/** A value as a file of JSON. */
export function jsonFile(name: string, value: unknown): ExportedFile {
  return { name, file: new Blob([jsonText(value)]) };
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/**
 * JSON in which whole numbers have a decimal point that have one in the original, under the same name: transformers 5 takes 0
 * for no float, and so refuses an encoder_layerdrop of it.
 */
function withPoints(json: string, original: string): string {
  const floats = new Set([...original.matchAll(/"(\w+)"\s*:\s*-?\d+\.0+(?=[\s,}])/g)].map(([, name]) => name));
  return json.replaceAll(/^( {2}"(\w+)": -?\d+)(?=,?$)/gm, (line, start: string, name: string) =>
    floats.has(name) ? `${start}.0` : line,
  );
}
