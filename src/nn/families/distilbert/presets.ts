import type { Family } from "../../model.ts";

/** Source: their config.json; Sanh et al. 2019. */
export const presets: Family["presets"] = [
  preset("distilbert/distilbert-base-cased", "DistilBERT base, cased", 28_996),
  preset("distilbert/distilbert-base-uncased", "DistilBERT base, uncased", 30_522),
];

function preset(id: string, label: string, vocabulary: number): Family["presets"][number] {
  const config = {
    model_type: "distilbert",
    vocab_size: vocabulary,
    dim: 768,
    n_layers: 6,
    n_heads: 12,
    hidden_dim: 3072,
    max_position_embeddings: 512,
  };
  return { id, label, config };
}
