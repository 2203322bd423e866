import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Folder } from "../models/folder.ts";
import { writeSafetensors } from "../models/safetensors.ts";
import type { TensorData } from "../models/safetensors.ts";

/** A fine-tuned model, and what it was made from. */
export interface TrainedModel {
  /** The pre-trained model's folder. */
  readonly folder: Folder;
  readonly configJson: unknown;
  readonly lowercase: boolean;
  /** Class names; [] for a regression. */
  readonly labels: readonly string[];
  readonly tensors: readonly TensorData[];
}

/** Files that Hugging Face's tokenizers are made of. */
const tokenizerFiles = [
  "vocab.txt",
  "vocab.json",
  "merges.txt",
  "spm.model",
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
  "added_tokens.json",
];

/** config.json of the pre-trained model with the task's head. Source: Hugging Face's PretrainedConfig. */
export function taskConfig(configJson: unknown, labels: readonly string[]): Readonly<Record<string, unknown>> {
  const config: Record<string, unknown> =
    typeof configJson === "object" && configJson !== null ? { ...configJson } : {};
  const names = labels.length === 0 ? ["LABEL_0"] : labels;
  const { architectures } = config;
  const [architecture]: readonly unknown[] = Array.isArray(architectures) ? architectures : [];
  const stem = typeof architecture === "string" ? architecture.replace(/(For[A-Z]\w*|Model)$/, "") : null;
  return {
    ...config,
    ...(stem === null ? {} : { architectures: [`${stem}ForSequenceClassification`] }),
    num_labels: names.length,
    id2label: Object.fromEntries(names.map((name, index) => [String(index), name])),
    label2id: Object.fromEntries(names.map((name, index) => [name, index])),
    problem_type: labels.length === 0 ? "regression" : "single_label_classification",
    torch_dtype: "float32",
  };
}

/** Writes a Hugging Face folder: config.json, the tokenizer's files and model.safetensors in F32. */
export async function saveModel(target: string, model: TrainedModel): Promise<void> {
  await mkdir(target, { recursive: true });
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  await writeFile(join(target, "config.json"), json(taskConfig(model.configJson, model.labels)));
  for (const name of tokenizerFiles.filter((file) => model.folder.has(file))) {
    await writeBlob(join(target, name), await model.folder.blob(name));
  }
  // Without it Hugging Face would lower-case whatever the vocabulary holds.
  if (!model.folder.has("tokenizer_config.json") && !model.folder.has("tokenizer.json")) {
    await writeFile(join(target, "tokenizer_config.json"), json({ do_lower_case: model.lowercase }));
  }
  await writeBlob(join(target, "model.safetensors"), writeSafetensors(model.tensors));
}

async function writeBlob(path: string, blob: Blob): Promise<void> {
  await writeFile(path, new Uint8Array(await blob.arrayBuffer()));
}
