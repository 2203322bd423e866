import type { OnnxGraph } from "../../models/onnx/graph.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Inputs } from "../inputs.ts";
import type { Activation } from "../kernels.ts";
import { attention } from "../ops/attention.ts";
import { residualLayerNorm } from "../ops/layernorm.ts";
import type { LayerNormPass } from "../ops/layernorm.ts";
import { feedForward, linear } from "../ops/linear.ts";
import type { ParamSet, ParamSpec } from "../params.ts";
import type { Pass, Scope } from "../scope.ts";
import { activationGraph } from "./activation-graph.ts";
import { linearSpecs, normSpecs } from "./specs.ts";

/** What a family calls the parts of a layer in a checkpoint's file. */
export interface LayerNames {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  /** The Linear behind the heads, and the LayerNorm over it and what came in. */
  readonly context: string;
  readonly contextNorm: string;
  /** The two Linears of the feed-forward part, and the LayerNorm at the end. */
  readonly expand: string;
  readonly contract: string;
  readonly outputNorm: string;
}

/** A Transformer encoder layer with its LayerNorms behind the sums, as in BERT. */
export interface EncoderLayer {
  readonly names: LayerNames;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  /** Between the two Linears of the feed-forward part. */
  readonly activation: Activation;
  readonly headCount: number;
  readonly layerNormEpsilon: number;
  /** Whether what attention gives is dropped from before it is added; not so in DistilBERT. */
  readonly contextDropout: boolean;
}

/** The parameters of the layer `at`, "bert.encoder.layer.0" say. */
export function layerSpecs(layer: EncoderLayer, at: string, depth: number): readonly ParamSpec[] {
  const { names, hiddenSize: H, intermediateSize: I } = layer;
  const place = { group: "encoder", depth } as const;
  return [
    ...linearSpecs(`${at}.${names.query}`, H, H, place, "query"),
    ...linearSpecs(`${at}.${names.key}`, H, H, place, "key"),
    ...linearSpecs(`${at}.${names.value}`, H, H, place, "value"),
    ...linearSpecs(`${at}.${names.context}`, H, H, place, "context"),
    ...normSpecs(`${at}.${names.contextNorm}`, H, place),
    ...linearSpecs(`${at}.${names.expand}`, I, H, place, "expand"),
    ...linearSpecs(`${at}.${names.contract}`, H, I, place, "contract"),
    ...normSpecs(`${at}.${names.outputNorm}`, H, place),
  ];
}

/**
 * One layer over hidden [tokens, hidden]; `back` turns the gradient of its output into that of its input, in place.
 *
 * `label`: in front of its activations and random draws. Source: Vaswani et al. 2017, section 3.1; Devlin et al. 2019.
 */
export function encoderLayer(
  s: Scope,
  layer: EncoderLayer,
  params: ParamSet,
  inputs: Inputs,
  { at, label }: { readonly at: string; readonly label: string },
  hidden: Tensor,
): Pass<void> {
  const { names } = layer;
  const dense = (name: string, part: string, x: Tensor) =>
    linear(s, `${label} ${part}`, x, params.of(`${at}.${name}.weight`), params.of(`${at}.${name}.bias`));
  const layerOf = (name: string) => ({
    weight: params.of(`${at}.${name}.weight`),
    bias: params.of(`${at}.${name}.bias`),
  });
  const addNorm = (name: string, part: string, x: Tensor, residual: Tensor, rate: number) => {
    const { gamma, beta } = params.norm(`${at}.${name}`);
    const options = { epsilon: layer.layerNormEpsilon, dropout: rate };
    return residualLayerNorm(s, `${label} ${part} norm`, x, residual, gamma, beta, options);
  };
  const query = dense(names.query, "query", hidden);
  const key = dense(names.key, "key", hidden);
  const value = dense(names.value, "value", hidden);
  const operands = { q: query.out, k: key.out, v: value.out };
  const options = { heads: layer.headCount, dropout: s.dropout.attention };
  const context = attention(s, `${label} attention`, operands, inputs, options);
  const projected = dense(names.context, "context", context.out);
  const contextRate = layer.contextDropout ? s.dropout.hidden : 0;
  // The labels of what is dropped are part of the random draws.
  const attended = addNorm(names.contextNorm, "attention.output", projected.out, hidden, contextRate);
  const parts = {
    expand: layerOf(names.expand),
    activation: layer.activation,
    contract: layerOf(names.contract),
  };
  const contracted = feedForward(s, label, attended.out, parts);
  const result = addNorm(names.outputNorm, "output", contracted.out, attended.out, s.dropout.hidden);
  return {
    out: result.out,
    back(s, dhidden) {
      const output = result.back(s, dhidden);
      contracted.back(s, output.dx, output.dresidual, 1);
      s.free(...ownDx(output));
      const middle = attended.back(s, output.dresidual);
      const dcontext = s.temporary("d context", context.out.shape);
      projected.back(s, middle.dx, dcontext, 0);
      const { dq, dk, dv } = context.back(s, dcontext);
      query.back(s, dq, middle.dresidual, 1);
      key.back(s, dk, middle.dresidual, 1);
      value.back(s, dv, middle.dresidual, 1);
      s.free(dcontext, dq, dk, dv, ...ownDx(middle));
    },
  };
}

/** The gradient of what a LayerNorm adds, where it has memory of its own. */
function ownDx({ dx, dresidual }: ReturnType<LayerNormPass["back"]>): readonly Tensor[] {
  return dx === dresidual ? [] : [dx];
}

/** The same layer in ONNX, over and to [batch · length, hidden]. Wants "mask" [batch, 1, 1, length]. */
export function layerGraph(g: OnnxGraph, layer: EncoderLayer, at: string, hidden: string): string {
  const { names, layerNormEpsilon: epsilon } = layer;
  const context = attentionGraph(g, layer, at, hidden);
  const projected = g.linear(`${at}.${names.context}`, context);
  const attended = g.norm(`${at}.${names.contextNorm}`, g.node("Add", [projected, hidden], `${at} attended`), epsilon);
  const expanded = g.linear(`${at}.${names.expand}`, attended);
  const contracted = g.linear(
    `${at}.${names.contract}`,
    activationGraph(g, layer.activation, `${at} activated`, expanded),
  );
  return g.norm(`${at}.${names.outputNorm}`, g.node("Add", [contracted, attended], `${at} done`), epsilon);
}

/** softmax(q kᵀ / √d + mask) v per head; [batch · length, hidden] in and out. */
function attentionGraph(
  g: OnnxGraph,
  { names, hiddenSize, headCount }: EncoderLayer,
  at: string,
  hidden: string,
): string {
  const size = hiddenSize / headCount;
  const sizes = g.node("Shape", [g.input("input_ids")], `${at} sizes`);
  const splitShape = g.node("Concat", [sizes, g.wholes("heads", [headCount, size])], `${at} split shape`, {
    axis: { int: 0 },
  });
  const split = (name: string, order: readonly number[]): string => {
    const heads = g.node("Reshape", [g.linear(`${at}.${name}`, hidden), splitShape], `${at}.${name} heads`);
    return g.node("Transpose", [heads], `${at}.${name} by head`, { perm: { ints: order } });
  };
  const query = split(names.query, [0, 2, 1, 3]);
  const key = split(names.key, [0, 2, 3, 1]);
  const value = split(names.value, [0, 2, 1, 3]);
  const products = g.node("MatMul", [query, key], `${at} products`);
  const scaled = g.node("Mul", [products, g.number("head scale", 1 / Math.sqrt(size))], `${at} scaled`);
  const scores = g.node("Add", [scaled, "mask"], `${at} scores`);
  const shares = g.node("Softmax", [scores], `${at} shares`, { axis: { int: -1 } });
  const mixed = g.node("MatMul", [shares, value], `${at} mixed`);
  const joined = g.node("Transpose", [mixed], `${at} joined`, { perm: { ints: [0, 2, 1, 3] } });
  return g.node("Reshape", [joined, g.wholes("rows shape", [-1, hiddenSize])], `${at} context`);
}
