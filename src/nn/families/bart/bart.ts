import { robertaByteLevel } from "../../../data/text/byte-level.ts";
import { decoderLayerSpecs } from "../../blocks/decoder-layer.ts";
import type { DecoderLayer } from "../../blocks/decoder-layer.ts";
import { encodeLayers, encodeLayersGraph, encoderLayerSpecs, paddingMask } from "../../blocks/encoder.ts";
import type { EncoderLayers } from "../../blocks/encoder.ts";
import type { EncoderLayer } from "../../blocks/encoder-layer.ts";
import { tokenHead, tokenHeadGraph, tokenHeadSpecs } from "../../blocks/token-head.ts";
import type { TokenHead } from "../../blocks/token-head.ts";
import type { Inputs } from "../../inputs.ts";
import type { Family, Forward, Model } from "../../model.ts";
import { gatherRows } from "../../ops/gather-rows.ts";
import type { ParamSet } from "../../params.ts";
import type { Scope } from "../../scope.ts";
import { ConfigReader } from "../config.ts";
import { parameterNames } from "../names.ts";
import { decode, decodeGraph, decoderInputsOf, endTokensGraph } from "./decoder.ts";
import type { Decoder } from "./decoder.ts";
import {
  embeddingSpecs,
  embedSide,
  embedSideGraph,
  layerNormEpsilon,
  unreadPositions,
  wordTable,
} from "./embeddings.ts";
import type { BartEmbeddings, Side } from "./embeddings.ts";
import { presets } from "./presets.ts";

/** BART: encoder and decoder read the same text, and the decoder's state at its end is classified. */
export const bart: Family = {
  id: "bart",
  label: "BART",
  className: "Bart",
  adaptable: false,
  summary:
    "An encoder and a decoder, pre-trained together to restore broken texts. Both read the whole text, and what the decoder " +
    "makes of its last token goes to a classifier of two layers.",
  source: {
    title:
      "BART: Denoising Sequence-to-Sequence Pre-training for Natural Language Generation, Translation, and Comprehension",
    authors: "Lewis, Liu, Goyal, Ghazvininejad, Mohamed, Levy, Stoyanov, Zettlemoyer",
    year: 2020,
    url: "https://arxiv.org/abs/1910.13461",
    where: "Sections 2.1 and 3.1; names and numeric details as in Hugging Face's BartForSequenceClassification",
  },
  fields: [],
  presets,
  open,
};

const head: TokenHead = {
  dense: "classification_head.dense",
  activation: "tanh",
  output: "classification_head.out_proj",
  dropoutBefore: "classifier",
};

const parameterOf = parameterNames({
  prefix: "model.",
  body: /^(shared\.weight$|(encoder|decoder)\.(layers|embed_positions|layernorm_embedding)\.)/,
  head: /^classification_head\.(dense|out_proj)\./,
});

/** Files keep the word table up to three times more. */
const copies = ["encoder.embed_tokens.weight", "decoder.embed_tokens.weight"];
const tied = new Map([
  [`${wordTable}.weight`, [...copies.flatMap((name) => [`model.${name}`, name]), "lm_head.weight"]],
]);

const attentionNames = (name: string) => ({
  query: `${name}.q_proj`,
  key: `${name}.k_proj`,
  value: `${name}.v_proj`,
  context: `${name}.out_proj`,
  contextNorm: `${name}_layer_norm`,
});
const feedForwardNames = { expand: "fc1", contract: "fc2", outputNorm: "final_layer_norm" };

/** What computes the logits. */
interface Parts {
  readonly embeddings: BartEmbeddings;
  readonly encoder: EncoderLayers;
  readonly decoder: Decoder;
}

function open(json: unknown): Model {
  const reader = new ConfigReader(json);
  const activation = reader.activation("activation_function");
  reader.absolutePositions();
  reader.bidirectional();
  reader.noLayerDrop("encoder_layerdrop");
  reader.noLayerDrop("decoder_layerdrop");
  const vocabularySize = reader.count("vocab_size", 1_000_000);
  const maxPositions = reader.count("max_position_embeddings", 65_536, 1024);
  const layerOf = (side: Side): EncoderLayer => ({
    names: { ...attentionNames("self_attn"), ...feedForwardNames },
    ...reader.heads("d_model", `${side}_attention_heads`),
    intermediateSize: reader.count(`${side}_ffn_dim`, 65_536),
    activation,
    layerNormEpsilon,
    contextDropout: true,
    activationDropout: true,
  });
  const layer: DecoderLayer = { ...layerOf("decoder"), cross: attentionNames("encoder_attn") };
  const encoder: EncoderLayers = {
    layers: "model.encoder.layers",
    layerCount: reader.count("encoder_layers", 256),
    layer: layerOf("encoder"),
  };
  const { hiddenSize, headCount } = encoder.layer;
  const wordScale = reader.flag("scale_embedding", false) ? Math.sqrt(hiddenSize) : 1;
  const embeddings = { vocabularySize, positionCount: maxPositions, hiddenSize, wordScale };
  const [layers, layerCount] = ["model.decoder.layers", reader.count("decoder_layers", 256)];
  const decoder: Decoder = { embeddings, layers, layerCount, below: encoder.layerCount, layer };
  const total = encoder.layerCount + layerCount;
  const sizes = { vocabularySize, hiddenSize, layerCount: total, headCount, maxPositions };
  const told = {
    startId: reader.index("decoder_start_token_id", 2, vocabularySize),
    endId: reader.index("eos_token_id", 2, vocabularySize),
  };
  const parts = { embeddings, encoder, decoder };
  return {
    family: bart,
    sizes,
    tokenizer: { vocabularySize, typeCount: 0, older: robertaByteLevel },
    tokens: {
      padId: reader.index("pad_token_id", 1),
      positionsBehindPad: false,
      firstPosition: unreadPositions,
      decoder: told,
    },
    dropout: {
      hidden: reader.rate("dropout", 0.1),
      attention: reader.rate("attention_dropout", 0),
      classifier: reader.rate("classifier_dropout", 0),
      activation: reader.rate("activation_dropout", 0),
    },
    initializerRange: reader.number("init_std", 0, 10, 0.02),
    params: (outputCount) => [
      ...embeddingSpecs(embeddings),
      ...encoderLayerSpecs(encoder),
      ...Array.from({ length: layerCount }, (_, index) =>
        decoderLayerSpecs(layer, `${layers}.${index}`, encoder.layerCount + index + 1, layer.headCount === headCount),
      ).flat(),
      ...tokenHeadSpecs(head, sizes, outputCount),
    ],
    parameterOf,
    tied,
    forward: (s, params, inputs) => forward(s, parts, params, inputs),
    graph(g) {
      paddingMask(g);
      const states = encodeLayersGraph(g, encoder, embedSideGraph(g, "encoder", g.input("input_ids"), embeddings));
      const hidden = decodeGraph(g, decoder, told.startId, states);
      tokenHeadGraph(g, head, endTokensGraph(g, told, hiddenSize, hidden));
    },
  };
}

/** Source: Hugging Face's BartForSequenceClassification. */
function forward(s: Scope, { embeddings, encoder, decoder }: Parts, params: ParamSet, inputs: Inputs): Forward {
  const bottom = embedSide(s, "encoder", embeddings, params, inputs);
  const states = encodeLayers(s, encoder, params, inputs, bottom.out);
  const hidden = decode(s, decoder, params, inputs, states.out);
  const ends = gatherRows(s, "end tokens", hidden.out, decoderInputsOf(inputs).ends);
  const scores = tokenHead(s, head, params, ends.out, s.dropout.classifier);
  return {
    logits: scores.out,
    back(s, dlogits) {
      const dends = scores.back(s, dlogits);
      const dhidden = s.temporary("dhidden", hidden.out.shape);
      s.rec.clear(dhidden);
      ends.back(s, dends, dhidden);
      s.free(dends);
      const dstates = s.temporary("d states", states.out.shape);
      hidden.back(s, dhidden, dstates);
      s.free(dhidden);
      states.back(s, dstates);
      bottom.back(s, dstates);
      s.free(dstates);
    },
  };
}
