import { describe, expect, test } from "vitest";
import { families, modelOf } from "../../../src/nn/families/index.ts";
import { baseConfigs } from "./base-configs.ts";

type Case = readonly [change: Readonly<Record<string, unknown>>, words: string];

const encoders: readonly Case[] = [
  [{ vocab_size: undefined }, "vocab_size is missing"],
  [{ vocab_size: "9" }, 'vocab_size is "9"'],
  [{ hidden_size: undefined }, "hidden_size is missing"],
  [{ hidden_size: 9 }, "hidden_size 9 is not divisible by num_attention_heads 2"],
  [{ num_hidden_layers: undefined }, "num_hidden_layers is missing"],
  [{ num_hidden_layers: 0 }, "num_hidden_layers is 0"],
  [{ num_attention_heads: undefined }, "num_attention_heads is missing"],
  [{ intermediate_size: undefined }, "intermediate_size is missing"],
  [{ hidden_act: "mish" }, 'hidden_act is "mish"; wanted one of gelu,'],
  [{ layer_norm_eps: 0 }, "layer_norm_eps is 0"],
  [{ hidden_dropout_prob: 1 }, "hidden_dropout_prob is 1"],
  [{ attention_probs_dropout_prob: -0.1 }, "attention_probs_dropout_prob is -0.1"],
  [{ type_vocab_size: -1 }, "type_vocab_size is -1"],
];
/** What is no encoder of a table of positions. */
const all: readonly Case[] = [
  [{ is_decoder: true }, "is_decoder is true"],
  [{ add_cross_attention: true }, "add_cross_attention is true"],
  [{ pruned_heads: { "1": [0] } }, "pruned_heads takes attention heads off layers 1"],
  [{ quantization_config: { bits: 4 } }, 'quantization_config is {"bits":4}'],
];
const tables: readonly Case[] = [
  [{ position_embedding_type: "relative_key" }, 'position_embedding_type is "relative_key"; wanted "absolute"'],
  [{ position_embedding_type: "rotary" }, 'position_embedding_type is "rotary"'],
  [{ relative_attention: true }, "relative_attention is true"],
  [{ max_position_embeddings: 0 }, "max_position_embeddings is 0"],
];
const roberta: readonly Case[] = [
  ...all,
  ...tables,
  ...encoders,
  [{ classifier_dropout: 2 }, "classifier_dropout is 2"],
  [{ pad_token_id: "1" }, 'pad_token_id is "1"'],
  [{ pad_token_id: 8 }, "max_position_embeddings is 9; wanted more than pad_token_id + 1"],
];

const deberta: readonly Case[] = [
  ...all,
  ...tables.filter(([change]) => !("relative_attention" in change)),
  ...encoders,
  [{ relative_attention: 1 }, "relative_attention is 1; wanted true or false"],
  [{ position_biased_input: "no" }, 'position_biased_input is "no"'],
  [{ attention_head_size: 5 }, "attention_head_size is 5; wanted 4"],
  [{ pooler_hidden_size: 6 }, "pooler_hidden_size is 6; wanted 8"],
  [{ pooler_hidden_act: "mish" }, 'pooler_hidden_act is "mish"'],
  [{ pos_att_type: "c2p|p2p" }, 'pos_att_type is "c2p|p2p"; wanted any of c2p, p2c'],
  [{ max_relative_positions: 1.5 }, "max_relative_positions is 1.5"],
  [{ embedding_size: 0 }, "embedding_size is 0"],
  [{ cls_dropout: 2 }, "cls_dropout is 2"],
  [{ pooler_dropout: 2 }, "pooler_dropout is 2"],
];

const refused: Readonly<Record<string, readonly Case[]>> = {
  bert: [...all, ...tables, ...encoders, [{ classifier_dropout: 2 }, "classifier_dropout is 2"]],
  distilbert: [
    ...all,
    [{ dim: 9 }, "dim 9 is not divisible by n_heads 2"],
    [{ activation: "mish" }, 'activation is "mish"'],
    [{ n_layers: 0 }, "n_layers is 0"],
    [{ hidden_dim: undefined }, "hidden_dim is missing"],
    [{ seq_classif_dropout: 2 }, "seq_classif_dropout is 2"],
  ],
  electra: [
    ...all,
    ...tables,
    ...encoders,
    [{ embedding_size: 0 }, "embedding_size is 0"],
    [{ classifier_dropout: 2 }, "classifier_dropout is 2"],
  ],
  roberta,
  "xlm-roberta": roberta,
  camembert: roberta,
  deberta: [...deberta, [{ talking_head: true }, "talking_head is true; wanted false"]],
  "deberta-v2": [
    ...deberta,
    [{ conv_kernel_size: 3 }, "conv_kernel_size is 3; wanted 0"],
    [{ norm_rel_ebd: "batch_norm" }, 'norm_rel_ebd is "batch_norm"; wanted any of none, layer_norm'],
    [{ share_att_key: 1 }, "share_att_key is 1"],
    [{ position_buckets: 64 }, "position_buckets is 64"],
    [{ position_buckets: 1.5 }, "position_buckets is 1.5"],
  ],
  bart: [
    ...all,
    ...tables,
    [{ encoder_layerdrop: 0.1 }, "encoder_layerdrop is 0.1; wanted 0"],
    [{ decoder_layerdrop: 0.2 }, "decoder_layerdrop is 0.2; wanted 0"],
    [{ activation_function: "mish" }, 'activation_function is "mish"'],
    [{ d_model: 9 }, "d_model 9 is not divisible by"],
    [{ decoder_attention_heads: 3 }, "d_model 8 is not divisible by decoder_attention_heads 3"],
    ...["vocab_size", "d_model", "encoder_layers", "decoder_layers", "encoder_ffn_dim", "decoder_ffn_dim"].map(
      (field): Case => [{ [field]: undefined }, `${field} is missing`],
    ),
    [{ encoder_attention_heads: undefined }, "encoder_attention_heads is missing"],
    [{ scale_embedding: 1 }, "scale_embedding is 1; wanted true or false"],
    [{ eos_token_id: 9 }, "eos_token_id is 9; wanted a whole number from 0 to 8"],
    [{ activation_dropout: 1 }, "activation_dropout is 1"],
  ],
};

/** Fields that change nothing of a classifier. */
const ignored = {
  summary_type: "mean",
  summary_use_proj: true,
  summary_activation: "tanh",
  summary_last_dropout: 0.5,
  classif_dropout: 0.5,
  use_cache: true,
  num_labels: 7,
  id2label: { "0": "a" },
  label2id: { a: 0 },
  problem_type: "multi_label_classification",
  normalize_before: true,
  add_final_layer_norm: true,
  force_bos_token_to_be_generated: true,
  forced_eos_token_id: 5,
};

describe.each(families.map(({ id }) => [id] as const))("%s", (id) => {
  const base = baseConfigs[id] ?? {};

  test.each(refused[id] ?? [])("with %j is refused, by field and value", (change, words) => {
    expect(() => modelOf({ ...base, ...change })).toThrow(`config.json: ${words}`);
  });

  test("is taken as it is, and with fields that are not its classifier's", () => {
    const [plain, more] = [base, { ...base, ...ignored }].map((config) => modelOf(config));
    expect(plain?.family.id).toBe(id);
    const said = [plain, more].map((model) => [model?.sizes, model?.dropout, model?.tokens, model?.params(2)]);
    expect(said[1]).toEqual(said[0]);
  });
});
