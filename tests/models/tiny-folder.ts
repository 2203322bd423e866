import { drawNormal } from "../../src/core/rng.ts";
import { sizeOf } from "../../src/core/shape.ts";
import type { FolderFile } from "../../src/models/folder.ts";
import { writeSafetensors } from "../../src/models/safetensors.ts";
import type { TensorData } from "../../src/models/safetensors.ts";
import { bert } from "../../src/nn/families/bert/bert.ts";
import { distilBert } from "../../src/nn/families/distilbert/distilbert.ts";
import { electra } from "../../src/nn/families/electra/electra.ts";
import { modelOf } from "../../src/nn/families/index.ts";
import type { Model } from "../../src/nn/model.ts";
import { spmFile, spmMarks } from "../data/text/spm-file.ts";
import { torchFile } from "./torch-file.ts";

const animals = ["cat", "dog", "bird", "fish"];
const verbs = ["sat", "ran", "slept"];
const places = ["garden", "house", "street"];
const words = [...animals, ...verbs, ...places, "the", "a", "in", "near", "old", "##s", "."];

/** Every token of the tiny model's vocabulary, in the order of its id. */
export const tinyVocabulary: readonly string[] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ...words];

/** The tiny model's config.json. */
export const tinyConfig: Readonly<Record<string, unknown>> = {
  model_type: "bert",
  vocab_size: tinyVocabulary.length,
  hidden_size: 16,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 32,
  max_position_embeddings: 32,
  type_vocab_size: 2,
  hidden_act: "gelu",
};

/** Parts of the tiny model's folder that are to differ. */
export interface TinyChanges {
  /** Fields of config.json to replace or, as undefined, to leave out; the tensors stay those of the whole one. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly vocabulary?: readonly string[];
  /** Changes the tensors, which have the sizes of tinyConfig and no head. */
  readonly tensors?: (tensors: readonly TensorData[]) => readonly TensorData[];
  /** The file that holds them; model.safetensors where it is left out. */
  readonly weights?: "model.safetensors" | "pytorch_model.bin";
  /** Files to put in place of the made ones, or beside them; null leaves one out. */
  readonly files?: Readonly<Record<string, string | Blob | null>>;
}

/** A Hugging Face folder of a made-up BERT of one layer, hidden 16, as it would be dropped on the page. */
export function tinyFolder(changes: TinyChanges = {}): readonly FolderFile[] {
  const made = tensorsOf(bert.open(tinyConfig));
  const tensors = changes.tensors?.(made) ?? made;
  const files: Record<string, string | Blob | null> = {
    "config.json": JSON.stringify({ ...tinyConfig, ...changes.config }),
    "vocab.txt": `${(changes.vocabulary ?? tinyVocabulary).join("\n")}\n`,
    ...(changes.weights === "pytorch_model.bin"
      ? { "pytorch_model.bin": torchFile(tensors) }
      : { "model.safetensors": writeSafetensors(tensors) }),
    ...changes.files,
  };
  return Object.entries(files).flatMap(([name, file]) =>
    file === null ? [] : [{ path: `tiny/${name}`, file: typeof file === "string" ? new Blob([file]) : file }],
  );
}

/** The same of a made-up DistilBERT. */
export function tinyDistilBert(): readonly FolderFile[] {
  const config = { model_type: "distilbert", dim: 16, n_layers: 1, n_heads: 2, hidden_dim: 32 };
  return tinyFolder({ config, tensors: () => tensorsOf(distilBert.open({ ...tinyConfig, ...config })) });
}

/** The same of a made-up ELECTRA, with tables narrower than its hidden states. */
export function tinyElectra(): readonly FolderFile[] {
  const config = { model_type: "electra", embedding_size: 12 };
  return tinyFolder({ config, tensors: () => tensorsOf(electra.open({ ...tinyConfig, ...config })) });
}

/** The same of a made-up RoBERTa, whose words are merged letter by letter. */
export function tinyRoberta(): readonly FolderFile[] {
  return tinyByteLevel({ model_type: "roberta", max_position_embeddings: 34, type_vocab_size: 1 });
}

/** The same of a made-up BART, of two layers in all. */
export function tinyBart(): readonly FolderFile[] {
  const side = (name: string) => ({ [`${name}_layers`]: 1, [`${name}_attention_heads`]: 2, [`${name}_ffn_dim`]: 32 });
  return tinyByteLevel({ model_type: "bart", d_model: 16, ...side("encoder"), ...side("decoder") });
}

/** The same of a made-up DeBERTa: its own marks, distances beside positions, tables narrower than its hidden states. */
export function tinyDeberta(): readonly FolderFile[] {
  const relative = { relative_attention: true, max_relative_positions: 12, pos_att_type: "c2p|p2c" };
  const marks = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "[MASK]"];
  return tinyByteLevel({ model_type: "deberta", embedding_size: 12, ...relative }, marks);
}

/** The same of a made-up DeBERTa v3, whose words are pieces of an spm.model. */
export function tinyDebertaV2(): readonly FolderFile[] {
  const letters = [...new Set(Array.from(words.join("")))];
  const pieces = [...new Set(["\u2581", ...words.map((word) => `\u2581${word}`), "old", ...letters])];
  const config = {
    model_type: "deberta-v2",
    // Filled up to a multiple of eight, as the published ones are.
    vocab_size: 8 * Math.ceil((spmMarks.length + pieces.length + 1) / 8),
    type_vocab_size: 0,
    position_biased_input: false,
    relative_attention: true,
    position_buckets: 8,
    norm_rel_ebd: "layer_norm",
    share_att_key: true,
    pos_att_type: "p2c|c2p",
  };
  const scored = pieces.map((piece, rank) => [piece, -rank] as const);
  const files = { "vocab.txt": null, "spm.model": new Blob([spmFile([...spmMarks, ...scored])]) };
  return tinyFolder({ config, files, tensors: () => tensorsOf(modelOf({ ...tinyConfig, ...config })) });
}

/** `own`: what config.json says but for the vocabulary; `marks`: those in front of it, and the last of all. */
function tinyByteLevel(
  own: Readonly<Record<string, unknown>>,
  marks: readonly string[] = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
): readonly FolderFile[] {
  const merges = [...words, "old"].flatMap((word) => {
    const letters = ["Ġ", ...Array.from(word)];
    return letters.slice(1).map((letter, index) => `${letters.slice(0, index + 1).join("")} ${letter}`);
  });
  const letters = ["Ġ", ...new Set(Array.from(words.join("")))];
  const merged = merges.map((pair) => pair.replace(" ", ""));
  const vocabulary = [...new Set([...marks.slice(0, -1), ...letters, ...merged, ...marks.slice(-1)])];
  const config = { ...own, vocab_size: vocabulary.length };
  const files = {
    "vocab.txt": null,
    "vocab.json": JSON.stringify(Object.fromEntries(vocabulary.map((token, id) => [token, id]))),
    "merges.txt": `#version: 0.2\n${[...new Set(merges)].join("\n")}\n`,
  };
  return tinyFolder({ config, files, tensors: () => tensorsOf(modelOf({ ...tinyConfig, ...config })) });
}

/** A model's random weights N(0, 0.05²) without a head, the same every time; LayerNorm's are 1. */
function tensorsOf(model: Model): readonly TensorData[] {
  const specs = model.params(2).filter((spec) => spec.group !== "classifier");
  return specs.map(({ name, shape }) => ({
    name,
    shape,
    data: Float32Array.from({ length: sizeOf(shape) }, (_, index) =>
      /[Nn]orm(_embedding)?\.weight$/.test(name) ? 1 : 0.05 * drawNormal(7, name, 0, index),
    ),
  }));
}

/** A table in RTE's layout, of the tiny model's words: entailed where both texts are of one animal. */
export function rteTable(rowCount: number): string {
  const pick = (list: readonly string[], index: number): string => list[index % list.length] ?? "";
  const rows = Array.from({ length: rowCount }, (_, index) => {
    const entailed = index % 2 === 0;
    const place = pick(places, index);
    const first = `the old ${pick(animals, index)} ${pick(verbs, index)} in the ${place} near a ${pick(places, index + 1)} .`;
    const second = `${index % 3 === 0 ? "the old" : "a"} ${pick(animals, entailed ? index : index + 1)} ${pick(verbs, index)} in the ${place} .`;
    return [index, first, second, entailed ? "entailment" : "not_entailment"].join("\t");
  });
  return ["index\tsentence1\tsentence2\tlabel", ...rows, ""].join("\n");
}
