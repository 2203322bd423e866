import { robertaByteLevel } from "../../../data/text/byte-level.ts";
import type { OlderFiles } from "../../../data/text/tokenizer-files.ts";
import { firstTokenClassifier, tokenHeadSpecs } from "../../blocks/token-head.ts";
import type { TokenHead } from "../../blocks/token-head.ts";
import type { Family, Model } from "../../model.ts";
import { ConfigReader } from "../config.ts";
import { readEncoder } from "../encoder-config.ts";
import { parameterNames } from "../names.ts";
import { robertaPresets, xlmRobertaPresets } from "./presets.ts";

const where = "names and numeric details as in Hugging Face's RobertaForSequenceClassification";

const roberta = member({
  id: "roberta",
  label: "RoBERTa",
  className: "Roberta",
  summary:
    "BERT's encoder, pre-trained for longer on more text and on masked words alone, with a classifier of two layers on top.",
  source: {
    title: "RoBERTa: A Robustly Optimized BERT Pretraining Approach",
    authors: "Liu et al.",
    year: 2019,
    url: "https://arxiv.org/abs/1907.11692",
    where: `Section 3; ${where}`,
  },
  presets: robertaPresets,
  older: robertaByteLevel,
});

const xlmRoberta = member({
  id: "xlm-roberta",
  label: "XLM-RoBERTa",
  className: "XLMRoberta",
  summary: "RoBERTa of a hundred languages: the same encoder, with a vocabulary of its own.",
  source: {
    title: "Unsupervised Cross-lingual Representation Learning at Scale",
    authors: "Conneau et al.",
    year: 2020,
    url: "https://arxiv.org/abs/1911.02116",
    where: `Section 3; ${where}`,
  },
  presets: xlmRobertaPresets,
  older: null,
});

const camembert = member({
  id: "camembert",
  label: "CamemBERT",
  className: "Camembert",
  summary: "RoBERTa of French: the same encoder, with a vocabulary of its own.",
  source: {
    title: "CamemBERT: a Tasty French Language Model",
    authors: "Martin et al.",
    year: 2020,
    url: "https://arxiv.org/abs/1911.03894",
    where: `Section 4; ${where}`,
  },
  presets: [],
  older: null,
});

/** RoBERTa, and the families that differ from it in their tokenizers alone. */
export const robertas: readonly Family[] = [roberta, xlmRoberta, camembert];

const head: TokenHead = {
  dense: "classifier.dense",
  activation: "tanh",
  output: "classifier.out_proj",
  dropoutBefore: "classifier",
};

function member({
  older,
  ...said
}: Pick<Family, "id" | "label" | "className" | "summary" | "source" | "presets"> & {
  readonly older: OlderFiles | null;
}): Family {
  const family: Family = {
    ...said,
    adaptable: false,
    fields: [],
    open: (json) => open(family, older, json),
  };
  return family;
}

function open(family: Family, older: OlderFiles | null, json: unknown): Model {
  const reader = new ConfigReader(json);
  const padId = reader.index("pad_token_id", 1);
  const { specs, encoder, sizes, ...read } = readEncoder(reader, {
    name: "roberta",
    typesTold: false,
    tableColumns: null,
    tokens: { padId, positionsBehindPad: true },
  });
  const { vocabularySize } = sizes;
  return {
    family,
    // The first rows of the table are read for the pad token alone, or never.
    sizes: { ...sizes, maxPositions: reader.behind("max_position_embeddings", sizes.maxPositions, padId) },
    ...read,
    tokenizer: { vocabularySize, typeCount: 0, older },
    params: (outputCount) => [...specs, ...tokenHeadSpecs(head, sizes, outputCount)],
    parameterOf: parameterNames({
      prefix: "roberta.",
      body: /^(embeddings|encoder)\./,
      head: /^classifier\.(dense|out_proj)\./,
    }),
    tied: new Map([["roberta.embeddings.word_embeddings.weight", ["lm_head.decoder.weight"]]]),
    ...firstTokenClassifier(encoder, head),
  };
}
