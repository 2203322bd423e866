import { AppError } from "../../core/errors.ts";
import { encode, ownEncoder, pooledHead } from "../bert/encoder.ts";
import { embeddingSpecs, layerSpecs, linearSpecs } from "../bert/specs.ts";
import type { Family, Forward, ModelConfig } from "../family.ts";
import type { Inputs } from "../inputs.ts";
import type { ParamSet, ParamSpec } from "../params.ts";
import type { Scope } from "../scope.ts";
import { ConfigReader } from "./config.ts";

/** BERT with a pooler and a classification or regression head, as Hugging Face's BertForSequenceClassification. */
export const bert: Family = {
  id: "bert",
  label: "BERT",
  summary: "The encoder of Devlin et al. with its pooler and a linear classifier on top.",
  source: {
    title: "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
    authors: "Devlin, Chang, Lee, Toutanova",
    year: 2019,
    url: "https://arxiv.org/abs/1810.04805",
    where: "Section 3; names and numeric details as in Hugging Face's BertForSequenceClassification",
  },
  fields: [],
  readConfig,
  params,
  rename,
  forward,
};

function readConfig(json: unknown, outputCount: number): ModelConfig {
  const reader = new ConfigReader(json);
  if (reader.raw("model_type") !== undefined && reader.raw("model_type") !== "bert") {
    const found = JSON.stringify(reader.raw("model_type")) ?? "";
    throw new AppError("bad-config", `config.json: model_type is ${found.slice(0, 60)}; this program trains "bert".`);
  }
  reader.word("hidden_act", ["gelu"], "gelu");
  reader.word("position_embedding_type", ["absolute"], "absolute");
  const hiddenSize = reader.count("hidden_size", 16_384);
  const headCount = reader.count("num_attention_heads", 256);
  if (hiddenSize % headCount !== 0) {
    throw new AppError(
      "bad-config",
      `config.json: hidden_size ${hiddenSize} is not divisible by num_attention_heads ${headCount}.`,
    );
  }
  const hiddenDropout = reader.number("hidden_dropout_prob", 0, 0.99, 0.1);
  return {
    vocabularySize: reader.count("vocab_size", 1_000_000),
    hiddenSize,
    layerCount: reader.count("num_hidden_layers", 256),
    headCount,
    intermediateSize: reader.count("intermediate_size", 65_536),
    maxPositions: reader.count("max_position_embeddings", 65_536),
    typeCount: reader.count("type_vocab_size", 16, 2),
    layerNormEpsilon: reader.number("layer_norm_eps", 1e-20, 0.1, 1e-12),
    hiddenDropout,
    attentionDropout: reader.number("attention_probs_dropout_prob", 0, 0.99, 0.1),
    classifierDropout: reader.number("classifier_dropout", 0, 0.99, hiddenDropout),
    initializerRange: reader.number("initializer_range", 0, 10, 0.02),
    outputCount,
  };
}

/** Today's name of a tensor: files made from TensorFlow call LayerNorm's weight gamma and its bias beta. */
export function currentName(tensor: string): string {
  return tensor.replace(/LayerNorm\.gamma$/, "LayerNorm.weight").replace(/LayerNorm\.beta$/, "LayerNorm.bias");
}

function rename(checkpointName: string): string | null {
  const name = currentName(checkpointName);
  if (name.startsWith("classifier.")) return name;
  const bare = name.startsWith("bert.") ? name.slice("bert.".length) : name;
  if (!/^(embeddings|encoder|pooler)\./.test(bare) || bare === "embeddings.position_ids") return null;
  return `bert.${bare}`;
}

function params(config: ModelConfig): readonly ParamSpec[] {
  const { hiddenSize: H, layerCount, outputCount } = config;
  return [
    ...embeddingSpecs(config),
    ...layerSpecs(config, "bert.encoder", layerCount),
    ...linearSpecs("bert.pooler.dense", H, H, "pooler"),
    ...linearSpecs("classifier", outputCount, H, "classifier"),
  ];
}

function forward(s: Scope, config: ModelConfig, params: ParamSet, inputs: Inputs): Forward {
  const encoder = encode(s, config, params, inputs, ownEncoder(config));
  const head = pooledHead(s, params, inputs, encoder.out, "classifier", s.dropout.classifier);
  return {
    logits: head.out,
    back(s, dlogits) {
      encoder.back(s, head.back(s, dlogits));
    },
  };
}
