import type { Tensor } from "../../gpu/tensor.ts";
import type { Inputs } from "../inputs.ts";
import { inLayers, outOfLayers, throughLayers } from "../ops/convert.ts";
import { layerScope } from "../scope.ts";
import type { Scope } from "../scope.ts";
import type { EncoderLayer } from "./encoder-layer.ts";

/**
 * A layer's forward of this many floating-point operations goes to the device by itself (10 ms at 1 TFLOP/s), so that no
 * single submit runs long enough for a watchdog.
 */
const longLayer = 1e10;

/** Sends what is recorded to the device behind a layer that takes long. */
function breathe(
  { rec }: Scope,
  { hiddenSize, intermediateSize }: Pick<EncoderLayer, "hiddenSize" | "intermediateSize">,
  { tokenCount }: Pick<Inputs, "tokenCount">,
): void {
  if (4 * tokenCount * hiddenSize * (2 * hiddenSize + intermediateSize) >= longLayer) rec.submit();
}

/** Layers one on another. */
export interface LayerStack<P> {
  /** Layers of the model below these, for which theirs are counted on. */
  readonly below?: number;
  readonly count: number;
  readonly sizes: Pick<EncoderLayer, "hiddenSize" | "intermediateSize">;
  /**
   * Records layer `index`, from 0, over hidden states [tokens, hidden] of the scope's type; its activations and draws are named
   * by `label`.
   */
  readonly forward: (s: Scope, index: number, label: string, hidden: Tensor) => P;
}

/** Their result, and the way back through them, from above. */
export interface StackPass<P> {
  /** [tokens, hidden], f32. */
  readonly out: Tensor;
  /**
   * Turns the gradient of `out`, f32, into that of what the stack began with: `each` does so for one layer with what it is
   * given, of the scope's type; `done`: how many were done before it.
   */
  back(s: Scope, dhidden: Tensor, each: (pass: P, dhidden: Tensor, done: number) => void): void;
}

/**
 * Records the layers over the hidden states `first`, f32. Where the scope recomputes, what stands between two layers is all that
 * is kept of them, and the backward records each layer's forward again, with the same draws and so the same bits; but that
 * of the top one, whose activations still stand: each stack has memory of its own.
 *
 * Source: Chen et al. 2016, Training Deep Nets with Sublinear Memory Cost.
 */
export function stackLayers<P extends { readonly out: Tensor }>(
  s: Scope,
  { below = 0, count, sizes, forward }: LayerStack<P>,
  inputs: Pick<Inputs, "tokenCount">,
  first: Tensor,
): StackPass<P> {
  const record = (index: number, hidden: Tensor): P => {
    const label = `layer ${below + index}`;
    const pass = forward(s.recompute ? layerScope(s, label, `layers from ${below}`) : s, index, label, hidden);
    breathe(s, sizes, inputs);
    return pass;
  };
  const layers: { readonly hidden: Tensor; readonly pass: P }[] = [];
  let hidden = inLayers(s, `layers from ${below}`, first);
  for (let index = 0; index < count; index++) {
    const pass = record(index, hidden);
    layers.push({ hidden, pass });
    hidden = pass.out;
  }
  return {
    out: outOfLayers(s, `out of layers from ${below}`, hidden),
    back(own, dhidden, each) {
      throughLayers(own, "d layers", dhidden, (inner) => {
        for (let index = count - 1; index >= 0; index--) {
          const layer = layers[index];
          if (layer === undefined) continue;
          const pass = s.recompute && index < count - 1 ? record(index, layer.hidden) : layer.pass;
          each(pass, inner, count - 1 - index);
          breathe(own, sizes, inputs);
        }
      });
    },
  };
}
