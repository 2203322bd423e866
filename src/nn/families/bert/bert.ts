import { firstTokenClassifier } from "../../blocks/token-head.ts";
import type { TokenHead } from "../../blocks/token-head.ts";
import { linearSpecs } from "../../blocks/specs.ts";
import { wordPiece } from "../../../data/text/wordpiece.ts";
import type { Family, Model } from "../../model.ts";
import { plainTokens } from "../../inputs.ts";
import { ConfigReader } from "../config.ts";
import { readEncoder } from "../encoder-config.ts";
import { parameterNames } from "../names.ts";
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

const head: TokenHead = {
  dense: "bert.pooler.dense",
  activation: "tanh",
  output: "classifier",
  dropoutBefore: null,
};

const parameterOf = parameterNames({ prefix: "bert.", body: /^(embeddings|encoder|pooler)\./, head: /^classifier\./ });

function open(json: unknown): Model {
  const reader = new ConfigReader(json);
  const kind = { name: "bert", typesTold: true, tableColumns: null, tokens: plainTokens };
  const { encoder, specs, sizes, ...read } = readEncoder(reader, kind);
  const { vocabularySize, hiddenSize, layerCount } = sizes;
  const top = layerCount + 1;
  const body = [...specs, ...linearSpecs("bert.pooler.dense", hiddenSize, hiddenSize, { group: "pooler", depth: top })];
  return {
    family: bert,
    sizes,
    ...read,
    tokenizer: { vocabularySize, typeCount: encoder.embeddings.typeCount, older: wordPiece },
    params: (outputCount) => [
      ...body,
      ...linearSpecs("classifier", outputCount, hiddenSize, { group: "classifier", depth: top }),
    ],
    parameterOf,
    tied: new Map([["bert.embeddings.word_embeddings.weight", ["cls.predictions.decoder.weight"]]]),
    ...firstTokenClassifier(encoder, head),
    pretraining: pretraining(encoder, body, parameterOf),
  };
}
