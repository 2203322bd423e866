import type { TaskEntry } from "../../src/contract/catalog.ts";
import { drawBits, drawNormal } from "../../src/core/rng.ts";
import { formatShape, sizeOf } from "../../src/core/shape.ts";
import type { EncodedSplit } from "../../src/data/dataset/batch.ts";
import { modelOf } from "../../src/nn/families/index.ts";
import { countParameters } from "../../src/nn/params.ts";
import type { Checkpoint } from "../../src/train/checkpoint.ts";

const defaults = { max_position_embeddings: 512, type_vocab_size: 2, hidden_act: "gelu", model_type: "bert" };

/** A BERT of two layers, to train in a moment. */
export const smallBert = {
  vocab_size: 50,
  hidden_size: 16,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 32,
  max_position_embeddings: 32,
};

const noFolder = {
  name: "synthetic",
  names: () => [],
  has: () => false,
  blob: () => Promise.reject(new Error("no files")),
  text: () => Promise.reject(new Error("no files")),
  json: () => Promise.reject(new Error("no files")),
};

/** A checkpoint with the given values, or with random weights N(0, 0.02²) made in memory. */
export function syntheticCheckpoint(
  sizes: Readonly<Record<string, unknown>>,
  given: ReadonlyMap<string, Float32Array> = new Map(),
): Checkpoint {
  const configJson = { ...defaults, ...sizes };
  const model = modelOf(configJson);
  const specs = model.params(2).filter((spec) => spec.group !== "classifier");
  const values = new Map(given);
  for (const spec of given.size > 0 ? [] : specs) values.set(spec.name, fresh(spec.name, sizeOf(spec.shape)));
  const bias = model.params(2).findLast(({ group }) => group === "classifier")?.name ?? "";
  const shapes = new Map(model.params(given.get(bias)?.length ?? 2).map((spec) => [spec.name, spec.shape]));
  for (const [name, array] of values) {
    const shape = shapes.get(name) ?? [];
    if (sizeOf(shape) !== array.length) throw new Error(`${name} has ${array.length} values for ${formatShape(shape)}`);
  }
  return {
    model,
    folder: noFolder,
    configJson,
    values,
    shapes,
    record: {
      name: "synthetic",
      family: model.family.id,
      parameterCount: countParameters(specs),
      ...model.sizes,
      skippedTensors: [],
      reading: [],
      notes: [],
      adaptations: [],
    },
  };
}

/** Cheap, repeatable values: LayerNorm weights 1, biases 0, the rest N(0, 0.02²) from a table of draws. */
function fresh(name: string, count: number): Float32Array {
  const values = new Float32Array(count);
  if (/[Nn]orm(_embedding)?\.weight$/.test(name)) return values.fill(1);
  if (name.endsWith("bias")) return values;
  const table = Float32Array.from({ length: 4099 }, (_, index) => 0.02 * drawNormal(3, name, 0, index));
  return values.map((_, index) => table[index % table.length] ?? 0);
}

/** Rows of random tokens with a 0 or 1 label; every row has `length` tokens, or fewer where `ragged`. */
export function syntheticSplit(count: number, length: number, vocabularySize: number, ragged = false): EncodedSplit {
  const lengths = Array.from({ length: count }, (_, row) =>
    ragged ? 3 + (drawBits(5, "length", 0, row) % (length - 2)) : length,
  );
  const offsets = new Uint32Array(count + 1);
  lengths.forEach((tokens, row) => (offsets[row + 1] = (offsets[row] ?? 0) + tokens));
  const total = offsets[count] ?? 0;
  return {
    count,
    ids: Uint32Array.from({ length: total }, (_, index) => drawBits(5, "token", 0, index) % vocabularySize),
    types: Uint8Array.from({ length: total }, (_, index) => drawBits(5, "type", 0, index) % 2),
    offsets,
    labels: Float32Array.from({ length: count }, (_, row) => drawBits(5, "label", 0, row) % 2),
    truncatedCount: 0,
  };
}

/** A two-class task scored by accuracy. */
export const syntheticTask: TaskEntry = {
  id: "synthetic",
  label: "Synthetic",
  summary: "Random tokens with random labels.",
  source: { title: "none", authors: "none", year: 2026, url: "", where: "" },
  fields: [],
  kind: "classification",
  pair: true,
  metrics: [{ id: "accuracy", label: "Accuracy", primary: true }],
  hub: null,
};
