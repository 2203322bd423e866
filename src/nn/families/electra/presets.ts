import type { Family } from "../../model.ts";

/** Source: its config.json; Clark et al. 2020. */
export const presets: Family["presets"] = [
  {
    id: "google/electra-small-discriminator",
    label: "ELECTRA small, uncased",
    config: {
      model_type: "electra",
      vocab_size: 30_522,
      embedding_size: 128,
      hidden_size: 256,
      num_hidden_layers: 12,
      num_attention_heads: 4,
      intermediate_size: 1024,
      max_position_embeddings: 512,
      type_vocab_size: 2,
    },
  },
];
