import type { OnnxGraph } from "../../models/onnx/graph.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Activation } from "../kernels.ts";
import { residualLayerNorm } from "../ops/layernorm.ts";
import { feedForward } from "../ops/linear.ts";
import type { ParamSet, ParamSpec } from "../params.ts";
import { layerOutput } from "../scope.ts";
import type { Pass, Scope } from "../scope.ts";
import { activationGraph } from "./activation-graph.ts";
import type { LayerPlace } from "./attention-sublayer.ts";
import { ownDx } from "./own-dx.ts";
import { linearSpecs, normSpecs } from "./specs.ts";
import type { Place } from "./specs.ts";

/** Two Linears with an activation between them, and a LayerNorm over them and what came in. */
export interface FeedForwardSublayer {
  /** What a family calls its parts in a checkpoint's file. */
  readonly names: {
    readonly expand: string;
    readonly contract: string;
    readonly outputNorm: string;
  };
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly activation: Activation;
  readonly layerNormEpsilon: number;
  /** Whether what the activation gives is dropped from. */
  readonly activationDropout: boolean;
}

export function feedForwardSpecs(
  { names, hiddenSize: H, intermediateSize: I }: FeedForwardSublayer,
  at: string,
  place: Place,
): readonly ParamSpec[] {
  return [
    ...linearSpecs(`${at}.${names.expand}`, I, H, place, "expand"),
    ...linearSpecs(`${at}.${names.contract}`, H, I, place, "contract"),
    ...normSpecs(`${at}.${names.outputNorm}`, H, place),
  ];
}

/** out [tokens, hidden]; `back` turns its gradient into that of the hidden states, in place. */
export function feedForwardSublayer(
  s: Scope,
  { names, activation, layerNormEpsilon: epsilon, activationDropout }: FeedForwardSublayer,
  params: ParamSet,
  { at, label }: LayerPlace,
  hidden: Tensor,
): Pass<void> {
  const layerOf = (name: string) => ({
    weight: params.of(`${at}.${name}.weight`),
    bias: params.of(`${at}.${name}.bias`),
  });
  const contracted = feedForward(s, label, hidden, {
    expand: layerOf(names.expand),
    activation,
    contract: layerOf(names.contract),
    dropout: activationDropout ? (s.dropout.activation ?? 0) : 0,
  });
  const { gamma, beta } = params.norm(`${at}.${names.outputNorm}`);
  const rates = { epsilon, dropout: s.dropout.hidden };
  const result = residualLayerNorm(s, layerOutput(label), contracted.out, hidden, gamma, beta, rates);
  return {
    out: result.out,
    back(s, dhidden) {
      const output = result.back(s, dhidden);
      contracted.back(s, output.dx, output.dresidual, 1);
      s.free(...ownDx(output));
    },
  };
}

/** The same in ONNX, over and to [batch · length, hidden]. */
export function feedForwardSublayerGraph(
  g: OnnxGraph,
  { names, activation, layerNormEpsilon }: FeedForwardSublayer,
  at: string,
  hidden: string,
): string {
  const expanded = g.linear(`${at}.${names.expand}`, hidden);
  const contracted = g.linear(`${at}.${names.contract}`, activationGraph(g, activation, `${at} activated`, expanded));
  return g.norm(`${at}.${names.outputNorm}`, g.node("Add", [contracted, hidden], `${at} done`), layerNormEpsilon);
}
