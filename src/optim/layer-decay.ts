import type { ParamSpec } from "../nn/params.ts";

/**
 * Factors on the learning rate by parameter name: ξ^d, where d is 0 for pooler and classifier, 1 for the top encoder
 * layer, and for the embeddings one more than for the lowest layer. ξ = 1 gives 1 everywhere.
 *
 * Source: Howard and Ruder 2018, section 3.2, as in the code of Zhang et al. 2021 (Revisiting Few-sample BERT
 * Fine-tuning), whose top layer is already one step below the head. Departs: with layer-wise rates that code takes the
 * weight decay off pooler and classifier; here they keep it.
 */
export function layerFactors(specs: readonly ParamSpec[], decay: number): ReadonlyMap<string, number> {
  const top = Math.max(...specs.map(({ depth }) => depth));
  return new Map(specs.map(({ name, depth }) => [name, decay ** (top - depth)]));
}
