import type { TokenHead } from "../../blocks/token-head.ts";
import type { Model } from "../../model.ts";
import { longestRow } from "../../ops/attention.ts";
import type { ConfigReader } from "../config.ts";
import type { DebertaEmbeddings } from "./embeddings.ts";
import type { DebertaLayer } from "./layer.ts";
import type { Relative } from "./relative.ts";

/** What makes hidden states. */
export interface DebertaEncoder {
  readonly embeddings: DebertaEmbeddings;
  readonly layer: DebertaLayer;
  /** The table of relative positions, which stands still where no layer reads it; null: there is none. */
  readonly relative: Relative | null;
}

/** What a config.json says. */
export interface ReadDeberta extends Pick<Model, "sizes" | "tokens" | "dropout" | "initializerRange"> {
  readonly encoder: DebertaEncoder;
  readonly head: TokenHead;
}

/** What scores may have products with: keys of distances, and queries of distances. */
const terms = ["c2p", "p2c"] as const;

/** Reads DeBERTa's fields; the first version has no buckets and one matrix for queries, keys and values. Errors: bad-config. */
export function readDeberta(reader: ConfigReader, version: "first" | "second"): ReadDeberta {
  refuse(reader, version);
  const first = version === "first";
  const { hiddenSize, headCount } = reader.heads("hidden_size", "num_attention_heads");
  reader.only("attention_head_size", hiddenSize / headCount, "Heads of another size are not trained here.");
  reader.only("pooler_hidden_size", hiddenSize, "Poolers of another size are not trained here.");
  const vocabularySize = reader.count("vocab_size", 1_000_000);
  const layerCount = reader.count("num_hidden_layers", 256);
  const maxPositions = reader.count("max_position_embeddings", 65_536, 512);
  const layerNormEpsilon = reader.number("layer_norm_eps", 1e-20, 0.1, 1e-7);
  const positioned = reader.flag("position_biased_input", true);
  const found = reader.names("pos_att_type", terms);
  const relative = reader.flag("relative_attention", false)
    ? readRelative(reader, version, found, { maxPositions, layerNormEpsilon })
    : null;
  const read = relative !== null && found.length > 0 ? relative : null;
  const size = hiddenSize / headCount;
  const layer: DebertaLayer = {
    names: { expand: "intermediate.dense", contract: "output.dense", outputNorm: "output.LayerNorm" },
    hiddenSize,
    intermediateSize: reader.count("intermediate_size", 65_536),
    activation: reader.activation("hidden_act"),
    layerNormEpsilon,
    activationDropout: false,
    headCount,
    joined: first,
    relative: read,
    scale: 1 / Math.sqrt(size * (1 + (first ? found.length : new Set(found).size))),
  };
  const embeddings: DebertaEmbeddings = {
    vocabularySize,
    columns: reader.count("embedding_size", 16_384, hiddenSize),
    hiddenSize,
    positionCount: positioned ? maxPositions : 0,
    typeCount: reader.index("type_vocab_size", 0, 17),
    layerNormEpsilon,
  };
  const hidden = reader.rate("hidden_dropout_prob", 0.1);
  const rows = { padId: reader.index("pad_token_id", 0), positionsBehindPad: false };
  return {
    encoder: { embeddings, layer, relative },
    head: {
      dense: "pooler.dense",
      activation: reader.headActivation("pooler_hidden_act"),
      output: "classifier",
      dropoutBefore: "pooler",
    },
    // Distances beyond the table's are clamped, so that without positions there is no limit but attention's.
    sizes: {
      vocabularySize,
      hiddenSize,
      layerCount,
      headCount,
      maxPositions: positioned ? maxPositions : Math.max(maxPositions, longestRow),
    },
    tokens: read === null ? rows : { ...rows, relative: read.positions },
    dropout: {
      hidden,
      attention: reader.rate("attention_probs_dropout_prob", 0.1),
      classifier: reader.rate("cls_dropout", hidden),
      pooler: reader.rate("pooler_dropout", 0),
    },
    initializerRange: reader.number("initializer_range", 0, 10, 0.02),
  };
}

/** Refuses what would change the computation. */
function refuse(reader: ConfigReader, version: "first" | "second"): void {
  reader.absolutePositions();
  reader.bidirectional(["relative_attention"]);
  if (version === "first") reader.only("talking_head", false, "Products between heads are not trained here.");
  else reader.only("conv_kernel_size", 0, "A convolution behind the first layer is not trained here.");
}

function readRelative(
  reader: ConfigReader,
  version: "first" | "second",
  found: readonly (typeof terms)[number][],
  { maxPositions, layerNormEpsilon }: { readonly maxPositions: number; readonly layerNormEpsilon: number },
): Relative {
  const span = reader.countOrNone("max_relative_positions", 65_536) || maxPositions;
  const one = (term: (typeof terms)[number], name: string, biased: boolean) =>
    found.includes(term) ? { name: `attention.self.${name}`, biased } : null;
  if (version === "first") {
    return {
      positions: { span, buckets: 0 },
      normed: false,
      layerNormEpsilon,
      projections: { keys: one("c2p", "pos_proj", false), queries: one("p2c", "pos_q_proj", true) },
    };
  }
  const front = reader.flag("share_att_key", false) ? "" : "pos_";
  return {
    positions: { span, buckets: reader.buckets("position_buckets", span) },
    normed: reader.names("norm_rel_ebd", ["none", "layer_norm"] as const).includes("layer_norm"),
    layerNormEpsilon,
    projections: {
      keys: one("c2p", `${front}key_proj`, true),
      queries: one("p2c", `${front}query_proj`, true),
    },
  };
}
