import { describe, expect, test } from "vitest";
import { globals } from "webgpu";
import { debertaByteLevel, robertaByteLevel } from "../../../src/data/text/byte-level.ts";
import { sentencePiece } from "../../../src/data/text/sentence-piece.ts";
import { wordPiece } from "../../../src/data/text/wordpiece.ts";
import { createArena } from "../../../src/gpu/arena.ts";
import type { Kernel } from "../../../src/gpu/kernel.ts";
import { writeOnnx } from "../../../src/models/onnx/graph.ts";
import { openOnnx } from "../../../src/models/onnx/onnx-runtime.ts";
import { modelOf } from "../../../src/nn/families/index.ts";
import { reserveInputs } from "../../../src/nn/inputs.ts";
import { createParams } from "../../../src/nn/params.ts";
import { createScope } from "../../../src/nn/scope.ts";
import { portableKernels } from "../../../src/nn/tuning/choice.ts";
import { familyNames, readGolden } from "../../golden/read.ts";
import { exactReference } from "../../reference/array.ts";
import { expectClose } from "../../reference/compare.ts";

Object.assign(globalThis, globals);

const sizes = { vocab_size: 9, hidden_size: 8, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 12 };
const electra = { model_type: "electra", ...sizes, embedding_size: 6, max_position_embeddings: 7 };
const roberta = { model_type: "roberta", ...sizes, max_position_embeddings: 9 };

/** The kernels of a forward in training, in their order. */
function kernelsOf(config: object): readonly string[] {
  const model = modelOf(config);
  const mem = createArena(null);
  const names: string[] = [];
  const rec = {
    run: ({ name }: Kernel) => void names.push(name),
    copy: () => {},
    clear: () => {},
    submit: () => {},
    phase: () => {},
  };
  const s = createScope({ rec, mem, seed: 1, step: 1, dropout: model.dropout, kernels: portableKernels });
  const inputs = reserveInputs(mem, { tokenCount: 6, sequenceCount: 2, maxLength: 3 }, model.tokens);
  model.forward(s, createParams(mem, model.params(2)), inputs);
  return names;
}

describe("ELECTRA", () => {
  test("has Hugging Face's defaults", () => {
    const { sizes: said, dropout, tokenizer, tokens } = modelOf(electra);
    expect(said).toEqual({ vocabularySize: 9, hiddenSize: 8, layerCount: 2, headCount: 2, maxPositions: 7 });
    expect(dropout).toEqual({ hidden: 0.1, attention: 0.1, classifier: 0.1 });
    expect(tokenizer).toEqual({ vocabularySize: 9, typeCount: 2, older: wordPiece });
    expect(tokens).toEqual({ padId: 0, positionsBehindPad: false });
    expect(modelOf({ ...electra, hidden_dropout_prob: 0.3 }).dropout.classifier).toBe(0.3);
    expect(modelOf({ ...electra, classifier_dropout: 0.2 }).dropout.classifier).toBe(0.2);
  });

  test("has a Linear behind narrower tables, of which no method selects, and none where they are as wide", () => {
    const projections = (config: object) =>
      modelOf(config)
        .params(3)
        .filter(({ name }) => name.includes("embeddings_project"))
        .map(({ name, shape, group, depth, decay, selectable }) => [name, shape, group, depth, decay, selectable]);
    expect(projections(electra)).toEqual([
      ["electra.embeddings_project.weight", [8, 6], "embeddings", 0, true, false],
      ["electra.embeddings_project.bias", [8], "embeddings", 0, false, false],
    ]);
    expect(projections({ ...electra, embedding_size: 8 })).toEqual([]);
    // Where config.json does not say, it is 128.
    const { embedding_size: _, ...silent } = electra;
    expect(projections(silent)[0]?.[1]).toEqual([8, 128]);
    expect(
      modelOf(electra)
        .params(3)
        .filter(({ name }) => /_embeddings|embeddings\.L/.test(name))
        .map(({ shape }) => shape.at(-1)),
    ).toEqual([6, 6, 6, 6, 6]);
  });

  test("drops behind the embeddings' LayerNorm, in every layer, and twice in its head around GELU", () => {
    const kernels = kernelsOf(electra).map((name) => name.replace(/^layernorm_forward_(dropout|plain).*/, "norm $1"));
    const order = kernels.filter((name) => /^(norm|dropout|activation|tanh|first|attention_forward)/.test(name));
    expect(order.filter((name) => !name.startsWith("attention"))).toEqual([
      "norm plain",
      "dropout_forward",
      ...Array(4).fill("norm dropout"),
      "first_tokens_forward",
      "dropout_forward",
      "activation_forward_gelu",
      "dropout_forward",
    ]);
  });
});

describe("RoBERTa", () => {
  test("has Hugging Face's defaults, and as many places as lie behind the pad token's", () => {
    const { sizes: said, dropout, tokenizer, tokens } = modelOf(roberta);
    expect(said).toEqual({ vocabularySize: 9, hiddenSize: 8, layerCount: 2, headCount: 2, maxPositions: 7 });
    expect(dropout).toEqual({ hidden: 0.1, attention: 0.1, classifier: 0.1 });
    // Its texts are told apart by marks alone, whatever the table of types holds.
    expect(tokenizer).toEqual({ vocabularySize: 9, typeCount: 0, older: robertaByteLevel });
    expect(tokens).toEqual({ padId: 1, positionsBehindPad: true });
    expect(modelOf({ ...roberta, pad_token_id: 5 }).sizes.maxPositions).toBe(3);
  });

  test("ends in tanh between two Linears, each dropped into", () => {
    const order = kernelsOf(roberta).filter((name) => /^(dropout|activation|tanh|first)/.test(name));
    expect(order).toEqual([
      "dropout_forward",
      "first_tokens_forward",
      "dropout_forward",
      "tanh_forward",
      "dropout_forward",
    ]);
  });

  test.each(["xlm-roberta", "camembert"])("%s is the same but for its tokenizer", (model_type) => {
    const other = modelOf({ ...roberta, model_type });
    expect(other.params(2)).toEqual(modelOf(roberta).params(2));
    expect([other.family.id, other.tokenizer.older]).toEqual([model_type, null]);
    expect(kernelsOf({ ...roberta, model_type })).toEqual(kernelsOf(roberta));
  });
});

const bart = {
  model_type: "bart",
  vocab_size: 9,
  d_model: 8,
  encoder_layers: 1,
  decoder_layers: 2,
  encoder_attention_heads: 2,
  decoder_attention_heads: 4,
  encoder_ffn_dim: 12,
  decoder_ffn_dim: 16,
};

describe("BART", () => {
  test("has Hugging Face's defaults", () => {
    const { sizes: said, dropout, tokenizer, tokens, initializerRange } = modelOf(bart);
    expect(said).toEqual({ vocabularySize: 9, hiddenSize: 8, layerCount: 3, headCount: 2, maxPositions: 1024 });
    // What is dropped before the classifier does not follow the others.
    expect(dropout).toEqual({ hidden: 0.1, attention: 0, classifier: 0, activation: 0 });
    expect(tokenizer).toEqual({ vocabularySize: 9, typeCount: 0, older: robertaByteLevel });
    expect(tokens).toEqual({
      padId: 1,
      positionsBehindPad: false,
      firstPosition: 2,
      decoder: { startId: 2, endId: 2 },
    });
    expect([initializerRange, modelOf({ ...bart, init_std: 0.1 }).initializerRange]).toEqual([0.02, 0.1]);
  });

  test("counts the decoder's layers behind the encoder's, and keeps its tables out of selection", () => {
    const specs = modelOf(bart).params(3);
    const of = (name: string) => specs.find((spec) => spec.name === name);
    expect(of("model.encoder.layers.0.fc1.weight")).toMatchObject({ group: "encoder", depth: 1, shape: [12, 8] });
    expect(of("model.decoder.layers.1.encoder_attn.q_proj.weight")).toMatchObject({
      depth: 3,
      selectable: true,
      part: null,
    });
    expect(of("classification_head.out_proj.weight")).toMatchObject({ group: "classifier", depth: 4, shape: [3, 8] });
    const tables = specs.filter(({ group }) => group === "embeddings");
    expect(tables.map(({ name, shape, decay, selectable }) => [name, shape.length, decay, selectable])).toEqual([
      ["model.shared.weight", 2, true, false],
      ...["encoder", "decoder"].flatMap((side) => [
        [`model.${side}.embed_positions.weight`, 2, true, false],
        [`model.${side}.layernorm_embedding.weight`, 1, false, false],
        [`model.${side}.layernorm_embedding.bias`, 1, false, false],
      ]),
    ]);
    expect(of("model.decoder.embed_positions.weight")?.shape).toEqual([1026, 8]);
  });

  test("drops behind both LayerNorms of embeddings, between the Linears of every layer, and twice in its head around tanh", () => {
    const rates = { attention_dropout: 0.1, activation_dropout: 0.1, classifier_dropout: 0.1 };
    const kernels = kernelsOf({ ...bart, ...rates }).map((name) =>
      name.replace(/^layernorm_forward_(dropout|plain).*/, "norm $1").replace(/^matmul.*gelu.*/, "gelu"),
    );
    const order = kernels.filter((name) => /^(norm|dropout|tanh|gather|attention_forward|gelu)/.test(name));
    const feedForward = ["gelu", "dropout_forward", "norm dropout"];
    const embedded = ["norm plain", "dropout_forward"];
    const decoder = ["attention_forward_causal", "norm dropout", "attention_forward", "norm dropout", ...feedForward];
    expect(order.filter((name) => !name.startsWith("attention_pad"))).toEqual([
      ...embedded,
      "attention_forward",
      "norm dropout",
      ...feedForward,
      ...embedded,
      ...decoder,
      ...decoder,
      "gather_rows_forward",
      "dropout_forward",
      "tanh_forward",
      "dropout_forward",
    ]);
    // Of the file's own rates, where a setting does not say.
    expect(kernelsOf(bart).filter((name) => name === "dropout_forward")).toHaveLength(2);
  });

  test.each([
    "model.encoder.embed_tokens.weight",
    "model.decoder.embed_tokens.weight",
    "model.encoder.version",
    "final_logits_bias",
    "lm_head.weight",
    "classification_head.weight",
  ])("%s is none of its parameters", (name) => {
    expect(modelOf(bart).parameterOf(name)).toBeNull();
  });

  test("every parameter is found by its own name, and without the prefix", () => {
    const model = modelOf(bart);
    for (const { name } of model.params(2)) {
      expect([model.parameterOf(name), model.parameterOf(name.replace("model.", ""))]).toEqual([name, name]);
    }
  });

  test.each([
    [{ encoder_layerdrop: 0.1 }, "encoder_layerdrop is 0.1"],
    [{ decoder_layerdrop: 0.2 }, "decoder_layerdrop is 0.2"],
    [{ is_decoder: true }, "is_decoder is true"],
    [{ add_cross_attention: true }, "add_cross_attention is true"],
    [{ activation_function: "mish" }, 'activation_function is "mish"'],
    [{ d_model: 10 }, "d_model 10 is not divisible by decoder_attention_heads 4"],
    [{ decoder_start_token_id: 9 }, "decoder_start_token_id is 9; wanted a whole number from 0 to 8"],
    [{ eos_token_id: null, vocab_size: 2 }, "eos_token_id is null; wanted a whole number from 0 to 1"],
    [{ position_embedding_type: "relative_key" }, 'position_embedding_type is "relative_key"'],
    [{ encoder_layers: undefined }, "encoder_layers is missing"],
  ])("%j is refused by name", (change, words) => {
    expect(() => modelOf({ ...bart, decoder_start_token_id: 0, ...change })).toThrow(words);
  });
});

const deberta = {
  model_type: "deberta",
  ...sizes,
  relative_attention: true,
  max_relative_positions: 4,
  pos_att_type: "c2p|p2c",
  position_biased_input: false,
};
const debertaV2 = {
  ...deberta,
  model_type: "deberta-v2",
  max_relative_positions: -1,
  max_position_embeddings: 24,
  position_buckets: 8,
  norm_rel_ebd: "layer_norm",
  share_att_key: true,
};

describe("DeBERTa", () => {
  const shapesOf = (config: object, part: RegExp) =>
    modelOf(config)
      .params(3)
      .filter(({ name }) => part.test(name))
      .map(({ name, shape, decay, selectable }) => [name.replace(/^deberta\./, ""), shape, decay, selectable]);

  test("has Hugging Face's defaults, and no limit but attention's where it has no positions", () => {
    const { sizes: said, dropout, tokenizer, tokens } = modelOf(deberta);
    expect(said).toEqual({ vocabularySize: 9, hiddenSize: 8, layerCount: 2, headCount: 2, maxPositions: 512 });
    expect(dropout).toEqual({ hidden: 0.1, attention: 0.1, classifier: 0.1, pooler: 0 });
    expect(tokenizer).toEqual({ vocabularySize: 9, typeCount: 2, older: debertaByteLevel });
    expect(tokens).toEqual({ padId: 0, positionsBehindPad: false, relative: { span: 4, buckets: 0 } });
    const positioned = { ...deberta, position_biased_input: undefined, max_position_embeddings: 7 };
    expect(modelOf(positioned).sizes.maxPositions).toBe(7);
    expect(modelOf({ ...deberta, cls_dropout: 0.3, pooler_dropout: 0.2 }).dropout).toMatchObject({
      classifier: 0.3,
      pooler: 0.2,
    });
  });

  test("has one matrix for queries, keys and values, two bare biases, and matrices for the distances that are asked of", () => {
    expect(shapesOf(deberta, /layer\.1\.attention\.self/)).toEqual([
      ["encoder.layer.1.attention.self.in_proj.weight", [24, 8], true, true],
      ["encoder.layer.1.attention.self.q_bias", [8], false, false],
      ["encoder.layer.1.attention.self.v_bias", [8], false, false],
      ["encoder.layer.1.attention.self.pos_proj.weight", [8, 8], true, true],
      ["encoder.layer.1.attention.self.pos_q_proj.weight", [8, 8], true, true],
      ["encoder.layer.1.attention.self.pos_q_proj.bias", [8], false, false],
    ]);
    expect(shapesOf({ ...deberta, pos_att_type: ["c2p"] }, /\.pos_/)).toHaveLength(2);
    expect(shapesOf({ ...deberta, pos_att_type: ["p2c"] }, /\.pos_/)).toHaveLength(4);
  });

  test("has one table of distances for all layers, in v2 with a LayerNorm, which stand still where nothing is asked of them", () => {
    const norm = [
      ["encoder.LayerNorm.weight", [8], false, false],
      ["encoder.LayerNorm.bias", [8], false, false],
    ];
    const part = /encoder\.(rel|Layer)/;
    expect(shapesOf(deberta, part)).toEqual([["encoder.rel_embeddings.weight", [8, 8], true, false]]);
    expect(shapesOf(debertaV2, part)).toEqual([["encoder.rel_embeddings.weight", [16, 8], true, false], ...norm]);
    expect(shapesOf({ ...debertaV2, position_buckets: -1 }, part)[0]?.[1]).toEqual([48, 8]);
    expect(shapesOf({ ...debertaV2, relative_attention: false }, part)).toEqual([]);
    const trained = (config: object) =>
      modelOf(config)
        .params(3)
        .filter(({ name }) => part.test(name))
        .map((spec) => spec.trained);
    expect(trained(debertaV2)).toEqual([true, true, true]);
    expect(trained({ ...debertaV2, pos_att_type: null })).toEqual([false, false, false]);
    const [spec] = modelOf(debertaV2)
      .params(3)
      .filter(({ name }) => part.test(name));
    expect([spec?.group, spec?.depth]).toEqual(["embeddings", 0]);
  });

  test("v2 has three Linears, which serve distances as well unless those have their own", () => {
    const linears = ["query_proj", "key_proj", "value_proj"];
    const namesOf = (config: object) => shapesOf(config, /layer\.0\.attention\.self.*weight/).map(([name]) => name);
    const named = (parts: readonly string[]) => parts.map((part) => `encoder.layer.0.attention.self.${part}.weight`);
    expect(namesOf(debertaV2)).toEqual(named(linears));
    expect(namesOf({ ...debertaV2, share_att_key: false })).toEqual(
      named([...linears, "pos_key_proj", "pos_query_proj"]),
    );
    expect(modelOf(debertaV2).tokenizer.older).toBe(sentencePiece);
    expect(modelOf(debertaV2).tokens.relative).toEqual({ span: 24, buckets: 8 });
  });

  test("has a product over narrower tables, of which no method selects", () => {
    const narrow = { ...deberta, embedding_size: 6, position_biased_input: true, type_vocab_size: 2 };
    expect(shapesOf(narrow, /^deberta\.embeddings/)).toEqual([
      ["embeddings.word_embeddings.weight", [9, 6], true, false],
      ["embeddings.position_embeddings.weight", [512, 6], true, false],
      ["embeddings.token_type_embeddings.weight", [2, 6], true, false],
      ["embeddings.embed_proj.weight", [8, 6], true, false],
      ["embeddings.LayerNorm.weight", [8], false, false],
      ["embeddings.LayerNorm.bias", [8], false, false],
    ]);
  });

  test("drops behind the embeddings' LayerNorm, from the table in every layer, and twice in its head", () => {
    const rates = { pooler_dropout: 0.1 };
    for (const config of [deberta, debertaV2]) {
      const order = kernelsOf({ ...config, ...rates })
        .map((name) => name.replace(/^layernorm_forward_(dropout|plain).*/, "norm $1"))
        .filter((name) => /^(norm|dropout|activation|gather|first|attention_softmax)/.test(name));
      const layer = ["dropout_forward", "attention_softmax_subgroup_plain_32", "norm dropout", "norm dropout"];
      expect(order).toEqual([
        "norm plain",
        "dropout_forward",
        "gather_rows_forward",
        ...(config === debertaV2 ? ["norm plain"] : []),
        ...layer,
        ...layer,
        "first_tokens_forward",
        "dropout_forward",
        "activation_forward_gelu",
        "dropout_forward",
      ]);
    }
  });

  test("keys and values of distances take no part where nothing is asked of them", () => {
    const names = (config: object) =>
      kernelsOf(config).filter((name) => /relative|attention_(softmax|forward)/.test(name));
    const layer = ["relative_scores", "relative_scores_by_key", "attention_softmax_subgroup_plain_32"];
    expect(names(deberta)).toEqual([...layer, ...layer]);
    expect(names({ ...deberta, pos_att_type: "p2c" })[0]).toBe("relative_scores_by_key");
    expect(names({ ...deberta, pos_att_type: null })).toEqual(["attention_forward", "attention_forward"]);
  });

  test("what says nothing is read: heads of the usual size, no convolution", () => {
    const silent = { attention_head_size: 4, pooler_hidden_size: 8, conv_kernel_size: 0, talking_head: false };
    expect(modelOf({ ...debertaV2, ...silent }).params(2)).toEqual(modelOf(debertaV2).params(2));
  });

  test.each([
    "deberta.embeddings.position_embeddings.weight",
    "deberta.embeddings.position_ids",
    "lm_predictions.lm_head.dense.weight",
    "mask_predictions.dense.weight",
    "cls.predictions.bias",
    "deberta.pooler.dense.weight",
  ])("%s is none of its parameters", (name) => {
    expect(modelOf(deberta).parameterOf(name)).toBeNull();
  });

  test("every parameter is found by its own name, and without the prefix", () => {
    for (const model of [modelOf(deberta), modelOf(debertaV2)]) {
      for (const { name } of model.params(2)) {
        expect([model.parameterOf(name), model.parameterOf(name.replace(/^deberta\./, ""))]).toEqual([name, name]);
      }
    }
    expect(modelOf(debertaV2).parameterOf("encoder.LayerNorm.gamma")).toBe("deberta.encoder.LayerNorm.weight");
  });
});

describe.each([
  ["electra", electra, "discriminator_predictions.dense.weight"],
  ["roberta", roberta, "lm_head.dense.weight"],
] as const)("names of %s", (prefix, config, unused) => {
  const model = modelOf(config);

  test("every parameter is found by its own name, and without the encoder's prefix", () => {
    for (const { name } of model.params(2)) {
      expect(model.parameterOf(name)).toBe(name);
      expect(model.parameterOf(name.replace(`${prefix}.`, ""))).toBe(name);
    }
    expect(model.parameterOf("embeddings.LayerNorm.gamma")).toBe(`${prefix}.embeddings.LayerNorm.weight`);
  });

  test.each([
    unused,
    `${prefix}.embeddings.position_ids`,
    `${prefix}.embeddings.token_type_ids`,
    `${prefix}.pooler.dense.weight`,
    "classifier.weight",
    "cls.predictions.bias",
  ])("%s is none of them", (name) => {
    expect(model.parameterOf(name)).toBeNull();
  });

  test.each([
    [{ is_decoder: true }, "is_decoder is true"],
    [{ add_cross_attention: true }, "add_cross_attention is true"],
    [{ position_embedding_type: "relative_key" }, 'position_embedding_type is "relative_key"'],
    [{ hidden_act: "mish" }, 'hidden_act is "mish"'],
    [{ hidden_size: 9 }, "hidden_size 9 is not divisible"],
    [{ pad_token_id: -1 }, "pad_token_id is -1"],
    [{ pruned_heads: { "0": [1] } }, "pruned_heads takes attention heads off layers 0"],
  ])("%j is refused by name", (change, words) => {
    expect(() => modelOf({ ...config, ...change })).toThrow(words);
  });
});

test("positions that the pad token leaves none of are refused by name", () => {
  const few = { ...roberta, max_position_embeddings: 2 };
  expect(() => modelOf(few)).toThrow("max_position_embeddings is 2; wanted more than pad_token_id + 1");
});

test("BART as ONNX takes a row's last end token, and none of those that fill a shorter row up", async () => {
  const { final, config, labelCount } = readGolden("bart-vanilla");
  const tensors = [...final].map(([parameter, { shape, data }]) => ({ name: parameter, shape, data }));
  // The runtime's rows are filled up with 0.
  const model = modelOf({ ...config, eos_token_id: 0 });
  const labels = ["a", "b", "c"];
  const parts = { name: "bart", kind: "classification" as const, labels, outputCount: labelCount, tensors };
  const session = await openOnnx(writeOnnx({ ...parts, build: (g) => model.graph(g) }));
  const rowsOf = (ids: readonly number[], ...offsets: number[]) => ({
    ids: Uint32Array.from(ids),
    types: new Uint32Array(ids.length),
    offsets: Uint32Array.of(0, ...offsets),
  });
  const alone = await session.run(rowsOf([3, 0, 4], 3));
  const beside = await session.run(rowsOf([3, 0, 4, 5, 6, 7, 8, 0], 3, 8));
  await session.dispose();
  expectClose(beside.slice(0, labelCount), exactReference(alone), 1e-6);
});

test.each(familyNames)("%s as ONNX gives PyTorch's logits in onnxruntime-web", async (name) => {
  const { final, config, batches, evalLogits, labelCount } = readGolden(name);
  const tensors = [...final].map(([parameter, { shape, data }]) => ({ name: parameter, shape, data }));
  const model = modelOf(config);
  const parts = { name, kind: "classification" as const, labels: ["a", "b", "c"], outputCount: labelCount, tensors };
  const session = await openOnnx(writeOnnx({ ...parts, build: (g) => model.graph(g) }));
  const [batch] = batches;
  if (batch === undefined) throw new Error("no batch");
  const logits = await session.run(batch);
  await session.dispose();
  // The final weights were rounded to f32 on the way here, which the deviation of PyTorch's f32 runs measures.
  expectClose(logits, exactReference(evalLogits.data), evalLogits.deviation * 8);
});
