import type { OnnxGraph } from "../../models/onnx/graph.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Inputs, TokenRows } from "../inputs.ts";
import { addNoise } from "../ops/add-noise.ts";
import { dropout } from "../ops/dropout.ts";
import { embeddings } from "../ops/embeddings.ts";
import { residualLayerNorm } from "../ops/layernorm.ts";
import { linear } from "../ops/linear.ts";
import type { ParamSet, ParamSpec } from "../params.ts";
import type { Pass, Scope } from "../scope.ts";
import { linearSpecs, normSpecs, tableSpec, wordTableSpec } from "./specs.ts";

/** Word, position and, where there are any, token type tables, summed and normed. */
export interface Embeddings {
  /** Parameters are `${name}.word_embeddings.weight` and so on. */
  readonly name: string;
  /** Columns of the tables. */
  readonly columns: number;
  /** The Linear behind the LayerNorm that makes hidden states of them; null: they are as wide. */
  readonly project: { readonly name: string; readonly hiddenSize: number } | null;
  readonly vocabularySize: number;
  readonly positionCount: number;
  /** False: the positions stand still, as a table of sines does. */
  readonly positionsTrained: boolean;
  /** 0: there is no such table. */
  readonly typeCount: number;
  /** False: every token is of type 0, however many there are. */
  readonly typesTold: boolean;
  readonly tokens: TokenRows;
  readonly layerNormEpsilon: number;
}

export function embeddingSpecs(e: Embeddings): readonly ParamSpec[] {
  const { name, columns, project } = e;
  const place = { group: "embeddings", depth: 0 } as const;
  const projection = project === null ? [] : linearSpecs(project.name, project.hiddenSize, columns, place);
  return [
    wordTableSpec(`${name}.word_embeddings`, e.vocabularySize, columns),
    tableSpec(`${name}.position_embeddings`, e.positionCount, columns, e.positionsTrained),
    ...(e.typeCount === 0 ? [] : [tableSpec(`${name}.token_type_embeddings`, e.typeCount, columns)]),
    ...normSpecs(`${name}.LayerNorm`, columns, place),
    // It belongs to the embeddings, of which no method selects.
    ...projection.map((spec) => ({ ...spec, selectable: false })),
  ];
}

/**
 * dropout(LayerNorm(word + position + type)), and a Linear over it where there is one: out [tokens, hidden].
 *
 * Source: Devlin et al. 2019, figure 2; the Linear: Clark et al. 2020, as in Hugging Face's ElectraModel.
 */
export function embed(s: Scope, e: Embeddings, params: ParamSet, inputs: Inputs): Pass<void> {
  const table = (part: string) => params.of(`${e.name}.${part}_embeddings.weight`);
  const types = e.typeCount === 0 ? null : table("token_type");
  const rows = embeddings(s, "embeddings", inputs, table("word"), table("position"), types);
  if (s.noise !== null) addNoise(s, "embeddings noise", rows.out, s.noise);
  const { gamma, beta } = params.norm(`${e.name}.LayerNorm`);
  const options = { epsilon: e.layerNormEpsilon, dropout: 0 };
  const normed = residualLayerNorm(s, "embeddings norm", rows.out, null, gamma, beta, options);
  const dropped = dropout(s, "embeddings dropout", normed.out, s.dropout.hidden);
  const back = (scope: Scope, dout: Tensor): void => {
    const { dx } = normed.back(scope, dropped.back(scope, dout));
    rows.back(scope, dx);
  };
  if (e.project === null) return { out: dropped.out, back };
  const [weight, bias] = [params.of(`${e.project.name}.weight`), params.of(`${e.project.name}.bias`)];
  const projected = linear(s, "embeddings project", dropped.out, weight, bias);
  return {
    out: projected.out,
    back(scope, dhidden) {
      const dcolumns = scope.temporary("d embeddings", dropped.out.shape);
      projected.back(scope, dhidden, dcolumns, 0);
      back(scope, dcolumns);
      scope.free(dcolumns);
    },
  };
}

/** The same in ONNX: the name of [batch · length, hidden]. */
export function embedGraph(g: OnnxGraph, e: Embeddings): string {
  const table = (part: string): string => g.weight(`${e.name}.${part}_embeddings.weight`);
  const words = g.node("Gather", [table("word"), g.input("input_ids")], "words");
  const { padId, positionsBehindPad } = e.tokens;
  const positions =
    padId === null || !positionsBehindPad
      ? countedPositions(g, table("position"))
      : positionsBehind(g, table("position"), padId);
  let sum = g.node("Add", [words, positions], "placed words");
  if (e.typeCount > 0) {
    const types = e.typesTold ? g.input("token_type_ids") : g.wholes("only type", 0);
    sum = g.node("Add", [sum, g.node("Gather", [table("token_type"), types], "types")], "embeddings");
  }
  const rows = g.node("Reshape", [sum, g.wholes("table shape", [-1, e.columns])], "embeddings rows");
  const normed = g.norm(`${e.name}.LayerNorm`, rows, e.layerNormEpsilon);
  return e.project === null ? normed : g.linear(e.project.name, normed);
}

/** Rows 0 … length - 1 of a table of positions. */
export function countedPositions(g: OnnxGraph, table: string): string {
  const length = g.node("Shape", ["input_ids"], "length", { start: { int: 1 }, end: { int: 2 } });
  const zero = g.wholes("zero", [0]);
  return g.node("Slice", [table, zero, length, zero], "positions");
}

/** The rows of positionsBehindPad: cumsum(id ≠ pad) · (id ≠ pad) + pad. */
function positionsBehind(g: OnnxGraph, table: string, padId: number): string {
  const pad = g.wholes("pad", padId);
  const isPad = g.node("Equal", [g.input("input_ids"), pad], "is pad");
  const real = g.node("Cast", [g.node("Not", [isPad], "is real")], "real", { to: { int: 7 } });
  const count = g.node("CumSum", [real, g.wholes("along", 1)], "count");
  const place = g.node("Add", [g.node("Mul", [count, real], "place of real"), pad], "place");
  return g.node("Gather", [table, place], "positions");
}
