import { expect, test } from "vitest";
import type { Weights } from "../../src/models/weights.ts";
import { modelOf } from "../../src/nn/families/index.ts";
import { matchTensors } from "../../src/train/checkpoint-names.ts";
import { weightsReading } from "../../src/train/model-reading.ts";

const sizes = { vocab_size: 20, hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 16 };
const config = { model_type: "bert", max_position_embeddings: 16, ...sizes };

interface Made {
  readonly config?: Readonly<Record<string, unknown>>;
  /** Takes the name that Hugging Face has; null leaves the tensor out. */
  readonly rename?: (name: string) => string | null;
  readonly dtype?: (name: string) => string;
  readonly classes?: number;
  readonly key?: string;
}

/** What is said of a file of a model's tensors. */
function readingOf({
  config: own,
  rename = (name) => name,
  dtype = () => "F32",
  classes = 2,
  key,
}: Made): readonly string[] {
  const model = modelOf({ ...config, ...own });
  const entries = model.params(classes).flatMap(({ name, shape }) => {
    const to = rename(name);
    return to === null ? [] : [[to, { dtype: dtype(name), shape }] as const];
  });
  const file: Weights = {
    name: "pytorch_model.bin",
    ...(key === undefined ? {} : { key }),
    entries: new Map(entries),
    read: () => Promise.resolve(new Float32Array()),
  };
  const specs = model.params(2);
  return weightsReading(file, matchTensors(model, specs, file), specs);
}

test("a Lightning checkpoint: the key, the prefix, and the classes of its head", () => {
  expect(readingOf({ key: "state_dict", rename: (name) => `model.${name}`, classes: 3 })).toEqual([
    "pytorch_model.bin",
    'under "state_dict"',
    "float32",
    'prefix "model." taken off',
    "head of 3 classes",
  ]);
});

test.each<[string, Made, readonly string[]]>([
  [
    "half floats beside others, one score",
    { dtype: (name) => (name.includes("LayerNorm") ? "F32" : "BF16"), classes: 1 },
    ["bfloat16 and float32", "head of one score"],
  ],
  [
    "a masked-word model, whose words are tied",
    {
      rename: (name) =>
        /pooler|classifier/.test(name)
          ? null
          : name.replace("bert.embeddings.word_embeddings.weight", "cls.predictions.decoder.weight"),
    },
    ["float32", "tied word embeddings", "no pooler", "no head"],
  ],
  ["half a head is none", { rename: (name) => (name === "classifier.bias" ? null : name) }, ["float32", "no head"]],
  [
    "a head of two layers",
    { config: { model_type: "distilbert", dim: 8, n_layers: 1, n_heads: 2, hidden_dim: 16 }, classes: 4 },
    ["float32", "head of 4 classes"],
  ],
])("%s", (_, made, wanted) => {
  expect(readingOf(made).slice(1)).toEqual(wanted);
});
