import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { drawNormal } from "../../src/core/rng.ts";
import { sizeOf } from "../../src/core/shape.ts";
import { writeSafetensors } from "../../src/models/safetensors.ts";

const words = ["good", "bad", "fine", "poor", "film", "book", "a", "the", "very", "not", "##ly", "un", "##s", "."];
const hidden = 32;
const intermediate = 64;
const config = {
  model_type: "bert",
  architectures: ["BertModel"],
  vocab_size: words.length + 5,
  hidden_size: hidden,
  num_hidden_layers: 2,
  num_attention_heads: 1,
  intermediate_size: intermediate,
  max_position_embeddings: 128,
  type_vocab_size: 2,
  hidden_act: "gelu",
};

function shapes(): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, readonly number[]>();
  const linear = (name: string, rows: number, cols: number) => {
    found.set(`${name}.weight`, [rows, cols]);
    found.set(`${name}.bias`, [rows]);
  };
  const norm = (name: string) => {
    found.set(`${name}.LayerNorm.weight`, [hidden]);
    found.set(`${name}.LayerNorm.bias`, [hidden]);
  };
  found.set("embeddings.word_embeddings.weight", [config.vocab_size, hidden]);
  found.set("embeddings.position_embeddings.weight", [config.max_position_embeddings, hidden]);
  found.set("embeddings.token_type_embeddings.weight", [2, hidden]);
  norm("embeddings");
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const at = `encoder.layer.${layer}`;
    for (const part of ["self.query", "self.key", "self.value", "output.dense"]) {
      linear(`${at}.attention.${part}`, hidden, hidden);
    }
    norm(`${at}.attention.output`);
    linear(`${at}.intermediate.dense`, intermediate, hidden);
    linear(`${at}.output.dense`, hidden, intermediate);
    norm(`${at}.output`);
  }
  linear("pooler.dense", hidden, hidden);
  return found;
}

/** Writes a Hugging Face folder of a made-up two-layer BERT without a head. */
export async function writeSmallModel(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const tensors = [...shapes()].map(([name, shape]) => ({
    name,
    shape,
    data: Float32Array.from({ length: sizeOf(shape) }, (_, index) =>
      name.endsWith("LayerNorm.weight") ? 1 : 0.05 * drawNormal(7, name, 0, index),
    ),
  }));
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  writeFileSync(join(folder, "vocab.txt"), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ...words, ""].join("\n"));
  const blob = writeSafetensors(tensors);
  writeFileSync(join(folder, "model.safetensors"), Buffer.from(await blob.arrayBuffer()));
}

/** A table in SST-2's layout, where every sentence ends with a blank: "good" and "fine" are positive. */
export function smallTable(rowCount: number): string {
  const rows = Array.from({ length: rowCount }, (_, index) => {
    const [word, label] = [
      ["good", 1],
      ["bad", 0],
      ["fine", 1],
      ["poor", 0],
    ][index % 4] ?? ["good", 1];
    return `the ${index % 3 === 0 ? "film" : "book"} ${index % 5 === 0 ? "very " : ""}${word} . \t${label}`;
  });
  return ["sentence\tlabel", ...rows, ""].join("\n");
}
