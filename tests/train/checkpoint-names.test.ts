import { describe, expect, test } from "vitest";
import type { Weights } from "../../src/models/weights.ts";
import { modelOf } from "../../src/nn/families/index.ts";
import { matchTensors } from "../../src/train/checkpoint-names.ts";

const model = modelOf({
  model_type: "bert",
  vocab_size: 20,
  hidden_size: 8,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 16,
  max_position_embeddings: 16,
});
const specs = model.params(2);
const bare = specs.filter(({ group }) => group !== "classifier");
const words = "bert.embeddings.word_embeddings.weight";

/** A file of these tensors, named by `rename`; null leaves one out. */
function file(
  rename: (name: string) => string | null,
  more: Readonly<Record<string, readonly number[]>> = {},
): Weights {
  const named = bare.flatMap(({ name, shape }) => {
    const to = rename(name);
    return to === null ? [] : [[to, { dtype: "F32", shape }] as const];
  });
  const others = Object.entries(more).map(([name, shape]) => [name, { dtype: "F32", shape }] as const);
  return { name: "m", entries: new Map([...named, ...others]), read: () => Promise.resolve(new Float32Array()) };
}

describe("the names of a wrapper", () => {
  test.each(["module.", "model.", "_orig_mod.", "encoder.", "transformer.", "0.auto_model.", "bert."])(
    "%s",
    (prefix) => {
      const { sources, notes, skipped } = matchTensors(
        model,
        specs,
        file((name) => `${prefix}${name}`),
      );
      expect([...sources]).toEqual(bare.map(({ name }) => [name, `${prefix}${name}`]));
      expect([notes, skipped]).toEqual([[expect.stringContaining(`"${prefix}"`)], []]);
    },
  );

  test("around names that lack the family's own, and none at all", () => {
    const short = (name: string): string => name.replace(/^bert\./, "");
    expect(
      matchTensors(
        model,
        specs,
        file((name) => `encoder.${short(name)}`),
      ).sources.size,
    ).toBe(bare.length);
    expect(matchTensors(model, specs, file(short)).notes).toEqual([]);
    expect(
      matchTensors(
        model,
        specs,
        file((name) => name),
      ).notes,
    ).toEqual([]);
  });

  test("a LoRA adapter has to be merged", () => {
    const lora = { "base_model.model.bert.encoder.layer.0.attention.self.query.lora_A.weight": [8, 8] };
    expect(() =>
      matchTensors(
        model,
        specs,
        file((name) => `base_model.model.${name}`, lora),
      ),
    ).toThrow(/LoRA adapter of PEFT \(base_model.*merge_and_unload/);
  });

  test("another model's tensors are said to be none of ours", () => {
    expect(() =>
      matchTensors(
        model,
        specs,
        file(() => null, { "h.0.attn.c_attn.weight": [8, 24] }),
      ),
    ).toThrow(/has no bert\.embeddings.* None of its 1 tensors is one of this family's \(it has h\.0\.attn/);
  });
});

test("word embeddings under the name that shares their memory", () => {
  const without = (name: string): string | null => (name === words ? null : name);
  const tied = matchTensors(model, specs, file(without, { "cls.predictions.decoder.weight": [20, 8] }));
  expect(tied.sources.get(words)).toBe("cls.predictions.decoder.weight");
  expect([tied.notes, tied.skipped]).toEqual([[expect.stringMatching(/read from cls\.predictions\.decoder/)], []]);
  expect(() => matchTensors(model, specs, file(without, { "cls.predictions.decoder.weight": [20, 9] }))).toThrow(
    /no bert/,
  );
});

test("a pooler may be missing, a layer may not; layers beyond config.json's are said", () => {
  const bald = matchTensors(
    model,
    specs,
    file((name) => (name.includes("pooler") ? null : name)),
  );
  expect(bald.notes).toEqual([expect.stringMatching(/no pooler.*a fresh one is trained/)]);
  expect(() =>
    matchTensors(
      model,
      specs,
      file((name) => (name.includes("layer.1.") ? null : name)),
    ),
  ).toThrow(
    /no bert\.encoder\.layer\.1.*It has the first 1 of the 2 layers that config\.json asks for: set their number \(num_hidden_layers/,
  );
  const deeper = { "bert.encoder.layer.2.output.dense.bias": [8], "bert.encoder.layer.3.output.dense.bias": [8] };
  expect(
    matchTensors(
      model,
      specs,
      file((name) => name, deeper),
    ).notes,
  ).toEqual(["Its file has 2 more layers than the 2 that config.json asks for."]);
});

test("a layer in the middle that is missing is no question of their number", () => {
  const without = file((name) => (name.includes("layer.0.") ? null : name));
  expect(() => matchTensors(model, specs, without)).toThrow(
    /no bert\.encoder\.layer\.0\.[^ ]+ \[8, 8\], which the model needs\.$/,
  );
});

test("half a pooler is named", () => {
  const half = file((name) => (name === "bert.pooler.dense.bias" ? null : name));
  expect(() => matchTensors(model, specs, half)).toThrow(
    /m has bert\.pooler\.dense\.weight and no bert\.pooler\.dense\.bias: it is not whole/,
  );
});

test.each([
  ["word_embeddings", [24, 8], /has shape \[24, 8\]; config\.json asks for \[20, 8\]\. .*set its vocab_size to 24/],
  ["position_embeddings", [8, 8], /set its max_position_embeddings to 8/],
  ["token_type_embeddings", [1, 8], /set its type_vocab_size to 1/],
  ["word_embeddings", [20, 9], /Use the config\.json that belongs to these weights\.$/],
])("%s %o: what of config.json would fit is said", (table, shape, message) => {
  const name = `bert.embeddings.${table}.weight`;
  const other = file((one) => (one === name ? null : one), { [name]: shape });
  expect(() => matchTensors(model, specs, other)).toThrow(message);
});

test("BART's one table of words: what of config.json would fit is said", () => {
  const sizes = {
    d_model: 8,
    encoder_layers: 1,
    decoder_layers: 1,
    encoder_attention_heads: 2,
    decoder_attention_heads: 2,
  };
  const bart = modelOf({ model_type: "bart", vocab_size: 20, ...sizes, encoder_ffn_dim: 8, decoder_ffn_dim: 8 });
  const other = { name: "m", entries: new Map([["model.shared.weight", { dtype: "F32", shape: [24, 8] }]]) };
  const weights: Weights = { ...other, read: () => Promise.resolve(new Float32Array()) };
  expect(() => matchTensors(bart, bart.params(2), weights)).toThrow(/set its vocab_size to 24/);
});

test("what the file says of itself is handed on", () => {
  const told = { ...file((name) => name), notes: ['Of m, the weights under "state_dict" are read.'] };
  expect(matchTensors(model, specs, told).notes).toEqual(told.notes);
});
