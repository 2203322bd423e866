import type { Family } from "../../model.ts";

/** Source: its config.json; Lewis et al. 2020. */
export const presets: Family["presets"] = [
  {
    id: "facebook/bart-base",
    label: "BART base, cased",
    config: {
      model_type: "bart",
      vocab_size: 50_265,
      d_model: 768,
      encoder_layers: 6,
      decoder_layers: 6,
      encoder_attention_heads: 12,
      decoder_attention_heads: 12,
      encoder_ffn_dim: 3072,
      decoder_ffn_dim: 3072,
      max_position_embeddings: 1024,
      attention_dropout: 0.1,
      activation_dropout: 0.1,
      classifier_dropout: 0,
    },
  },
];
