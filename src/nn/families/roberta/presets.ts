import type { ModelPreset } from "../../../contract/catalog.ts";

type Preset = Omit<ModelPreset, "parameterCount">;

/** Of RoBERTa. Source: their config.json; Sanh, Liu et al. 2019. */
export const robertaPresets: readonly Preset[] = [
  preset("distilbert/distilroberta-base", "DistilRoBERTa base, cased", { layers: 6, vocabulary: 50_265 }),
  preset("FacebookAI/roberta-base", "RoBERTa base, cased", { layers: 12, vocabulary: 50_265 }),
];

/** Of XLM-RoBERTa; two thirds of it are the table of words. Source: its config.json; Conneau et al. 2020. */
export const xlmRobertaPresets: readonly Preset[] = [
  preset("FacebookAI/xlm-roberta-base", "XLM-RoBERTa base, 100 languages", {
    layers: 12,
    vocabulary: 250_002,
    type: "xlm-roberta",
  }),
];

interface Sizes {
  readonly layers: number;
  readonly vocabulary: number;
  readonly type?: string;
}

function preset(id: string, label: string, { layers, vocabulary, type = "roberta" }: Sizes): Preset {
  const config = {
    model_type: type,
    vocab_size: vocabulary,
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
