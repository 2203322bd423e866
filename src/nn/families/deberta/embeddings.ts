import type { OnnxGraph } from "../../../models/onnx/graph.ts";
import { countedPositions } from "../../blocks/embeddings.ts";
import { linearSpecs, normSpecs, tableSpec, wordTableSpec } from "../../blocks/specs.ts";
import type { Inputs } from "../../inputs.ts";
import { addNoise } from "../../ops/add-noise.ts";
import { dropout } from "../../ops/dropout.ts";
import { embeddings } from "../../ops/embeddings.ts";
import { residualLayerNorm } from "../../ops/layernorm.ts";
import { linear } from "../../ops/linear.ts";
import type { ParamSet, ParamSpec } from "../../params.ts";
import type { Pass, Scope } from "../../scope.ts";

/** A table of words, and tables of positions and token types where a model has them. */
export interface DebertaEmbeddings {
  readonly vocabularySize: number;
  /** Columns of the tables; where they are others than the hidden size, a product stands before the LayerNorm. */
  readonly columns: number;
  readonly hiddenSize: number;
  /** 0: there is no such table. */
  readonly positionCount: number;
  /** 0: there is no such table. */
  readonly typeCount: number;
  readonly layerNormEpsilon: number;
}

const at = "deberta.embeddings";

export function embeddingSpecs(e: DebertaEmbeddings): readonly ParamSpec[] {
  const place = { group: "embeddings", depth: 0 } as const;
  const table = (part: string, rows: number) =>
    rows === 0 ? [] : [tableSpec(`${at}.${part}_embeddings`, rows, e.columns)];
  const [projection] = linearSpecs(`${at}.embed_proj`, e.hiddenSize, e.columns, place);
  return [
    wordTableSpec(`${at}.word_embeddings`, e.vocabularySize, e.columns),
    ...table("position", e.positionCount),
    ...table("token_type", e.typeCount),
    // It belongs to the embeddings, of which no method selects.
    ...(e.columns === e.hiddenSize ? [] : [{ ...projection, selectable: false }]),
    ...normSpecs(`${at}.LayerNorm`, e.hiddenSize, place),
  ];
}

/**
 * dropout(LayerNorm(word + position + type)), or of a product of the sum: out [tokens, hidden].
 *
 * Source: He et al. 2021, DeBERTa, as in Hugging Face's DebertaEmbeddings.
 */
export function embed(s: Scope, e: DebertaEmbeddings, params: ParamSet, inputs: Inputs): Pass<void> {
  const table = (part: string, rows: number) => (rows === 0 ? null : params.of(`${at}.${part}_embeddings.weight`));
  const word = params.of(`${at}.word_embeddings.weight`);
  const [position, types] = [table("position", e.positionCount), table("token_type", e.typeCount)];
  const rows = embeddings(s, "embeddings", inputs, word, position, types);
  if (s.noise !== null) addNoise(s, "embeddings noise", rows.out, s.noise);
  const projected =
    e.columns === e.hiddenSize
      ? null
      : linear(s, "embeddings project", rows.out, params.of(`${at}.embed_proj.weight`), null);
  const { gamma, beta } = params.norm(`${at}.LayerNorm`);
  const options = { epsilon: e.layerNormEpsilon, dropout: 0 };
  const normed = residualLayerNorm(s, "embeddings norm", projected?.out ?? rows.out, null, gamma, beta, options);
  const dropped = dropout(s, "embeddings dropout", normed.out, s.dropout.hidden);
  return {
    out: dropped.out,
    back(scope, dout) {
      const { dx } = normed.back(scope, dropped.back(scope, dout));
      if (projected === null) {
        rows.back(scope, dx);
        return;
      }
      const dcolumns = scope.temporary("d embeddings", rows.out.shape);
      projected.back(scope, dx, dcolumns, 0);
      rows.back(scope, dcolumns);
      scope.free(dcolumns);
    },
  };
}

/** The same in ONNX: the name of [batch · length, hidden]. */
export function embedGraph(g: OnnxGraph, e: DebertaEmbeddings): string {
  const table = (part: string): string => g.weight(`${at}.${part}_embeddings.weight`);
  let sum = g.node("Gather", [table("word"), g.input("input_ids")], "words");
  if (e.positionCount > 0) sum = g.node("Add", [sum, countedPositions(g, table("position"))], "placed words");
  if (e.typeCount > 0) {
    const types = g.node("Gather", [table("token_type"), g.input("token_type_ids")], "types");
    sum = g.node("Add", [sum, types], "embeddings");
  }
  const rows = g.node("Reshape", [sum, g.wholes("table shape", [-1, e.columns])], "embeddings rows");
  const projected = e.columns === e.hiddenSize ? rows : g.product(`${at}.embed_proj`, rows);
  return g.norm(`${at}.LayerNorm`, projected, e.layerNormEpsilon);
}
