import { wordPiece } from "../../../data/text/wordpiece.ts";
import { encoderSpecs } from "../../blocks/encoder.ts";
import type { Encoder } from "../../blocks/encoder.ts";
import { firstTokenClassifier, tokenHeadSpecs } from "../../blocks/token-head.ts";
import type { TokenHead } from "../../blocks/token-head.ts";
import type { Family, Model } from "../../model.ts";
import { plainTokens } from "../../inputs.ts";
import { ConfigReader } from "../config.ts";
import { parameterNames } from "../names.ts";
import { presets } from "./presets.ts";

/**
 * DistilBERT: no token types, no pooler; as Hugging Face's DistilBertForSequenceClassification. A table of sines for
 * positions stands still, as its documentation has it and transformers 4 did; transformers 5.24 trains it.
 */
export const distilBert: Family = {
  id: "distilbert",
  label: "DistilBERT",
  className: "DistilBert",
  adaptable: false,
  summary: "A BERT of half as many layers, distilled from it, with a classifier of two layers on top.",
  source: {
    title: "DistilBERT, a distilled version of BERT: smaller, faster, cheaper and lighter",
    authors: "Sanh, Debut, Chaumond, Wolf",
    year: 2019,
    url: "https://arxiv.org/abs/1910.01108",
    where: "Section 3; names and numeric details as in Hugging Face's DistilBertForSequenceClassification",
  },
  fields: [],
  presets,
  open,
};

const head: TokenHead = {
  dense: "pre_classifier",
  activation: "relu",
  output: "classifier",
  dropoutBefore: null,
};
/** Fixed in Hugging Face's code; no field of config.json changes it. */
const layerNormEpsilon = 1e-12;

const parameterOf = parameterNames({
  prefix: "distilbert.",
  body: /^(embeddings|transformer)\./,
  head: /^(pre_)?classifier\./,
});

function open(json: unknown): Model {
  const reader = new ConfigReader(json);
  const activation = reader.activation("activation");
  reader.bidirectional();
  const { hiddenSize, headCount } = reader.heads("dim", "n_heads");
  const vocabularySize = reader.count("vocab_size", 1_000_000);
  const layerCount = reader.count("n_layers", 256);
  const maxPositions = reader.count("max_position_embeddings", 65_536);
  const encoder: Encoder = {
    embeddings: {
      name: "distilbert.embeddings",
      columns: hiddenSize,
      project: null,
      vocabularySize,
      positionCount: maxPositions,
      positionsTrained: !reader.flag("sinusoidal_pos_embds", false),
      typeCount: 0,
      typesTold: false,
      tokens: plainTokens,
      layerNormEpsilon,
    },
    layers: "distilbert.transformer.layer",
    layerCount,
    layer: {
      names: {
        query: "attention.q_lin",
        key: "attention.k_lin",
        value: "attention.v_lin",
        context: "attention.out_lin",
        contextNorm: "sa_layer_norm",
        expand: "ffn.lin1",
        contract: "ffn.lin2",
        outputNorm: "output_layer_norm",
      },
      hiddenSize,
      intermediateSize: reader.count("hidden_dim", 65_536),
      activation,
      headCount,
      layerNormEpsilon,
      contextDropout: false,
      activationDropout: false,
    },
  };
  const sizes = { vocabularySize, hiddenSize, layerCount, headCount, maxPositions };
  return {
    family: distilBert,
    sizes,
    tokenizer: { vocabularySize, typeCount: 0, older: wordPiece },
    tokens: plainTokens,
    dropout: {
      hidden: reader.rate("dropout", 0.1),
      attention: reader.rate("attention_dropout", 0.1),
      classifier: reader.rate("seq_classif_dropout", 0.2),
    },
    initializerRange: reader.number("initializer_range", 0, 10, 0.02),
    params: (outputCount) => [...encoderSpecs(encoder), ...tokenHeadSpecs(head, sizes, outputCount)],
    parameterOf,
    tied: new Map([["distilbert.embeddings.word_embeddings.weight", ["vocab_projector.weight"]]]),
    ...firstTokenClassifier(encoder, head),
  };
}
