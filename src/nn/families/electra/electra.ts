import { wordPiece } from "../../../data/text/wordpiece.ts";
import { firstTokenClassifier, tokenHeadSpecs } from "../../blocks/token-head.ts";
import type { TokenHead } from "../../blocks/token-head.ts";
import type { Family, Model } from "../../model.ts";
import { ConfigReader } from "../config.ts";
import { readEncoder } from "../encoder-config.ts";
import { parameterNames } from "../names.ts";
import { presets } from "./presets.ts";

/** ELECTRA's discriminator, as Hugging Face's ElectraForSequenceClassification. */
export const electra: Family = {
  id: "electra",
  label: "ELECTRA",
  className: "Electra",
  adaptable: false,
  summary:
    "BERT's encoder, pre-trained to tell which words of a text were replaced, with a classifier of two layers on top. " +
    "Its small model has tables narrower than its hidden states, and a Linear between them.",
  source: {
    title: "ELECTRA: Pre-training Text Encoders as Discriminators Rather Than Generators",
    authors: "Clark, Luong, Le, Manning",
    year: 2020,
    url: "https://arxiv.org/abs/2003.10555",
    where: "Section 3; names and numeric details as in Hugging Face's ElectraForSequenceClassification",
  },
  fields: [],
  presets,
  open,
};

/** GELU in its erf form, whatever hidden_act says. */
const head: TokenHead = {
  dense: "classifier.dense",
  activation: "gelu",
  output: "classifier.out_proj",
  dropoutBefore: "classifier",
};

const parameterOf = parameterNames({
  prefix: "electra.",
  body: /^(embeddings|embeddings_project|encoder)\./,
  head: /^classifier\.(dense|out_proj)\./,
});

function open(json: unknown): Model {
  const reader = new ConfigReader(json);
  const { encoder, specs, sizes, ...read } = readEncoder(reader, {
    name: "electra",
    typesTold: true,
    tableColumns: reader.count("embedding_size", 16_384, 128),
    tokens: { padId: reader.index("pad_token_id", 0), positionsBehindPad: false },
  });
  const { vocabularySize } = sizes;
  return {
    family: electra,
    sizes,
    ...read,
    tokenizer: { vocabularySize, typeCount: encoder.embeddings.typeCount, older: wordPiece },
    params: (outputCount) => [...specs, ...tokenHeadSpecs(head, sizes, outputCount)],
    parameterOf,
    tied: new Map([["electra.embeddings.word_embeddings.weight", ["generator_lm_head.weight"]]]),
    ...firstTokenClassifier(encoder, head),
  };
}
