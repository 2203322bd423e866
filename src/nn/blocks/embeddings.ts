import type { OnnxGraph } from "../../models/onnx/graph.ts";
import type { Inputs } from "../inputs.ts";
import { addNoise } from "../ops/add-noise.ts";
import { dropout } from "../ops/dropout.ts";
import { embeddings } from "../ops/embeddings.ts";
import { residualLayerNorm } from "../ops/layernorm.ts";
import type { ParamSet, ParamSpec } from "../params.ts";
import type { Pass, Scope } from "../scope.ts";
import { normSpecs, tableSpec } from "./specs.ts";

/** Word, position and, where there are any, token type tables, summed and normed. */
export interface Embeddings {
  /** Parameters are `${name}.word_embeddings.weight` and so on. */
  readonly name: string;
  readonly hiddenSize: number;
  readonly vocabularySize: number;
  readonly positionCount: number;
  /** False: the positions stand still, as a table of sines does. */
  readonly positionsTrained: boolean;
  /** 0: there is no such table. */
  readonly typeCount: number;
  readonly layerNormEpsilon: number;
}

export function embeddingSpecs(e: Embeddings): readonly ParamSpec[] {
  const { name, hiddenSize: H } = e;
  return [
    tableSpec(`${name}.word_embeddings`, e.vocabularySize, H),
    tableSpec(`${name}.position_embeddings`, e.positionCount, H, e.positionsTrained),
    ...(e.typeCount === 0 ? [] : [tableSpec(`${name}.token_type_embeddings`, e.typeCount, H)]),
    ...normSpecs(`${name}.LayerNorm`, H, { group: "embeddings", depth: 0 }),
  ];
}

/** dropout(LayerNorm(word + position + type)): out [tokens, hidden]. Source: Devlin et al. 2019, figure 2. */
export function embed(s: Scope, e: Embeddings, params: ParamSet, inputs: Inputs): Pass<void> {
  const table = (part: string) => params.of(`${e.name}.${part}_embeddings.weight`);
  const types = e.typeCount === 0 ? null : table("token_type");
  const rows = embeddings(s, "embeddings", inputs, table("word"), table("position"), types);
  if (s.noise !== null) addNoise(s, "embeddings noise", rows.out, s.noise);
  const { gamma, beta } = params.norm(`${e.name}.LayerNorm`);
  const options = { epsilon: e.layerNormEpsilon, dropout: 0 };
  const normed = residualLayerNorm(s, "embeddings norm", rows.out, null, gamma, beta, options);
  const dropped = dropout(s, "embeddings dropout", normed.out, s.dropout.hidden);
  return {
    out: dropped.out,
    back(s, dhidden) {
      const { dx } = normed.back(s, dropped.back(s, dhidden));
      rows.back(s, dx);
    },
  };
}

/** The same in ONNX: the name of [batch · length, hidden]. */
export function embedGraph(g: OnnxGraph, e: Embeddings): string {
  const table = (part: string): string => g.weight(`${e.name}.${part}_embeddings.weight`);
  const words = g.node("Gather", [table("word"), g.input("input_ids")], "words");
  const length = g.node("Shape", ["input_ids"], "length", { start: { int: 1 }, end: { int: 2 } });
  const zero = g.wholes("zero", [0]);
  const positions = g.node("Slice", [table("position"), zero, length, zero], "positions");
  let sum = g.node("Add", [words, positions], "placed words");
  if (e.typeCount > 0) {
    const types = g.node("Gather", [table("token_type"), g.input("token_type_ids")], "types");
    sum = g.node("Add", [sum, types], "embeddings");
  }
  const rows = g.node("Reshape", [sum, g.wholes("rows shape", [-1, e.hiddenSize])], "embeddings rows");
  return g.norm(`${e.name}.LayerNorm`, rows, e.layerNormEpsilon);
}
