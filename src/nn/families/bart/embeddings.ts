import type { Tensor } from "../../../gpu/tensor.ts";
import type { OnnxGraph } from "../../../models/onnx/graph.ts";
import { normSpecs, tableSpec, wordTableSpec } from "../../blocks/specs.ts";
import type { Inputs } from "../../inputs.ts";
import { addNoise } from "../../ops/add-noise.ts";
import { dropout } from "../../ops/dropout.ts";
import { embeddings } from "../../ops/embeddings.ts";
import { residualLayerNorm } from "../../ops/layernorm.ts";
import type { ParamSet, ParamSpec } from "../../params.ts";
import type { Pass, Scope } from "../../scope.ts";

/** Fixed in Hugging Face's code; no field of config.json changes it. */
export const layerNormEpsilon = 1e-5;
/** Rows of a table of positions that no token reads. */
export const unreadPositions = 2;

export type Side = "encoder" | "decoder";

/** One table of words for encoder and decoder, and of each a table of positions and a LayerNorm. */
export interface BartEmbeddings {
  readonly vocabularySize: number;
  readonly positionCount: number;
  readonly hiddenSize: number;
  /** Of a word's row. */
  readonly wordScale: number;
}

export const wordTable = "model.shared";

export function embeddingSpecs({ vocabularySize, positionCount, hiddenSize }: BartEmbeddings): readonly ParamSpec[] {
  const place = { group: "embeddings", depth: 0 } as const;
  const of = (side: Side) => [
    tableSpec(`model.${side}.embed_positions`, positionCount + unreadPositions, hiddenSize),
    ...normSpecs(`model.${side}.layernorm_embedding`, hiddenSize, place),
  ];
  return [wordTableSpec(wordTable, vocabularySize, hiddenSize), ...of("encoder"), ...of("decoder")];
}

/**
 * dropout(LayerNorm(wordScale · word + position)): out [tokens, hidden]. Noise is put on the encoder's alone. The word table's
 * gradient is the sum of both sides'.
 *
 * Source: Lewis et al. 2020, section 2.1; as in Hugging Face's BartEncoder and BartDecoder.
 */
export function embedSide(
  s: Scope,
  side: Side,
  { wordScale }: BartEmbeddings,
  params: ParamSet,
  inputs: Inputs,
): Pass<void> {
  const [word, position] = [params.of(`${wordTable}.weight`), params.of(`model.${side}.embed_positions.weight`)];
  const rows = embeddings(s, `${side} embeddings`, inputs, word, position, null, wordScale);
  if (side === "encoder" && s.noise !== null) addNoise(s, "embeddings noise", rows.out, s.noise);
  const { gamma, beta } = params.norm(`model.${side}.layernorm_embedding`);
  const options = { epsilon: layerNormEpsilon, dropout: 0 };
  const normed = residualLayerNorm(s, `${side} embeddings norm`, rows.out, null, gamma, beta, options);
  const dropped = dropout(s, `${side} embeddings dropout`, normed.out, s.dropout.hidden);
  return {
    out: dropped.out,
    back(scope, dout: Tensor) {
      const { dx } = normed.back(scope, dropped.back(scope, dout));
      rows.back(scope, dx);
    },
  };
}

/** The same in ONNX over `ids` [batch, length]: the name of [batch · length, hidden]. */
export function embedSideGraph(
  g: OnnxGraph,
  side: Side,
  ids: string,
  { hiddenSize, wordScale }: BartEmbeddings,
): string {
  const words = g.node("Gather", [g.weight(`${wordTable}.weight`), ids], `${side} words`);
  const scaled =
    wordScale === 1 ? words : g.node("Mul", [words, g.number("word scale", wordScale)], `${side} scaled words`);
  const length = g.node("Shape", [ids], `${side} length`, { start: { int: 1 }, end: { int: 2 } });
  const first = g.wholes("first position", [unreadPositions]);
  const beyond = g.node("Add", [length, first], `${side} beyond`);
  const table = g.weight(`model.${side}.embed_positions.weight`);
  const positions = g.node("Slice", [table, first, beyond, g.wholes("zero", [0])], `${side} positions`);
  const sum = g.node("Add", [scaled, positions], `${side} embeddings`);
  const rows = g.node("Reshape", [sum, g.wholes("rows shape", [-1, hiddenSize])], `${side} embeddings rows`);
  return g.norm(`model.${side}.layernorm_embedding`, rows, layerNormEpsilon);
}
