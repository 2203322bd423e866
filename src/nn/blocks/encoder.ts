import type { OnnxGraph } from "../../models/onnx/graph.ts";
import type { Inputs } from "../inputs.ts";
import type { ParamSet, ParamSpec } from "../params.ts";
import type { Pass, Scope } from "../scope.ts";
import { embed, embedGraph, embeddingSpecs } from "./embeddings.ts";
import type { Embeddings } from "./embeddings.ts";
import { encoderLayer, layerGraph, layerSpecs } from "./encoder-layer.ts";
import type { EncoderLayer } from "./encoder-layer.ts";

/** Embeddings and a stack of layers, each of the same kind. */
export interface Encoder {
  readonly embeddings: Embeddings;
  /** Layer i is `${layers}.${i}` in a checkpoint's file. */
  readonly layers: string;
  readonly layerCount: number;
  readonly layer: EncoderLayer;
}

export function encoderSpecs({ embeddings, layers, layerCount, layer }: Encoder): readonly ParamSpec[] {
  const each = Array.from({ length: layerCount }, (_, index) => layerSpecs(layer, `${layers}.${index}`, index + 1));
  return [...embeddingSpecs(embeddings), ...each.flat()];
}

/**
 * A layer's forward of this many floating-point operations goes to the device by itself (10 ms at 1 TFLOP/s), so that no
 * single submit runs long enough for a watchdog.
 */
const longLayer = 1e10;

/** out [tokens, hidden], the last hidden states. `back` overwrites the gradient it is given. */
export function encode(
  s: Scope,
  { embeddings, layers, layerCount, layer }: Encoder,
  params: ParamSet,
  inputs: Inputs,
): Pass<void> {
  const bottom = embed(s, embeddings, params, inputs);
  const passes: Pass<void>[] = [];
  const { hiddenSize, intermediateSize } = layer;
  const operations = 4 * inputs.tokenCount * hiddenSize * (2 * hiddenSize + intermediateSize);
  const breathe = (scope: Scope): void => {
    if (operations >= longLayer) scope.rec.submit();
  };
  let hidden = bottom.out;
  for (let index = 0; index < layerCount; index++) {
    const place = { at: `${layers}.${index}`, label: `layer ${index}` };
    const pass = encoderLayer(s, layer, params, inputs, place, hidden);
    passes.push(pass);
    hidden = pass.out;
    breathe(s);
  }
  return {
    out: hidden,
    back(s, dhidden) {
      for (const pass of passes.toReversed()) {
        pass.back(s, dhidden);
        breathe(s);
      }
      bottom.back(s, dhidden);
    },
  };
}

/** Added to the scores of padding: exp() of it is 0, and unlike an infinity it makes no NaN where all is padding. */
const masked = -1e9;

/** The same in ONNX: the name of the last hidden states [batch · length, hidden]. */
export function encodeGraph(g: OnnxGraph, { embeddings, layers, layerCount, layer }: Encoder): string {
  const kept = g.node("Cast", [g.input("attention_mask")], "kept", { to: { int: 1 } });
  const left = g.node("Sub", [g.number("one", 1), kept], "left out");
  const scores = g.node("Mul", [left, g.number("masked score", masked)], "masked scores");
  g.node("Unsqueeze", [scores, g.wholes("mask axes", [1, 2])], "mask");
  let hidden = embedGraph(g, embeddings);
  for (let index = 0; index < layerCount; index++) hidden = layerGraph(g, layer, `${layers}.${index}`, hidden);
  return hidden;
}
