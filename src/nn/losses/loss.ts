import type { Tensor } from "../../gpu/tensor.ts";
import type { Scope } from "../scope.ts";

/** Where a loss's value goes: results [slots, 8]. */
export interface LossPlace {
  readonly results: Tensor;
  readonly slot: number;
  /** Add the sum over the batch to what is there, instead of writing the mean over it: for an evaluation. */
  readonly sum?: boolean;
}

/**
 * A task loss: its value goes to results[slot, 0], the gradient of its mean by the logits into a temporary.
 *
 * logits [B, outputs]; labels [B], class indices or scores, or [B, outputs], 0 and 1, where a row has several.
 */
export type Loss = (s: Scope, logits: Tensor, labels: Tensor, place: LossPlace) => { readonly dlogits: Tensor };
