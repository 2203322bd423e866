import { defineKernel, gridOf } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Scope } from "../scope.ts";
import categorical from "../../../shaders/token_cross_entropy.wgsl?raw";
import mean from "../../../shaders/loss_mean.wgsl?raw";

/** Cross-entropy over a vocabulary, its gradient in the place of the logits. */
export const tokenCrossEntropyKernel = defineKernel({
  name: "token_cross_entropy",
  wgsl: categorical,
  bindings: { labels: "read", x: "read_write", losses: "read_write" },
  uniforms: { rows: "u32", cols: "u32", scale: "f32" },
});

/** Means, or sums, of losses and hits. */
export const lossMeanKernel = defineKernel({
  name: "loss_mean",
  wgsl: mean,
  bindings: { losses: "read", results: "read_write" },
  uniforms: { rows: "u32", slot: "u32", column: "u32", accumulate: "u32" },
});

/** Where a loss over rows and its share of right guesses go: results[slot, column] and the column behind it. */
export interface TokenLossPlace {
  /** f32 [slots, 8] */
  readonly results: Tensor;
  readonly slot: number;
  readonly column: number;
  /** Add the sums over the rows to what is there, instead of writing the means: for an evaluation. */
  readonly sum: boolean;
}

/**
 * Mean cross-entropy of softmax(logits) against `labels`, and how often the label is the highest. Returns the gradient
 * of the mean by the logits, which it writes in their place.
 *
 * logits [rows, classes], any number of classes; labels u32 [rows].
 */
export function tokenCrossEntropy(s: Scope, logits: Tensor, labels: Tensor, place: TokenLossPlace): Tensor {
  const [rows = 0, cols = 0] = logits.shape;
  const losses = s.temporary("token losses", [rows, 2]);
  s.rec.run(tokenCrossEntropyKernel, { labels, x: logits, losses }, { rows, cols, scale: 1 / rows }, gridOf(rows));
  report(s, losses, place);
  s.free(losses);
  return logits;
}

function report(s: Scope, losses: Tensor, { results, slot, column, sum }: TokenLossPlace): void {
  const uniforms = { rows: losses.shape[0] ?? 0, slot, column, accumulate: sum ? 1 : 0 };
  s.rec.run(lossMeanKernel, { losses, results }, uniforms, [1, 1, 1]);
}
