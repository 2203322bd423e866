import type { OnnxGraph } from "../../models/onnx/graph.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Inputs } from "../inputs.ts";
import type { ParamSet, ParamSpec } from "../params.ts";
import type { Pass, Scope } from "../scope.ts";
import { attentionSpecs, attentionSublayer, attentionSublayerGraph, everything } from "./attention-sublayer.ts";
import type { AttentionSublayer, LayerPlace } from "./attention-sublayer.ts";
import { feedForwardSpecs, feedForwardSublayer, feedForwardSublayerGraph } from "./feed-forward-sublayer.ts";
import type { FeedForwardSublayer } from "./feed-forward-sublayer.ts";

/** A Transformer encoder layer with its LayerNorms behind the sums, as in BERT. */
export type EncoderLayer = AttentionSublayer & FeedForwardSublayer;

/** The parameters of the layer `at`, "bert.encoder.layer.0" say. */
export function layerSpecs(layer: EncoderLayer, at: string, depth: number): readonly ParamSpec[] {
  const place = { group: "encoder", depth } as const;
  return [...attentionSpecs(layer, at, place), ...feedForwardSpecs(layer, at, place)];
}

/**
 * One layer over hidden [tokens, hidden]; `back` turns the gradient of its output into that of its input, in place.
 *
 * Source: Vaswani et al. 2017, section 3.1; Devlin et al. 2019.
 */
export function encoderLayer(
  s: Scope,
  layer: EncoderLayer,
  params: ParamSet,
  inputs: Inputs,
  place: LayerPlace,
  hidden: Tensor,
): Pass<void> {
  const attended = attentionSublayer(s, layer, params, inputs, place, hidden, everything);
  const result = feedForwardSublayer(s, layer, params, place, attended.out);
  return {
    out: result.out,
    back(s, dhidden) {
      result.back(s, dhidden);
      attended.back(s, dhidden, null);
    },
  };
}

/** The same layer in ONNX, over and to [batch · length, hidden]. Wants "mask" [batch, 1, 1, length]. */
export function layerGraph(g: OnnxGraph, layer: EncoderLayer, at: string, hidden: string): string {
  return feedForwardSublayerGraph(g, layer, at, attentionSublayerGraph(g, layer, at, hidden, { mask: "mask" }));
}
