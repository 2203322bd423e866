import type { ModelPreset } from "../../../contract/catalog.ts";

/** Of RoBERTa; those of other languages have tables that few GPUs hold. Source: their config.json; Sanh, Liu et al. 2019. */
export const presets: readonly Omit<ModelPreset, "parameterCount">[] = [
  preset("distilbert/distilroberta-base", "DistilRoBERTa base, cased", 6),
  preset("FacebookAI/roberta-base", "RoBERTa base, cased", 12),
];

function preset(id: string, label: string, layers: number): Omit<ModelPreset, "parameterCount"> {
  const config = {
    model_type: "roberta",
    vocab_size: 50_265,
    hidden_size: 768,
    num_hidden_layers: layers,
    num_attention_heads: 12,
    intermediate_size: 3072,
    max_position_embeddings: 514,
    type_vocab_size: 1,
    layer_norm_eps: 1e-5,
    pad_token_id: 1,
  };
  return { id, label, config };
}
