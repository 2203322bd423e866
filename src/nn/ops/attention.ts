import { AppError } from "../../core/errors.ts";
import { labelHash } from "../../core/rng.ts";
import { formatShape } from "../../core/shape.ts";
import type { AttentionVariant, Sequences } from "../kernels.ts";
import type { Pass, Scope } from "../scope.ts";
import { attendByBlocks } from "./attention-blocks.ts";
import { attendByMatrices } from "./attention-matrices.ts";
import type { AttentionGradients, AttentionOperands } from "./attention-operands.ts";
import { realOf } from "./real.ts";

/** The variant that works everywhere, and takes no memory that grows with the square of a sequence. */
export const portableAttention: AttentionVariant = {};

/** Every way to attend, by name. */
export const attentionVariants: ReadonlyMap<string, AttentionVariant> = new Map([
  ["blocks", portableAttention],
  ...[4, 8, 16, 32].flatMap((lanes) =>
    ([4, 8] as const).map((columns): [string, AttentionVariant] => [`matrices${lanes}x${columns}`, { lanes, columns }]),
  ),
]);

/** Most tokens of a sequence, and so the draws of a row of probabilities; LONGEST in the kernels. */
export const longestRow = 512;

/** `dropout` is on the probabilities, drawn under the label; `causal`: a token attends to those alone that stand no later. */
export interface AttentionOptions {
  readonly heads: number;
  readonly dropout: number;
  readonly causal?: boolean;
  /** On a product of a query and a key; 1 / sqrt(D) unless said. */
  readonly scale?: number;
}

/**
 * out = dropout(softmax(q kᵀ / sqrt(D))) v within each sequence and head; of the probabilities only a sum a row is kept.
 *
 * q may be of other tokens than k and v, as in a decoder that attends to an encoder's states, where both lie alike: as many
 * tokens in every sequence. That is so where a classifier's decoder reads what its encoder reads.
 *
 * q, k, v, out [tokens, heads · D], and their gradients, of one type. Errors: shape-mismatch; too-large, for a sequence of more than 512 tokens.
 * Source: Vaswani et al. 2017, equation 1.
 */
export function attention(
  s: Scope,
  label: string,
  operands: AttentionOperands,
  inputs: Sequences,
  { heads, dropout, causal = false, scale }: AttentionOptions,
): Pass<AttentionGradients> {
  checkOperands(operands, inputs, heads);
  const size = (operands.q.shape[1] ?? 0) / heads;
  const draws = { keep: 1 - dropout, seed: s.seed, label: labelHash(label), step: s.step };
  const numbers = { heads, size, causal, scale: scale ?? 1 / Math.sqrt(size), ...draws };
  const { lanes = 0, columns } = s.kernels.attention(
    { heads, size },
    inputs,
    realOf(operands.q, operands.k, operands.v),
  );
  return columns === undefined
    ? attendByBlocks(s, label, operands, inputs, numbers)
    : attendByMatrices(s, label, operands, inputs, numbers, { lanes, columns });
}

/** Errors: shape-mismatch, too-large. */
export function checkOperands({ q, k, v }: AttentionOperands, inputs: Sequences, heads: number): void {
  const shapes = [q, k, v].map(({ shape }) => formatShape(shape));
  const [tokens = 0, width = 0] = q.shape;
  if (new Set(shapes).size !== 1 || tokens !== inputs.tokenCount || width % heads !== 0) {
    const wanted = `[${inputs.tokenCount}, a multiple of ${heads}]`;
    throw new AppError("shape-mismatch", `Attention got q, k, v of ${shapes.join(", ")} and wanted ${wanted}.`);
  }
  if (inputs.maxLength > longestRow) {
    const message = `A sequence has ${inputs.maxLength} tokens; attention takes at most ${longestRow}. Shorten the input.`;
    throw new AppError("too-large", message);
  }
}
