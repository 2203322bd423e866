import { defineKernel, gridOf } from "../../gpu/kernel.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Scope } from "../scope.ts";
import categorical from "../../../shaders/token_cross_entropy.wgsl?raw";
import binary from "../../../shaders/token_binary_cross_entropy.wgsl?raw";
import mean from "../../../shaders/loss_mean.wgsl?raw";

/** Cross-entropy over a vocabulary, its gradient in the place of the logits. */
export const tokenCrossEntropyKernel = defineKernel({
  name: "token_cross_entropy",
  wgsl: categorical,
  bindings: { labels: "read", x: "read_write", losses: "read_write" },
  uniforms: { rows: "u32", cols: "u32", scale: "f32" },
});

const tokensPerGroup = 64;

/** Logistic loss of one logit a token, and its gradient. */
export const tokenBinaryCrossEntropyKernel = defineKernel({
  name: "token_binary_cross_entropy",
  wgsl: binary,
  bindings: { logits: "read", labels: "read", dlogits: "read_write", losses: "read_write" },
  uniforms: { tokens: "u32", scale: "f32" },
  constants: { WG: tokensPerGroup },
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
 * of weight · mean by the logits, which it writes in their place.
 *
 * logits [rows, classes], any number of classes; labels u32 [rows].
 */
export function tokenCrossEntropy(s: Scope, logits: Tensor, labels: Tensor, place: TokenLossPlace, weight = 1): Tensor {
  const [rows = 0, cols = 0] = logits.shape;
  const losses = s.temporary("token losses", [rows, 2]);
  s.rec.run(tokenCrossEntropyKernel, { labels, x: logits, losses }, { rows, cols, scale: weight / rows }, gridOf(rows));
  report(s, losses, place);
  return logits;
}

/**
 * Mean logistic loss of a logit a token against 0 or 1, and how often its sign is right. Returns the gradient of
 * weight · mean by the logits, a temporary.
 *
 * logits [tokens, 1]; labels f32 [tokens].
 */
export function tokenBinaryCrossEntropy(
  s: Scope,
  logits: Tensor,
  labels: Tensor,
  place: TokenLossPlace,
  weight = 1,
): Tensor {
  const [tokens = 0] = logits.shape;
  const losses = s.temporary("token losses", [tokens, 2]);
  const dlogits = s.temporary("d token logits", logits.shape);
  const grid = gridOf(Math.ceil(tokens / tokensPerGroup));
  const buffers = { logits, labels, dlogits, losses };
  s.rec.run(tokenBinaryCrossEntropyKernel, buffers, { tokens, scale: weight / tokens }, grid);
  report(s, losses, place);
  return dlogits;
}

function report(s: Scope, losses: Tensor, { results, slot, column, sum }: TokenLossPlace): void {
  const uniforms = { rows: losses.shape[0] ?? 0, slot, column, accumulate: sum ? 1 : 0 };
  s.rec.run(lossMeanKernel, { losses, results }, uniforms, [1, 1, 1]);
}
