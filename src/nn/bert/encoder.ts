import type { Tensor } from "../../gpu/tensor.ts";
import type { ModelConfig } from "../family.ts";
import type { Inputs } from "../inputs.ts";
import { attention } from "../ops/attention.ts";
import { dropout } from "../ops/dropout.ts";
import { addNoise } from "../ops/add-noise.ts";
import { embeddings } from "../ops/embeddings.ts";
import { firstTokens } from "../ops/first-tokens.ts";
import { gelu } from "../ops/gelu.ts";
import { residualLayerNorm } from "../ops/layernorm.ts";
import { linear } from "../ops/linear.ts";
import { tanhActivation } from "../ops/tanh.ts";
import type { Param, ParamSet } from "../params.ts";
import type { Pass, Scope } from "../scope.ts";

/** Which encoder of a model: its layers' parameters, and what tells its activations and draws from another one's. */
export interface EncoderChoice {
  /** Parameters are `${prefix}.layer.${index}.…`. */
  readonly prefix: string;
  readonly layerCount: number;
  /** In front of every label; "" for the model's own encoder. */
  readonly name: string;
}

/** The encoder of a config.json. */
export function ownEncoder(config: ModelConfig): EncoderChoice {
  return { prefix: "bert.encoder", layerCount: config.layerCount, name: "" };
}

/**
 * A layer's forward of this many floating-point operations goes to the device by itself (10 ms at 1 TFLOP/s), so that no
 * single submit runs long enough for a watchdog.
 */
const longLayer = 1e10;

/**
 * Embeddings and encoder layers: out [tokens, hidden], the last hidden states.
 *
 * `back` overwrites the gradient it is given. The tables are `bert.embeddings.…` for every encoder of a model.
 */
export function encode(
  s: Scope,
  config: ModelConfig,
  params: ParamSet,
  inputs: Inputs,
  { prefix, layerCount, name }: EncoderChoice,
): Pass<void> {
  const bottom = embed(s, config, params, inputs, name);
  const layers: Pass<void>[] = [];
  const operations = 4 * inputs.tokenCount * config.hiddenSize * (2 * config.hiddenSize + config.intermediateSize);
  const breathe = (scope: Scope): void => {
    if (operations >= longLayer) scope.rec.submit();
  };
  let hidden = bottom.out;
  for (let layer = 0; layer < layerCount; layer++) {
    const place = { prefix: `${prefix}.layer.${layer}`, name: `${name}layer ${layer}` };
    const pass = encoderLayer(s, config, params, inputs, place, hidden);
    layers.push(pass);
    hidden = pass.out;
    breathe(s);
  }
  return {
    out: hidden,
    back(s, dhidden) {
      for (const layer of layers.toReversed()) {
        layer.back(s, dhidden);
        breathe(s);
      }
      bottom.back(s, dhidden);
    },
  };
}

function embed(s: Scope, config: ModelConfig, params: ParamSet, inputs: Inputs, name: string): Pass<void> {
  const table = (part: string) => params.of(`bert.embeddings.${part}.weight`);
  const rows = embeddings(
    s,
    `${name}embeddings`,
    inputs,
    table("word_embeddings"),
    table("position_embeddings"),
    table("token_type_embeddings"),
  );
  if (s.noise !== null) addNoise(s, `${name}embeddings noise`, rows.out, s.noise);
  const norm = normOf(params, "bert.embeddings.LayerNorm");
  const options = { epsilon: config.layerNormEpsilon, dropout: 0 };
  const normed = residualLayerNorm(s, `${name}embeddings norm`, rows.out, null, norm.gamma, norm.beta, options);
  const dropped = dropout(s, `${name}embeddings dropout`, normed.out, s.dropout.hidden);
  return {
    out: dropped.out,
    back(s, dhidden) {
      const { dx } = normed.back(s, dropped.back(s, dhidden));
      rows.back(s, dx);
    },
  };
}

/** One encoder layer; `back` turns the gradient of its output into that of its input, in place. */
function encoderLayer(
  s: Scope,
  config: ModelConfig,
  params: ParamSet,
  inputs: Inputs,
  { prefix, name: place }: { readonly prefix: string; readonly name: string },
  hidden: Tensor,
): Pass<void> {
  const label = (name: string): string => `${place} ${name}`;
  const dense = (name: string, x: Tensor) =>
    linear(s, label(name), x, params.of(`${prefix}.${name}.weight`), params.of(`${prefix}.${name}.bias`));
  const addNorm = (name: string, x: Tensor, residual: Tensor) => {
    const { gamma, beta } = normOf(params, `${prefix}.${name}.LayerNorm`);
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

/**
 * A linear head over the pooled first tokens: out [sequences, outputs].
 *
 * `back` overwrites the temporary "dhidden" [tokens, hidden] and returns it. Parameters: bert.pooler.dense, `head`.
 */
export function pooledHead(
  s: Scope,
  params: ParamSet,
  inputs: Inputs,
  hidden: Tensor,
  head: string,
  rate: number,
): Pass {
  const first = firstTokens(s, "first tokens", hidden, inputs);
  const dense = (name: string, x: Tensor, label: string) =>
    linear(s, label, x, params.of(`${name}.weight`), params.of(`${name}.bias`));
  const projected = dense("bert.pooler.dense", first.out, "pooler");
  const pooled = tanhActivation(s, "pooled", projected.out);
  const dropped = dropout(s, "pooled dropout", pooled.out, rate);
  const scores = dense(head, dropped.out, "logits");
  return {
    out: scores.out,
    back(s, dlogits) {
      const dpooled = s.temporary("d pooled", pooled.out.shape);
      scores.back(s, dlogits, dpooled, 0);
      const dfirst = s.temporary("d first", first.out.shape);
      projected.back(s, pooled.back(s, dropped.back(s, dpooled)), dfirst, 0);
      return first.back(s, dfirst);
    },
  };
}

/** Weight and bias of the LayerNorm of that name. */
export function normOf(params: ParamSet, name: string): { readonly gamma: Param; readonly beta: Param } {
  return { gamma: params.of(`${name}.weight`), beta: params.of(`${name}.bias`) };
}
