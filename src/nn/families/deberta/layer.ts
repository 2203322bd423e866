import { AppError } from "../../../core/errors.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import type { OnnxGraph } from "../../../models/onnx/graph.ts";
import { contextSublayer, contextSublayerGraph } from "../../blocks/attention-sublayer.ts";
import type { LayerPlace } from "../../blocks/attention-sublayer.ts";
import { feedForwardSpecs, feedForwardSublayer, feedForwardSublayerGraph } from "../../blocks/feed-forward-sublayer.ts";
import type { FeedForwardSublayer } from "../../blocks/feed-forward-sublayer.ts";
import { linearSpecs, normSpecs } from "../../blocks/specs.ts";
import type { Inputs } from "../../inputs.ts";
import { attention } from "../../ops/attention.ts";
import type { AttentionGradients } from "../../ops/attention-operands.ts";
import { jointProjection } from "../../ops/joint-projection.ts";
import type { JointPass } from "../../ops/joint-projection.ts";
import { linear } from "../../ops/linear.ts";
import { relativeAttention } from "../../ops/relative-attention.ts";
import type { ParamSet, ParamSpec } from "../../params.ts";
import type { Pass, Scope } from "../../scope.ts";
import { projectTable, termsGraph } from "./relative.ts";
import type { ProjectedPass, Relative, RelativePass } from "./relative.ts";

/** A layer of DeBERTa. */
export interface DebertaLayer extends FeedForwardSublayer {
  readonly headCount: number;
  /** Whether queries, keys and values have one matrix, its rows grouped by head, and two bare biases: the first version. */
  readonly joined: boolean;
  /** null: scores have no terms of the distance. */
  readonly relative: Relative | null;
  /** On a score. */
  readonly scale: number;
}

const self = "attention.self";
const names = { context: "attention.output.dense", contextNorm: "attention.output.LayerNorm" };
const contextDropout = true;

export function layerSpecs(layer: DebertaLayer, at: string, depth: number): readonly ParamSpec[] {
  const { hiddenSize: H, joined, relative } = layer;
  const place = { group: "encoder", depth } as const;
  const of = (name: string) => `${at}.${self}.${name}`;
  const [joint, bias] = linearSpecs(of("in_proj"), 3 * H, H, place);
  const content: readonly ParamSpec[] = joined
    ? [joint, ...["q_bias", "v_bias"].map((name) => ({ ...bias, name: of(name), shape: [H] }))]
    : [
        ...linearSpecs(of("query_proj"), H, H, place, "query"),
        ...linearSpecs(of("key_proj"), H, H, place, "key"),
        ...linearSpecs(of("value_proj"), H, H, place, "value"),
      ];
  const known = new Set(content.map(({ name }) => name));
  const positions = [relative?.projections.keys, relative?.projections.queries].flatMap((projection) => {
    if (projection === undefined || projection === null) return [];
    const specs = linearSpecs(`${at}.${projection.name}`, H, H, place);
    // Shared matrices are the content's own.
    return specs.slice(0, projection.biased ? 2 : 1).filter(({ name }) => !known.has(name));
  });
  return [
    ...content,
    ...positions,
    ...linearSpecs(`${at}.${names.context}`, H, H, place, "context"),
    ...normSpecs(`${at}.${names.contextNorm}`, H, place),
    ...feedForwardSpecs(layer, at, place),
  ];
}

/**
 * One layer over hidden [tokens, hidden]; `back` turns the gradient of its output into that of its input, in place.
 *
 * Source: He et al. 2021, DeBERTa, section 3.1, as in Hugging Face's DebertaLayer and DebertaV2Layer.
 */
export function debertaLayer(
  s: Scope,
  layer: DebertaLayer,
  params: ParamSet,
  inputs: Inputs,
  place: LayerPlace,
  { hidden, table }: { readonly hidden: Tensor; readonly table: RelativePass | null },
): Pass<void> {
  const content = projectContent(s, layer, params, place, hidden);
  const positions =
    layer.relative === null || table === null ? null : projectTable(s, layer.relative, params, place, table);
  const context = attend(s, layer, inputs, `${place.label} attention`, content, positions);
  const attended = contextSublayer(s, { ...layer, names, contextDropout }, params, place, hidden, context.out);
  const result = feedForwardSublayer(s, layer, params, place, attended.out);
  return {
    out: result.out,
    back(own, dhidden) {
      result.back(own, dhidden);
      attended.back(own, dhidden, (dcontext, dresidual) => {
        const gradients = context.back(own, dcontext);
        content.back(own, gradients, dresidual);
        own.free(gradients.dq, gradients.dk, gradients.dv);
      });
    },
  };
}

/** Queries, keys and values of the tokens. */
function projectContent(
  s: Scope,
  { joined, headCount }: DebertaLayer,
  params: ParamSet,
  { at, label }: LayerPlace,
  hidden: Tensor,
): JointPass {
  const of = (name: string) => params.of(`${at}.${self}.${name}`);
  if (joined) {
    const biases = { query: of("q_bias"), value: of("v_bias") };
    return jointProjection(s, label, hidden, of("in_proj.weight"), biases, headCount);
  }
  const dense = (part: string) =>
    linear(s, `${label} ${part}`, hidden, of(`${part}_proj.weight`), of(`${part}_proj.bias`));
  const [query, key, value] = [dense("query"), dense("key"), dense("value")];
  return {
    q: query.out,
    k: key.out,
    v: value.out,
    back(own, { dq, dk, dv }, dhidden) {
      query.back(own, dq, dhidden, 1);
      key.back(own, dk, dhidden, 1);
      value.back(own, dv, dhidden, 1);
    },
  };
}

/** Attention with the terms of the table, whose gradients its backward passes on. */
function attend(
  s: Scope,
  { headCount: heads, scale }: DebertaLayer,
  inputs: Inputs,
  label: string,
  content: JointPass,
  positions: ProjectedPass | null,
): Pass<AttentionGradients> {
  const options = { heads, dropout: s.dropout.attention, scale };
  if (positions === null) return attention(s, label, content, inputs, options);
  const { relative } = inputs;
  if (relative === null) throw new AppError("bug", "The batch has nothing for relative positions.");
  const context = relativeAttention(s, label, content, { ...inputs, relative }, options, positions.tables);
  return {
    out: context.out,
    back(own, dcontext) {
      const { tables, ...gradients } = context.back(own, dcontext);
      positions.back(own, tables);
      return gradients;
    },
  };
}

/** The same layer in ONNX, over and to [batch · length, hidden]. Wants "mask" [batch, 1, 1, length]; `table`: as tableGraph has it. */
export function layerGraph(
  g: OnnxGraph,
  layer: DebertaLayer,
  at: string,
  { hidden, table }: { readonly hidden: string; readonly table: string | null },
): string {
  const { hiddenSize, headCount: heads, relative } = layer;
  const size = hiddenSize / heads;
  const { query, key, value } = layer.joined ? jointGraph(g, layer, at, hidden) : separateGraph(g, layer, at, hidden);
  const turned = g.node("Transpose", [key], `${at} keys turned`, { perm: { ints: [0, 1, 3, 2] } });
  let scores = g.node("MatMul", [query, turned], `${at} products`);
  if (relative !== null && table !== null) {
    for (const term of termsGraph(g, relative, at, { table, query, key, heads, size })) {
      scores = g.node("Add", [scores, term], `${term} added`);
    }
  }
  const scaled = g.node("Mul", [scores, g.number("scale of scores", layer.scale)], `${at} scaled`);
  const seen = g.node("Add", [scaled, "mask"], `${at} scores`);
  const shares = g.node("Softmax", [seen], `${at} shares`, { axis: { int: -1 } });
  const mixed = g.node("MatMul", [shares, value], `${at} mixed`);
  const attended = contextSublayerGraph(g, { ...layer, names }, at, hidden, { mixed, name: at });
  return feedForwardSublayerGraph(g, layer, at, attended);
}

/** Queries, keys and values [batch, heads, length, size], by their names. */
type ContentNames = Readonly<Record<"query" | "key" | "value", string>>;

function separateGraph(g: OnnxGraph, layer: DebertaLayer, at: string, hidden: string): ContentNames {
  const shape = splitShape(g, at, [layer.headCount, layer.hiddenSize / layer.headCount]);
  const part = (name: string): string => {
    const rows = g.linear(`${at}.${self}.${name}_proj`, hidden);
    const heads = g.node("Reshape", [rows, shape], `${at} ${name} heads`);
    return g.node("Transpose", [heads], `${at} ${name} by head`, { perm: { ints: [0, 2, 1, 3] } });
  };
  return { query: part("query"), key: part("key"), value: part("value") };
}

function jointGraph(g: OnnxGraph, layer: DebertaLayer, at: string, hidden: string): ContentNames {
  const size = layer.hiddenSize / layer.headCount;
  const shape = splitShape(g, at, [layer.headCount, 3, size]);
  const split = g.node("Reshape", [g.product(`${at}.${self}.in_proj`, hidden), shape], `${at} joint heads`);
  const part = (name: string, index: number, bias: string | null): string => {
    const own = g.node("Gather", [split, g.wholes(`part ${index}`, index)], `${at} ${name} heads`, {
      axis: { int: 3 },
    });
    const byHead = g.node("Transpose", [own], `${at} ${name} by head`, { perm: { ints: [0, 2, 1, 3] } });
    if (bias === null) return byHead;
    const rows = [g.weight(`${at}.${self}.${bias}`), g.wholes("bias by head", [layer.headCount, 1, size])];
    return g.node("Add", [byHead, g.node("Reshape", rows, `${at} ${bias} by head`)], `${at} ${name} biased`);
  };
  return { query: part("query", 0, "q_bias"), key: part("key", 1, null), value: part("value", 2, "v_bias") };
}

/** [batch, length, ...rest] */
function splitShape(g: OnnxGraph, at: string, rest: readonly number[]): string {
  const sizes = g.node("Shape", [g.input("input_ids")], `${at} sizes`);
  const heads = g.wholes(`heads of ${rest.join(" x ")}`, rest);
  return g.node("Concat", [sizes, heads], `${at} split shape`, { axis: { int: 0 } });
}
