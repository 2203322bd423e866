import type { OnnxGraph } from "../../models/onnx/graph.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Inputs } from "../inputs.ts";
import type { ParamSet, ParamSpec } from "../params.ts";
import type { Scope } from "../scope.ts";
import { attentionSpecs, attentionSublayer, attentionSublayerGraph } from "./attention-sublayer.ts";
import type { AttentionSublayer, AttentionSublayerPass, LayerPlace } from "./attention-sublayer.ts";
import type { EncoderLayer } from "./encoder-layer.ts";
import { feedForwardSpecs, feedForwardSublayer, feedForwardSublayerGraph } from "./feed-forward-sublayer.ts";

/** A Transformer decoder layer with its LayerNorms behind the sums: an encoder's, and between its parts attention to an encoder. */
export interface DecoderLayer extends EncoderLayer {
  readonly cross: AttentionSublayer["names"];
}

/**
 * The parameters of the layer `at`. Matrices of the attention to the encoder have no place of their own in it; `placed`: those of
 * the attention to itself have one.
 */
export function decoderLayerSpecs(
  layer: DecoderLayer,
  at: string,
  depth: number,
  placed: boolean,
): readonly ParamSpec[] {
  const place = { group: "encoder", depth } as const;
  return [
    ...attentionSpecs(layer, at, place, placed),
    ...attentionSpecs({ ...layer, names: layer.cross }, at, place, false),
    ...feedForwardSpecs(layer, at, place),
  ];
}

/**
 * One layer over hidden [tokens, hidden] and an encoder's states of the same shape: a token attends to those of its own
 * sequence that stand no later, then to every state of the encoder.
 *
 * Source: Vaswani et al. 2017, section 3.1; Lewis et al. 2020.
 */
export function decoderLayer(
  s: Scope,
  layer: DecoderLayer,
  params: ParamSet,
  inputs: Inputs,
  place: LayerPlace,
  { hidden, states }: { readonly hidden: Tensor; readonly states: Tensor },
): AttentionSublayerPass {
  const own = attentionSublayer(s, layer, params, inputs, place, hidden, { states: null, causal: true });
  const toEncoder = { ...layer, names: layer.cross };
  const crossPlace = { at: place.at, label: `${place.label} cross` };
  const cross = attentionSublayer(s, toEncoder, params, inputs, crossPlace, own.out, { states, causal: false });
  const result = feedForwardSublayer(s, layer, params, place, cross.out);
  return {
    out: result.out,
    back(s, dhidden, dstates) {
      result.back(s, dhidden);
      cross.back(s, dhidden, dstates);
      own.back(s, dhidden, null);
    },
  };
}

/** The same layer in ONNX. Wants "mask" [batch, 1, 1, length] and "causal mask" [length, length]. */
export function decoderLayerGraph(
  g: OnnxGraph,
  layer: DecoderLayer,
  at: string,
  { hidden, states }: { readonly hidden: string; readonly states: string },
): string {
  const own = attentionSublayerGraph(g, layer, at, hidden, { mask: "causal mask" });
  const toEncoder = { ...layer, names: layer.cross };
  const cross = attentionSublayerGraph(g, toEncoder, at, own, { states, mask: "mask", name: `${at} cross` });
  return feedForwardSublayerGraph(g, layer, at, cross);
}
