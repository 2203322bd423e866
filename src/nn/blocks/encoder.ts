import type { OnnxGraph } from "../../models/onnx/graph.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Inputs } from "../inputs.ts";
import type { ParamSet, ParamSpec } from "../params.ts";
import type { Pass, Scope } from "../scope.ts";
import { embed, embedGraph, embeddingSpecs } from "./embeddings.ts";
import type { Embeddings } from "./embeddings.ts";
import { encoderLayer, layerGraph, layerSpecs } from "./encoder-layer.ts";
import type { EncoderLayer } from "./encoder-layer.ts";
import { stackLayers } from "./layer-stack.ts";

/** Layers one on another, each of the same kind. */
export interface EncoderLayers {
  /** Layer i is `${layers}.${i}` in a checkpoint's file. */
  readonly layers: string;
  readonly layerCount: number;
  readonly layer: EncoderLayer;
}

/** Embeddings and a stack of layers. */
export interface Encoder extends EncoderLayers {
  readonly embeddings: Embeddings;
}

export function encoderSpecs({ embeddings, ...stack }: Encoder): readonly ParamSpec[] {
  return [...embeddingSpecs(embeddings), ...encoderLayerSpecs(stack)];
}

export function encoderLayerSpecs({ layers, layerCount, layer }: EncoderLayers): readonly ParamSpec[] {
  return Array.from({ length: layerCount }, (_, index) => layerSpecs(layer, `${layers}.${index}`, index + 1)).flat();
}

/** out [tokens, hidden], the last hidden states. `back` turns the gradient it is given into that of `first`. */
export function encodeLayers(
  s: Scope,
  { layers, layerCount, layer }: EncoderLayers,
  params: ParamSet,
  inputs: Inputs,
  first: Tensor,
): Pass<void> {
  const stack = stackLayers(
    s,
    {
      count: layerCount,
      sizes: layer,
      forward: (own, index, label, hidden) =>
        encoderLayer(own, layer, params, inputs, { at: `${layers}.${index}`, label }, hidden),
    },
    inputs,
    first,
  );
  return { out: stack.out, back: (own, dhidden) => stack.back(own, dhidden, (pass, inner) => pass.back(own, inner)) };
}

/** out [tokens, hidden], the last hidden states. `back` overwrites the gradient it is given. */
export function encode(s: Scope, { embeddings, ...stack }: Encoder, params: ParamSet, inputs: Inputs): Pass<void> {
  const bottom = embed(s, embeddings, params, inputs);
  const top = encodeLayers(s, stack, params, inputs, bottom.out);
  return {
    out: top.out,
    back(s, dhidden) {
      top.back(s, dhidden);
      bottom.back(s, dhidden);
    },
  };
}

/** Added to the scores of padding: exp() of it is 0, and unlike an infinity it makes no NaN where all is padding. */
export const masked = -1e9;

/** The same in ONNX: the name of the last hidden states [batch · length, hidden]. */
export function encodeGraph(g: OnnxGraph, { embeddings, ...stack }: Encoder): string {
  paddingMask(g);
  return encodeLayersGraph(g, stack, embedGraph(g, embeddings));
}

/** The node "mask" [batch, 1, 1, length], which is added to scores. */
export function paddingMask(g: OnnxGraph): void {
  const kept = g.node("Cast", [g.input("attention_mask")], "kept", { to: { int: 1 } });
  const left = g.node("Sub", [g.number("one", 1), kept], "left out");
  const scores = g.node("Mul", [left, g.number("masked score", masked)], "masked scores");
  g.node("Unsqueeze", [scores, g.wholes("mask axes", [1, 2])], "mask");
}

/** encodeLayers in ONNX. Wants "mask". */
export function encodeLayersGraph(g: OnnxGraph, { layers, layerCount, layer }: EncoderLayers, first: string): string {
  let hidden = first;
  for (let index = 0; index < layerCount; index++) hidden = layerGraph(g, layer, `${layers}.${index}`, hidden);
  return hidden;
}
