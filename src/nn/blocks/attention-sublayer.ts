import type { OnnxGraph } from "../../models/onnx/graph.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Inputs } from "../inputs.ts";
import { attention } from "../ops/attention.ts";
import { residualLayerNorm } from "../ops/layernorm.ts";
import { linear } from "../ops/linear.ts";
import type { ParamSet, ParamSpec } from "../params.ts";
import type { Scope } from "../scope.ts";
import { ownDx } from "./own-dx.ts";
import { linearSpecs, normSpecs } from "./specs.ts";
import type { Place } from "./specs.ts";

/** Attention over hidden states, a Linear, and a LayerNorm over it and what came in. */
export interface AttentionSublayer {
  /** What a family calls its parts in a checkpoint's file. */
  readonly names: {
    readonly query: string;
    readonly key: string;
    readonly value: string;
    /** The Linear behind the heads, and the LayerNorm over it and what came in. */
    readonly context: string;
    readonly contextNorm: string;
  };
  readonly hiddenSize: number;
  readonly headCount: number;
  readonly layerNormEpsilon: number;
  /** Whether what attention gives is dropped from before it is added; not so in DistilBERT. */
  readonly contextDropout: boolean;
}

/** Where a layer's parameters are, "bert.encoder.layer.0" say, and what is in front of its activations and random draws. */
export interface LayerPlace {
  readonly at: string;
  readonly label: string;
}

/** `placed`: whether its matrices have a place of their own in the layer: ParamSpec.part. */
export function attentionSpecs(
  { names, hiddenSize: H }: AttentionSublayer,
  at: string,
  place: Place,
  placed = true,
): readonly ParamSpec[] {
  const part = <T>(name: T): T | null => (placed ? name : null);
  return [
    ...linearSpecs(`${at}.${names.query}`, H, H, place, part("query")),
    ...linearSpecs(`${at}.${names.key}`, H, H, place, part("key")),
    ...linearSpecs(`${at}.${names.value}`, H, H, place, part("value")),
    ...linearSpecs(`${at}.${names.context}`, H, H, place, part("context")),
    ...normSpecs(`${at}.${names.contextNorm}`, H, place),
  ];
}

/** What is attended to. */
export interface Attended {
  /** An encoder's states, as many as there are hidden states; null: the hidden states themselves. */
  readonly states: Tensor | null;
  /** Whether a token attends to those alone that stand no later. */
  readonly causal: boolean;
}

/** Every token of the same hidden states. */
export const everything: Attended = { states: null, causal: false };

/** out [tokens, hidden]. */
export interface AttentionSublayerPass {
  readonly out: Tensor;
  /**
   * Turns the gradient of `out` into that of the hidden states, in place. That of an encoder's states is written to
   * `dstates`, or added to what stands there.
   */
  back(s: Scope, dhidden: Tensor, dstates: { readonly into: Tensor; readonly accumulate: 0 | 1 } | null): void;
}

/** Source: Vaswani et al. 2017, section 3.1. */
export function attentionSublayer(
  s: Scope,
  layer: AttentionSublayer,
  params: ParamSet,
  inputs: Inputs,
  { at, label }: LayerPlace,
  hidden: Tensor,
  { states, causal }: Attended,
): AttentionSublayerPass {
  const { names, headCount } = layer;
  const dense = (name: string, part: string, x: Tensor) =>
    linear(s, `${label} ${part}`, x, params.of(`${at}.${name}.weight`), params.of(`${at}.${name}.bias`));
  const query = dense(names.query, "query", hidden);
  const key = dense(names.key, "key", states ?? hidden);
  const value = dense(names.value, "value", states ?? hidden);
  const operands = { q: query.out, k: key.out, v: value.out };
  const options = { heads: headCount, dropout: s.dropout.attention, causal };
  const context = attention(s, `${label} attention`, operands, inputs, options);
  const result = contextSublayer(s, layer, params, { at, label }, hidden, context.out);
  return {
    out: result.out,
    back(s, dhidden, dstates) {
      result.back(s, dhidden, (dcontext, dresidual) => {
        const { dq, dk, dv } = context.back(s, dcontext);
        const from = dstates ?? { into: dresidual, accumulate: 1 };
        query.back(s, dq, dresidual, 1);
        key.back(s, dk, from.into, from.accumulate);
        value.back(s, dv, from.into, 1);
        s.free(dq, dk, dv);
      });
    },
  };
}

/** What stands behind the heads; out [tokens, hidden]. */
interface ContextPass {
  readonly out: Tensor;
  /**
   * Turns the gradient of `out` into that of the hidden states, in place: `through` adds to it what comes through attention,
   * of whose result it is given the gradient.
   */
  back(s: Scope, dhidden: Tensor, through: (dcontext: Tensor, dresidual: Tensor) => void): void;
}

/** A Linear over what attention gives, and a LayerNorm over it and the hidden states. */
export function contextSublayer(
  s: Scope,
  {
    names,
    layerNormEpsilon,
    contextDropout,
  }: Pick<AttentionSublayer, "layerNormEpsilon" | "contextDropout"> & {
    readonly names: Pick<AttentionSublayer["names"], "context" | "contextNorm">;
  },
  params: ParamSet,
  { at, label }: LayerPlace,
  hidden: Tensor,
  context: Tensor,
): ContextPass {
  const [weight, bias] = [params.of(`${at}.${names.context}.weight`), params.of(`${at}.${names.context}.bias`)];
  const projected = linear(s, `${label} context`, context, weight, bias);
  const { gamma, beta } = params.norm(`${at}.${names.contextNorm}`);
  const rates = { epsilon: layerNormEpsilon, dropout: contextDropout ? s.dropout.hidden : 0 };
  // The labels of what is dropped are part of the random draws.
  const norm = `${label} attention.output norm`;
  const attended = residualLayerNorm(s, norm, projected.out, hidden, gamma, beta, rates);
  return {
    out: attended.out,
    back(s, dhidden, through) {
      const middle = attended.back(s, dhidden);
      const dcontext = s.temporary("d context", context.shape, context.dtype);
      projected.back(s, middle.dx, dcontext, 0);
      through(dcontext, middle.dresidual);
      s.free(dcontext, ...ownDx(middle));
    },
  };
}

/**
 * The same in ONNX, over and to [batch · length, hidden]. `mask`: the name of what is added to the scores, [batch, heads,
 * length, length] or of extent 1 where it is the same.
 */
export function attentionSublayerGraph(
  g: OnnxGraph,
  layer: AttentionSublayer,
  at: string,
  hidden: string,
  { states = hidden, mask, name = at }: { readonly states?: string; readonly mask: string; readonly name?: string },
): string {
  const { names, hiddenSize, headCount } = layer;
  const size = hiddenSize / headCount;
  const sizes = g.node("Shape", [g.input("input_ids")], `${name} sizes`);
  const heads = g.wholes(`${headCount} heads of ${size}`, [headCount, size]);
  const splitShape = g.node("Concat", [sizes, heads], `${name} split shape`, { axis: { int: 0 } });
  const split = (part: string, x: string, order: readonly number[]): string => {
    const parts = g.node("Reshape", [g.linear(`${at}.${part}`, x), splitShape], `${at}.${part} heads`);
    return g.node("Transpose", [parts], `${at}.${part} by head`, { perm: { ints: order } });
  };
  const query = split(names.query, hidden, [0, 2, 1, 3]);
  const key = split(names.key, states, [0, 2, 3, 1]);
  const value = split(names.value, states, [0, 2, 1, 3]);
  const products = g.node("MatMul", [query, key], `${name} products`);
  const scale = g.number(`scale of ${size}`, 1 / Math.sqrt(size));
  const scores = g.node("Add", [g.node("Mul", [products, scale], `${name} scaled`), mask], `${name} scores`);
  const shares = g.node("Softmax", [scores], `${name} shares`, { axis: { int: -1 } });
  const mixed = g.node("MatMul", [shares, value], `${name} mixed`);
  return contextSublayerGraph(g, layer, at, hidden, { mixed, name });
}

/** What stands behind the heads in ONNX, of `mixed` [batch, heads, length, size] and to [batch · length, hidden]. */
export function contextSublayerGraph(
  g: OnnxGraph,
  {
    names,
    hiddenSize,
    layerNormEpsilon,
  }: Pick<AttentionSublayer, "hiddenSize" | "layerNormEpsilon"> & {
    readonly names: Pick<AttentionSublayer["names"], "context" | "contextNorm">;
  },
  at: string,
  hidden: string,
  { mixed, name }: { readonly mixed: string; readonly name: string },
): string {
  const joined = g.node("Transpose", [mixed], `${name} joined`, { perm: { ints: [0, 2, 1, 3] } });
  const context = g.node("Reshape", [joined, g.wholes("rows shape", [-1, hiddenSize])], `${name} context`);
  const projected = g.linear(`${at}.${names.context}`, context);
  const sum = g.node("Add", [projected, hidden], `${name} attended`);
  return g.norm(`${at}.${names.contextNorm}`, sum, layerNormEpsilon);
}
