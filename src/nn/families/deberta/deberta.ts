import { paddingMask } from "../../blocks/encoder.ts";
import { stackLayers } from "../../blocks/layer-stack.ts";
import { debertaByteLevel } from "../../../data/text/byte-level.ts";
import { sentencePiece } from "../../../data/text/sentence-piece.ts";
import { linearSpecs } from "../../blocks/specs.ts";
import { classifierOver } from "../../blocks/token-head.ts";
import type { Inputs } from "../../inputs.ts";
import type { Family, Model } from "../../model.ts";
import type { ParamSet } from "../../params.ts";
import type { Pass, Scope } from "../../scope.ts";
import type { OnnxGraph } from "../../../models/onnx/graph.ts";
import { ConfigReader } from "../config.ts";
import { parameterNames } from "../names.ts";
import { readDeberta } from "./config.ts";
import type { DebertaEncoder } from "./config.ts";
import { embed, embedGraph, embeddingSpecs } from "./embeddings.ts";
import { debertaLayer, layerGraph, layerSpecs } from "./layer.ts";
import { presets, presetsV3 } from "./presets.ts";
import { reachedTable, relativeSpecs, tableGraph } from "./relative.ts";

const title = "DeBERTa: Decoding-enhanced BERT with Disentangled Attention";
const authors = "He, Liu, Gao, Chen";

/** DeBERTa's first version, as Hugging Face's DebertaForSequenceClassification. */
const deberta: Family = {
  id: "deberta",
  label: "DeBERTa",
  className: "Deberta",
  adaptable: false,
  summary:
    "An encoder whose attention asks of every pair of words how far apart they stand: queries and keys have products with " +
    "a table of distances, in place of positions that are added to the words.",
  source: {
    title,
    authors,
    year: 2021,
    url: "https://arxiv.org/abs/2006.03654",
    where: "Section 3; names and numeric details as in Hugging Face's DebertaForSequenceClassification",
  },
  fields: [],
  presets,
  open: (json) => open(deberta, "first", json),
};

/** DeBERTa v2 and v3, as Hugging Face's DebertaV2ForSequenceClassification. */
const debertaV2: Family = {
  id: "deberta-v2",
  label: "DeBERTa v2 and v3",
  className: "DebertaV2",
  adaptable: false,
  summary:
    "DeBERTa with distances in buckets, the farther the wider, and with the words' own matrices for them; version 3 was " +
    "pre-trained to tell which words of a text were replaced.",
  source: {
    title: "DeBERTaV3: Improving DeBERTa using ELECTRA-Style Pre-Training with Gradient-Disentangled Embedding Sharing",
    authors: "He, Gao, Chen",
    year: 2021,
    url: "https://arxiv.org/abs/2111.09543",
    where: "Section 2; names and numeric details as in Hugging Face's DebertaV2ForSequenceClassification",
  },
  fields: [],
  presets: presetsV3,
  open: (json) => open(debertaV2, "second", json),
};

/** Both versions. */
export const debertas: readonly Family[] = [deberta, debertaV2];

const layers = "deberta.encoder.layer";

const named = parameterNames({
  prefix: "deberta.",
  body: /^(embeddings|encoder)\./,
  head: /^(pooler\.dense|classifier)\./,
});

function open(family: Family, version: "first" | "second", json: unknown): Model {
  const { encoder, head, sizes, tokens, dropout, initializerRange } = readDeberta(new ConfigReader(json), version);
  const { hiddenSize, layerCount, vocabularySize } = sizes;
  const top = layerCount + 1;
  const body = [
    ...embeddingSpecs(encoder.embeddings),
    ...(encoder.relative === null ? [] : relativeSpecs(encoder.relative, hiddenSize)),
    ...Array.from({ length: layerCount }, (_, index) =>
      layerSpecs(encoder.layer, `${layers}.${index}`, index + 1),
    ).flat(),
    ...linearSpecs(head.dense, hiddenSize, hiddenSize, { group: "pooler", depth: top }),
  ];
  const specs = (outputCount: number) => [
    ...body,
    ...linearSpecs(head.output, outputCount, hiddenSize, { group: "classifier", depth: top }),
  ];
  const parameters = new Set(specs(1).map(({ name }) => name));
  return {
    family,
    sizes,
    // Pairs have types in Hugging Face's tokenizers even where there is no table of them.
    tokenizer: {
      vocabularySize,
      typeCount: encoder.embeddings.typeCount || 2,
      older: version === "first" ? debertaByteLevel : sentencePiece,
    },
    tokens,
    dropout,
    initializerRange,
    params: specs,
    // Files hold a table of positions that a model without one does not use.
    parameterOf(tensor) {
      const name = named(tensor);
      return name !== null && parameters.has(name) ? name : null;
    },
    tied: new Map([["deberta.embeddings.word_embeddings.weight", ["cls.predictions.decoder.weight"]]]),
    ...classifierOver(
      {
        hiddenSize,
        encode: (s, params, inputs) => encode(s, encoder, layerCount, params, inputs),
        graph: (g) => encodeGraph(g, encoder, layerCount),
      },
      head,
    ),
  };
}

/** out [tokens, hidden], the last hidden states. `back` overwrites the gradient it is given. */
function encode(
  s: Scope,
  { embeddings, layer }: DebertaEncoder,
  layerCount: number,
  params: ParamSet,
  inputs: Inputs,
): Pass<void> {
  const bottom = embed(s, embeddings, params, inputs);
  const table = layer.relative === null ? null : reachedTable(s, layer.relative, params, inputs);
  const stack = stackLayers(
    s,
    {
      count: layerCount,
      sizes: layer,
      forward: (own, index, label, hidden) =>
        debertaLayer(own, layer, params, inputs, { at: `${layers}.${index}`, label }, { hidden, table }),
    },
    inputs,
    bottom.out,
  );
  return {
    out: stack.out,
    back(own, dhidden) {
      stack.back(own, dhidden, (pass, inner) => pass.back(own, inner));
      bottom.back(own, dhidden);
    },
  };
}

/** The same in ONNX: the name of [batch · length, hidden]. */
function encodeGraph(g: OnnxGraph, { embeddings, layer }: DebertaEncoder, layerCount: number): string {
  paddingMask(g);
  const table = layer.relative === null ? null : tableGraph(g, layer.relative, layer.headCount);
  let hidden = embedGraph(g, embeddings);
  for (let index = 0; index < layerCount; index++) {
    hidden = layerGraph(g, layer, `${layers}.${index}`, { hidden, table });
  }
  return hidden;
}
