import { encoderSpecs } from "../../blocks/encoder.ts";
import type { Encoder } from "../../blocks/encoder.ts";
import { firstTokenClassifier } from "../../blocks/first-token-head.ts";
import type { FirstTokenHead } from "../../blocks/first-token-head.ts";
import { linearSpecs } from "../../blocks/specs.ts";
import { wordPieceDefinition } from "../../../data/text/wordpiece.ts";
import type { Family, Model } from "../../model.ts";
import { ConfigReader } from "../config.ts";
import { parameterOf } from "./names.ts";
import { presets } from "./presets.ts";
import { pretraining } from "./pretraining.ts";

/** BERT with a pooler and a classification or regression head, as Hugging Face's BertForSequenceClassification. */
export const bert: Family = {
  id: "bert",
  label: "BERT",
  className: "Bert",
  adaptable: true,
  summary: "The encoder of Devlin et al. with its pooler and a linear classifier on top.",
  source: {
    title: "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
    authors: "Devlin, Chang, Lee, Toutanova",
    year: 2019,
    url: "https://arxiv.org/abs/1810.04805",
    where: "Section 3; names and numeric details as in Hugging Face's BertForSequenceClassification",
  },
  fields: [],
  presets,
  open,
};

const head: FirstTokenHead = { dense: "bert.pooler.dense", activation: "tanh", output: "classifier" };

function open(json: unknown): Model {
  const reader = new ConfigReader(json);
  const activation = reader.activation("hidden_act");
  reader.absolutePositions();
  reader.bidirectional();
  const { hiddenSize, headCount } = reader.heads("hidden_size", "num_attention_heads");
  const vocabularySize = reader.count("vocab_size", 1_000_000);
  const layerCount = reader.count("num_hidden_layers", 256);
  const maxPositions = reader.count("max_position_embeddings", 65_536);
  const typeCount = reader.count("type_vocab_size", 16, 2);
  const layerNormEpsilon = reader.number("layer_norm_eps", 1e-20, 0.1, 1e-12);
  const hidden = reader.rate("hidden_dropout_prob", 0.1);
  const encoder: Encoder = {
    embeddings: {
      name: "bert.embeddings",
      hiddenSize,
      vocabularySize,
      positionCount: maxPositions,
      positionsTrained: true,
      typeCount,
      layerNormEpsilon,
    },
    layers: "bert.encoder.layer",
    layerCount,
    layer: {
      names: {
        query: "attention.self.query",
        key: "attention.self.key",
        value: "attention.self.value",
        context: "attention.output.dense",
        contextNorm: "attention.output.LayerNorm",
        expand: "intermediate.dense",
        contract: "output.dense",
        outputNorm: "output.LayerNorm",
      },
      hiddenSize,
      intermediateSize: reader.count("intermediate_size", 65_536),
      activation,
      headCount,
      layerNormEpsilon,
      contextDropout: true,
    },
  };
  const top = layerCount + 1;
  const body = [
    ...encoderSpecs(encoder),
    ...linearSpecs("bert.pooler.dense", hiddenSize, hiddenSize, { group: "pooler", depth: top }),
  ];
  return {
    family: bert,
    sizes: { vocabularySize, hiddenSize, layerCount, headCount, maxPositions },
    tokenizer: { vocabularySize, typeCount, older: wordPieceDefinition },
    dropout: {
      hidden,
      attention: reader.rate("attention_probs_dropout_prob", 0.1),
      classifier: reader.rate("classifier_dropout", hidden),
    },
    initializerRange: reader.number("initializer_range", 0, 10, 0.02),
    params: (outputCount) => [
      ...body,
      ...linearSpecs("classifier", outputCount, hiddenSize, { group: "classifier", depth: top }),
    ],
    parameterOf,
    tied: new Map([["bert.embeddings.word_embeddings.weight", ["cls.predictions.decoder.weight"]]]),
    ...firstTokenClassifier(encoder, head),
    pretraining: pretraining(encoder, body),
  };
}
