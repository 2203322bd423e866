import type { OnnxGraph } from "../../models/onnx/graph.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Inputs } from "../inputs.ts";
import { activate } from "../ops/activation.ts";
import { dropout } from "../ops/dropout.ts";
import { firstTokens } from "../ops/first-tokens.ts";
import { linear } from "../ops/linear.ts";
import { tanhActivation } from "../ops/tanh.ts";
import type { Activation } from "../kernels.ts";
import type { ParamSet, ParamSpec } from "../params.ts";
import type { Model, ModelSizes } from "../model.ts";
import type { Pass, Scope } from "../scope.ts";
import { activationGraph } from "./activation-graph.ts";
import { encode, encodeGraph } from "./encoder.ts";
import type { Encoder } from "./encoder.ts";
import { linearSpecs } from "./specs.ts";

/** A Linear, an activation and a second Linear over one token of each sequence, the first say. */
export interface TokenHead {
  readonly dense: string;
  readonly activation: "tanh" | Activation;
  readonly output: string;
  /** The rate at which the first Linear's input is dropped from as well, by its name; null: it is not. */
  readonly dropoutBefore: "classifier" | "pooler" | null;
}

/** The parameters of a head that is all of a classifier, above so many layers. */
export function tokenHeadSpecs(
  { dense, output }: TokenHead,
  { hiddenSize, layerCount }: Pick<ModelSizes, "hiddenSize" | "layerCount">,
  outputCount: number,
): readonly ParamSpec[] {
  const place = { group: "classifier", depth: layerCount + 1 } as const;
  return [...linearSpecs(dense, hiddenSize, hiddenSize, place), ...linearSpecs(output, outputCount, hiddenSize, place)];
}

/**
 * out [sequences, outputs] of tokens [sequences, hidden]; dropout at `rate` before the second Linear, and before the first where
 * so said, at that rate or at the pooler's own.
 *
 * `back` returns the temporary "d first", the gradient of the tokens.
 */
export function tokenHead(s: Scope, head: TokenHead, params: ParamSet, tokens: Tensor, rate: number): Pass {
  const dense = (name: string, x: Tensor, label: string) =>
    linear(s, label, x, params.of(`${name}.weight`), params.of(`${name}.bias`));
  const before = { classifier: rate, pooler: s.dropout.pooler ?? 0 };
  const entering = dropout(
    s,
    "first tokens dropout",
    tokens,
    head.dropoutBefore === null ? 0 : before[head.dropoutBefore],
  );
  const projected = dense(head.dense, entering.out, "pooler");
  const pooled =
    head.activation === "tanh"
      ? tanhActivation(s, "pooled", projected.out)
      : activate(s, "pooled", projected.out, head.activation);
  const dropped = dropout(s, "pooled dropout", pooled.out, rate);
  const scores = dense(head.output, dropped.out, "logits");
  return {
    out: scores.out,
    back(s, dlogits) {
      const dpooled = s.temporary("d pooled", pooled.out.shape);
      scores.back(s, dlogits, dpooled, 0);
      const dfirst = s.temporary("d first", tokens.shape);
      projected.back(s, pooled.back(s, dropped.back(s, dpooled)), dfirst, 0);
      s.free(dpooled);
      return entering.back(s, dfirst);
    },
  };
}

/** The same over the first token of each sequence of hidden [tokens, hidden]. `back` returns a temporary, the gradient of hidden. */
export function firstTokenHead(
  s: Scope,
  head: TokenHead,
  params: ParamSet,
  inputs: Inputs,
  hidden: Tensor,
  rate: number,
): Pass {
  const first = firstTokens(s, "first tokens", hidden, inputs);
  const scores = tokenHead(s, head, params, first.out, rate);
  return {
    out: scores.out,
    back(s, dlogits) {
      const dfirst = scores.back(s, dlogits);
      const dhidden = first.back(s, dfirst);
      s.free(dfirst);
      return dhidden;
    },
  };
}

/** What makes hidden states [tokens, hidden], and the same in ONNX: the name of [batch · length, hidden]. */
export interface States {
  readonly hiddenSize: number;
  encode(s: Scope, params: ParamSet, inputs: Inputs): Pass<void>;
  graph(g: OnnxGraph): string;
}

/** The forward and the graph of a classifier: an encoder with such a head over it. */
export function firstTokenClassifier(encoder: Encoder, head: TokenHead): Pick<Model, "forward" | "graph"> {
  const states: States = {
    hiddenSize: encoder.layer.hiddenSize,
    encode: (s, params, inputs) => encode(s, encoder, params, inputs),
    graph: (g) => encodeGraph(g, encoder),
  };
  return classifierOver(states, head);
}

/** The same over what makes hidden states otherwise. */
export function classifierOver({ hiddenSize, ...way }: States, head: TokenHead): Pick<Model, "forward" | "graph"> {
  return {
    forward(s, params, inputs) {
      const states = way.encode(s, params, inputs);
      const scores = firstTokenHead(s, head, params, inputs, states.out, s.dropout.classifier);
      return {
        logits: scores.out,
        back(s, dlogits) {
          const dhidden = scores.back(s, dlogits);
          states.back(s, dhidden);
          s.free(dhidden);
        },
      };
    },
    graph: (g) => firstTokenHeadGraph(g, head, hiddenSize, way.graph(g)),
  };
}

/** The same in ONNX, from [batch · length, hidden] to "logits" [batch, outputs]. */
function firstTokenHeadGraph(g: OnnxGraph, head: TokenHead, hiddenSize: number, hidden: string): void {
  const sizes = g.node("Shape", [g.input("input_ids")], "sizes");
  const shape = g.node("Concat", [sizes, g.wholes("hidden", [hiddenSize])], "token shape", { axis: { int: 0 } });
  const tokens = g.node("Reshape", [hidden, shape], "tokens");
  const first = g.node("Gather", [tokens, g.wholes("first", 0)], "first tokens", { axis: { int: 1 } });
  tokenHeadGraph(g, head, first);
}

/** tokenHead in ONNX, from [batch, hidden] to "logits" [batch, outputs]. */
export function tokenHeadGraph(g: OnnxGraph, head: TokenHead, tokens: string): void {
  const projected = g.linear(head.dense, tokens);
  const pooled =
    head.activation === "tanh"
      ? g.node("Tanh", [projected], "pooled")
      : activationGraph(g, head.activation, "pooled", projected);
  g.linear(head.output, pooled, "logits");
}
