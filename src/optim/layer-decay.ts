import type { ParamSpec } from "../nn/params.ts";

/**
 * Factors on the learning rate by parameter name: ξ^depth, where pooler and classifier have depth 0, the top encoder
 * layer 1, and the embeddings one more than the lowest layer. ξ = 1 gives 1 everywhere.
 *
 * Source: Howard and Ruder 2018, section 3.2, as in the code of Zhang et al. 2021 (Revisiting Few-sample BERT
 * Fine-tuning), whose top layer is already one step below the head. Departs: with layer-wise rates that code takes the
 * weight decay off pooler and classifier; here they keep it.
 */
export function layerFactors(specs: readonly ParamSpec[], decay: number): ReadonlyMap<string, number> {
  const layerCount = 1 + Math.max(-1, ...specs.map(({ layer }) => layer ?? -1));
  return new Map(specs.map((spec) => [spec.name, decay ** depthOf(spec, layerCount)]));
}

function depthOf({ group, layer }: ParamSpec, layerCount: number): number {
  if (group === "embeddings") return layerCount + 1;
  return layer === null ? 0 : layerCount - layer;
}
