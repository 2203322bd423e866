import type { Family } from "../../model.ts";

/**
 * BERTs of the Hub that are offered by name, smallest first. Source: their config.json; the first four are Turc et al.
 * 2019, "Well-Read Students Learn Better", the others Devlin et al. 2019.
 */
export const presets: Family["presets"] = [
  preset("google/bert_uncased_L-2_H-128_A-2", "BERT tiny, uncased", { layers: 2, hidden: 128 }),
  preset("google/bert_uncased_L-4_H-256_A-4", "BERT mini, uncased", { layers: 4, hidden: 256 }),
  preset("google/bert_uncased_L-4_H-512_A-8", "BERT small, uncased", { layers: 4, hidden: 512 }),
  preset("google/bert_uncased_L-8_H-512_A-8", "BERT medium, uncased", { layers: 8, hidden: 512 }),
  preset("google-bert/bert-base-cased", "BERT base, cased", { layers: 12, hidden: 768, vocabulary: 28_996 }),
  preset("google-bert/bert-base-uncased", "BERT base, uncased", { layers: 12, hidden: 768 }),
  preset("google-bert/bert-large-uncased", "BERT large, uncased", { layers: 24, hidden: 1024 }),
];

interface Sizes {
  readonly layers: number;
  readonly hidden: number;
  readonly vocabulary?: number;
}

/** All of them have heads of 64 and a feed-forward part four times as wide as the rest. */
function preset(id: string, label: string, { layers, hidden, vocabulary = 30_522 }: Sizes): Family["presets"][number] {
  return {
    id,
    label,
    config: {
      model_type: "bert",
      vocab_size: vocabulary,
      hidden_size: hidden,
      num_hidden_layers: layers,
      num_attention_heads: hidden / 64,
      intermediate_size: 4 * hidden,
      max_position_embeddings: 512,
      type_vocab_size: 2,
    },
  };
}
