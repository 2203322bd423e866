const sizes = { vocab_size: 9, hidden_size: 8, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 12 };
const roberta = { ...sizes, max_position_embeddings: 9 };

const deberta = {
  ...sizes,
  relative_attention: true,
  max_relative_positions: 4,
  pos_att_type: "c2p|p2c",
  position_biased_input: false,
};

const told: Readonly<Record<string, object>> = {
  bert: { ...sizes, max_position_embeddings: 7 },
  distilbert: { vocab_size: 9, dim: 8, n_layers: 2, n_heads: 2, hidden_dim: 12, max_position_embeddings: 7 },
  electra: { ...sizes, embedding_size: 6, max_position_embeddings: 7 },
  roberta,
  "xlm-roberta": roberta,
  camembert: roberta,
  deberta,
  "deberta-v2": {
    ...deberta,
    max_relative_positions: 24,
    position_buckets: 8,
    norm_rel_ebd: "layer_norm",
    share_att_key: true,
  },
  bart: {
    vocab_size: 9,
    d_model: 8,
    encoder_layers: 1,
    decoder_layers: 2,
    encoder_attention_heads: 2,
    decoder_attention_heads: 4,
    encoder_ffn_dim: 12,
    decoder_ffn_dim: 16,
  },
};

/** The least that a config.json of each family says. */
export const baseConfigs: Readonly<Record<string, object>> = Object.fromEntries(
  Object.entries(told).map(([id, config]) => [id, { model_type: id, ...config }]),
);
