import type { Family } from "../../model.ts";

type Presets = Family["presets"];

/** Source: its config.json; He et al. 2021, DeBERTa, table 8. */
export const presets: Presets = [
  {
    id: "microsoft/deberta-base",
    label: "DeBERTa base, cased",
    config: {
      model_type: "deberta",
      vocab_size: 50_265,
      hidden_size: 768,
      num_hidden_layers: 12,
      num_attention_heads: 12,
      intermediate_size: 3072,
      max_position_embeddings: 512,
      relative_attention: true,
      pos_att_type: "c2p|p2c",
      position_biased_input: false,
      type_vocab_size: 0,
    },
  },
];

/** Source: their config.json; He et al. 2023, DeBERTaV3, section 5. */
export const presetsV3: Presets = [
  presetV3("microsoft/deberta-v3-xsmall", "DeBERTa v3 xsmall, cased", { width: 384, layers: 12 }),
  presetV3("microsoft/deberta-v3-small", "DeBERTa v3 small, cased", { width: 768, layers: 6 }),
];

function presetV3(
  id: string,
  label: string,
  { width, layers }: { readonly width: number; readonly layers: number },
): Presets[number] {
  const config = {
    model_type: "deberta-v2",
    vocab_size: 128_100,
    hidden_size: width,
    num_hidden_layers: layers,
    num_attention_heads: width / 64,
    intermediate_size: 4 * width,
    max_position_embeddings: 512,
    relative_attention: true,
    position_buckets: 256,
    norm_rel_ebd: "layer_norm",
    share_att_key: true,
    pos_att_type: "p2c|c2p",
    position_biased_input: false,
    type_vocab_size: 0,
  };
  return { id, label, config };
}
