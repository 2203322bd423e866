import { AppError } from "../../../core/errors.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { OnnxGraph } from "../../../models/onnx/graph.ts";
import { decoderLayer, decoderLayerGraph } from "../../blocks/decoder-layer.ts";
import type { DecoderLayer } from "../../blocks/decoder-layer.ts";
import { masked } from "../../blocks/encoder.ts";
import { stackLayers } from "../../blocks/layer-stack.ts";
import { inLayers, throughLayers } from "../../ops/convert.ts";
import type { DecoderInputs, Inputs, TokenRows } from "../../inputs.ts";
import type { ParamSet } from "../../params.ts";
import type { Scope } from "../../scope.ts";
import { embedSide, embedSideGraph } from "./embeddings.ts";
import type { BartEmbeddings } from "./embeddings.ts";

/** Embeddings and a stack of layers over an encoder's states. */
export interface Decoder {
  readonly embeddings: BartEmbeddings;
  /** Layer i is `${layers}.${i}` in a checkpoint's file. */
  readonly layers: string;
  readonly layerCount: number;
  /** Layers of the encoder, behind which the decoder's are counted. */
  readonly below: number;
  readonly layer: DecoderLayer;
}

/** What a decoder reads. Errors: bug, where the batch was not made for one. */
export function decoderInputsOf({ decoder }: Inputs): DecoderInputs {
  if (decoder === null) throw new AppError("bug", "The batch has nothing for a decoder.");
  return decoder;
}

/** A decoder's result; `back` overwrites the gradient it is given and writes that of the encoder's states. */
interface DecoderPass {
  /** [tokens, hidden] */
  readonly out: Tensor;
  back(s: Scope, dhidden: Tensor, dstates: Tensor): void;
}

/** The last hidden states of a decoder over an encoder's states. Source: Lewis et al. 2020, section 2.1. */
export function decode(
  s: Scope,
  { embeddings, layers, layerCount, below, layer }: Decoder,
  params: ParamSet,
  inputs: Inputs,
  states: Tensor,
): DecoderPass {
  const inner = inLayers(s, "decoder states", states);
  const bottom = embedSide(s, "decoder", embeddings, params, { ...inputs, ...decoderInputsOf(inputs) });
  const stack = stackLayers(
    s,
    {
      below,
      count: layerCount,
      sizes: layer,
      forward: (own, index, label, hidden) =>
        decoderLayer(own, layer, params, inputs, { at: `${layers}.${index}`, label }, { hidden, states: inner }),
    },
    inputs,
    bottom.out,
  );
  return {
    out: stack.out,
    back(own, dhidden, into) {
      throughLayers(own, "d decoder states", into, (dstates) => {
        stack.back(own, dhidden, (pass, dinner, done) => {
          pass.back(own, dinner, { into: dstates, accumulate: done === 0 ? 0 : 1 });
        });
      });
      bottom.back(own, dhidden);
    },
  };
}

/** The same in ONNX: the name of [batch · length, hidden]. Wants "mask". */
export function decodeGraph(
  g: OnnxGraph,
  { embeddings, layers, layerCount, layer }: Decoder,
  startId: number,
  states: string,
): string {
  causalMask(g);
  let hidden = embedSideGraph(g, "decoder", movedIds(g, startId), embeddings);
  for (let index = 0; index < layerCount; index++) {
    hidden = decoderLayerGraph(g, layer, `${layers}.${index}`, { hidden, states });
  }
  return hidden;
}

/** The ids moved on by one behind a token that begins. */
function movedIds(g: OnnxGraph, startId: number): string {
  const ids = g.input("input_ids");
  const batch = g.node("Shape", [ids], "rows", { start: { int: 0 }, end: { int: 1 } });
  const shape = g.node("Concat", [batch, g.wholes("one token", [1])], "begin shape", { axis: { int: 0 } });
  const begin = g.node("Expand", [g.wholes("begin token", startId), shape], "begin");
  const bounds = [g.wholes("zero", [0]), g.wholes("last token", [-1]), g.wholes("along", [1])];
  const rest = g.node("Slice", [ids, ...bounds], "all but the last");
  return g.node("Concat", [begin, rest], "decoder ids", { axis: { int: 1 } });
}

/** The node "causal mask" [length, length]: what stands later than a token is left out. */
function causalMask(g: OnnxGraph): void {
  const length = g.node("Shape", [g.input("input_ids")], "square side", { start: { int: 1 }, end: { int: 2 } });
  const square = g.node("Concat", [length, length], "square", { axis: { int: 0 } });
  const full = g.node("Expand", [g.number("masked score", masked), square], "all left out");
  g.node("Trilu", [full, g.wholes("above the diagonal", 1)], "causal mask", { upper: { int: 1 } });
}

/** The name of [batch, hidden]: the hidden states at each row's last end token, at its first token where it has none. */
export function endTokensGraph(
  g: OnnxGraph,
  { endId }: NonNullable<TokenRows["decoder"]>,
  hiddenSize: number,
  hidden: string,
): string {
  const sizes = g.node("Shape", [g.input("input_ids")], "sizes");
  const shape = g.node("Concat", [sizes, g.wholes("hidden", [hiddenSize])], "token shape", { axis: { int: 0 } });
  const tokens = g.node("Reshape", [hidden, shape], "tokens");
  const equal = g.node("Equal", [g.input("input_ids"), g.wholes("end token", endId)], "is end");
  const ends = g.node(
    "Mul",
    [g.node("Cast", [equal], "ends", { to: { int: 7 } }), g.input("attention_mask")],
    "real ends",
  );
  const length = g.node("Shape", [g.input("input_ids")], "place count", { start: { int: 1 }, end: { int: 2 } });
  const bounds = [g.wholes("first place", 0), g.node("Squeeze", [length], "places beyond"), g.wholes("next place", 1)];
  const places = g.node("Mul", [ends, g.node("Range", bounds, "places")], "end places");
  const last = g.node("ReduceMax", [places], "last end", { axes: { ints: [1] }, keepdims: { int: 1 } });
  return g.node("GatherND", [tokens, last], "end tokens", { batch_dims: { int: 1 } });
}
