import { AppError } from "../../core/errors.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Family, Forward, ModelConfig } from "../family.ts";
import type { Inputs } from "../inputs.ts";
import type { ParamSet, ParamSpec } from "../params.ts";
import type { Scope } from "../scope.ts";
import { attention } from "../ops/attention.ts";
import { dropout } from "../ops/dropout.ts";
import { embeddings } from "../ops/embeddings.ts";
import { firstTokens } from "../ops/first-tokens.ts";
import { gelu } from "../ops/gelu.ts";
import { residualLayerNorm } from "../ops/layernorm.ts";
import { linear } from "../ops/linear.ts";
import { tanhActivation } from "../ops/tanh.ts";
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

function rename(checkpointName: string): string | null {
  const name = checkpointName
    .replace(/LayerNorm\.gamma$/, "LayerNorm.weight")
    .replace(/LayerNorm\.beta$/, "LayerNorm.bias");
  if (name.startsWith("classifier.")) return name;
  const bare = name.startsWith("bert.") ? name.slice("bert.".length) : name;
  if (!/^(embeddings|encoder|pooler)\./.test(bare) || bare === "embeddings.position_ids") return null;
  return `bert.${bare}`;
}

function params(config: ModelConfig): readonly ParamSpec[] {
  const { hiddenSize: H, intermediateSize: I } = config;
  const table = (name: string, rows: number): ParamSpec => ({
    name: `bert.embeddings.${name}.weight`,
    shape: [rows, H],
    group: "embeddings",
    layer: null,
    decay: true,
    selectable: false,
    init: null,
  });
  return [
    table("word_embeddings", config.vocabularySize),
    table("position_embeddings", config.maxPositions),
    table("token_type_embeddings", config.typeCount),
    ...normSpecs("bert.embeddings", H, "embeddings", null),
    ...Array.from({ length: config.layerCount }, (_, layer) => layerSpecs(layer, H, I)).flat(),
    ...linearSpecs("bert.pooler.dense", H, H, "pooler", null),
    ...linearSpecs("classifier", config.outputCount, H, "classifier", null),
  ];
}

function layerSpecs(layer: number, H: number, I: number): readonly ParamSpec[] {
  const prefix = `bert.encoder.layer.${layer}`;
  return [
    ...linearSpecs(`${prefix}.attention.self.query`, H, H, "encoder", layer),
    ...linearSpecs(`${prefix}.attention.self.key`, H, H, "encoder", layer),
    ...linearSpecs(`${prefix}.attention.self.value`, H, H, "encoder", layer),
    ...linearSpecs(`${prefix}.attention.output.dense`, H, H, "encoder", layer),
    ...normSpecs(`${prefix}.attention.output`, H, "encoder", layer),
    ...linearSpecs(`${prefix}.intermediate.dense`, I, H, "encoder", layer),
    ...linearSpecs(`${prefix}.output.dense`, H, I, "encoder", layer),
    ...normSpecs(`${prefix}.output`, H, "encoder", layer),
  ];
}

type Group = ParamSpec["group"];

function linearSpecs(name: string, outputs: number, inputs: number, group: Group, layer: number | null): ParamSpec[] {
  const head = group === "classifier";
  return [
    {
      name: `${name}.weight`,
      shape: [outputs, inputs],
      group,
      layer,
      decay: true,
      selectable: true,
      init: head ? "normal" : null,
    },
    {
      name: `${name}.bias`,
      shape: [outputs],
      group,
      layer,
      decay: false,
      selectable: false,
      init: head ? "zeros" : null,
    },
  ];
}

function normSpecs(name: string, size: number, group: Group, layer: number | null): ParamSpec[] {
  return ["weight", "bias"].map((part) => ({
    name: `${name}.LayerNorm.${part}`,
    shape: [size],
    group,
    layer,
    decay: false,
    selectable: false,
    init: null,
  }));
}

function forward(s: Scope, config: ModelConfig, params: ParamSet, inputs: Inputs): Forward {
  const epsilon = config.layerNormEpsilon;
  const table = (name: string) => params.of(`bert.embeddings.${name}.weight`);
  const rows = embeddings(
    s,
    "embeddings",
    inputs,
    table("word_embeddings"),
    table("position_embeddings"),
    table("token_type_embeddings"),
  );
  const norm = normOf(params, "bert.embeddings");
  const normed = residualLayerNorm(s, "embeddings norm", rows.out, null, norm.gamma, norm.beta, {
    epsilon,
    dropout: 0,
  });
  const dropped = dropout(s, "embeddings dropout", normed.out, s.dropout.hidden);
  const layers: Layer[] = [];
  let hidden = dropped.out;
  for (let layer = 0; layer < config.layerCount; layer++) {
    const pass = encoderLayer(s, config, params, inputs, layer, hidden);
    layers.push(pass);
    hidden = pass.out;
  }
  const head = classify(s, params, inputs, hidden);
  return {
    logits: head.logits,
    back(s, dlogits) {
      const dhidden = head.back(s, dlogits);
      for (const layer of layers.toReversed()) layer.back(s, dhidden);
      const { dx } = normed.back(s, dropped.back(s, dhidden));
      rows.back(s, dx);
    },
  };
}

/** One encoder layer; `back` turns the gradient of its output into that of its input, in place. */
interface Layer {
  readonly out: Tensor;
  back(s: Scope, dhidden: Tensor): void;
}

function encoderLayer(
  s: Scope,
  config: ModelConfig,
  params: ParamSet,
  inputs: Inputs,
  layer: number,
  hidden: Tensor,
): Layer {
  const label = (name: string): string => `layer ${layer} ${name}`;
  const prefix = `bert.encoder.layer.${layer}`;
  const dense = (name: string, x: Tensor) =>
    linear(s, label(name), x, params.of(`${prefix}.${name}.weight`), params.of(`${prefix}.${name}.bias`));
  const addNorm = (name: string, x: Tensor, residual: Tensor) => {
    const { gamma, beta } = normOf(params, `${prefix}.${name}`);
    const options = { epsilon: config.layerNormEpsilon, dropout: s.dropout.hidden };
    return residualLayerNorm(s, label(`${name} norm`), x, residual, gamma, beta, options);
  };
  const query = dense("attention.self.query", hidden);
  const key = dense("attention.self.key", hidden);
  const value = dense("attention.self.value", hidden);
  const options = { heads: config.headCount, dropout: s.dropout.attention };
  const context = attention(s, label("attention"), query.out, key.out, value.out, inputs, options);
  const projected = dense("attention.output.dense", context.out);
  const attended = addNorm("attention.output", projected.out, hidden);
  const expanded = dense("intermediate.dense", attended.out);
  const activated = gelu(s, label("gelu"), expanded.out);
  const contracted = dense("output.dense", activated.out);
  const result = addNorm("output", contracted.out, attended.out);
  return {
    out: result.out,
    back(s, dhidden) {
      const output = result.back(s, dhidden);
      const dactivated = s.temporary("d activated", activated.out.shape);
      contracted.back(s, output.dx, dactivated, 0);
      expanded.back(s, activated.back(s, dactivated), output.dresidual, 1);
      const middle = attended.back(s, output.dresidual);
      const dcontext = s.temporary("d context", context.out.shape);
      projected.back(s, middle.dx, dcontext, 0);
      const { dq, dk, dv } = context.back(s, dcontext);
      query.back(s, dq, middle.dresidual, 1);
      key.back(s, dk, middle.dresidual, 1);
      value.back(s, dv, middle.dresidual, 1);
    },
  };
}

function classify(s: Scope, params: ParamSet, inputs: Inputs, hidden: Tensor) {
  const first = firstTokens(s, "first tokens", hidden, inputs);
  const head = (name: string, x: Tensor, label: string) =>
    linear(s, label, x, params.of(`${name}.weight`), params.of(`${name}.bias`));
  const dense = head("bert.pooler.dense", first.out, "pooler");
  const pooled = tanhActivation(s, "pooled", dense.out);
  const dropped = dropout(s, "pooled dropout", pooled.out, s.dropout.classifier);
  const scores = head("classifier", dropped.out, "logits");
  return {
    logits: scores.out,
    back(s: Scope, dlogits: Tensor): Tensor {
      const dpooled = s.temporary("d pooled", pooled.out.shape);
      scores.back(s, dlogits, dpooled, 0);
      const dfirst = s.temporary("d first", first.out.shape);
      dense.back(s, pooled.back(s, dropped.back(s, dpooled)), dfirst, 0);
      return first.back(s, dfirst);
    },
  };
}

function normOf(params: ParamSet, prefix: string) {
  return { gamma: params.of(`${prefix}.LayerNorm.weight`), beta: params.of(`${prefix}.LayerNorm.bias`) };
}
