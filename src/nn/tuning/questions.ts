import { bytesPerElement } from "../../gpu/tensor.ts";
import type { Real } from "../../gpu/tensor.ts";
import type { Kernels, LayerNormSizes, MatmulKind, MatmulSizes } from "../kernels.ts";
import { attentionQuestion, layerNormQuestion, matmulQuestion } from "./choice.ts";

/** A product that a run will make. */
export interface MatmulQuestion {
  readonly op: "matmul";
  /** Of the operands. */
  readonly real: Real;
  readonly kind: MatmulKind;
  readonly sizes: MatmulSizes;
}

/** An attention that a run will make. */
export interface AttentionQuestion {
  readonly op: "attention";
  readonly real: Real;
  readonly heads: number;
  readonly size: number;
  readonly tokens: number;
  readonly sequences: number;
  readonly longest: number;
}

/** A LayerNorm that a run will make. */
export interface LayerNormQuestion extends LayerNormSizes {
  readonly op: "layernorm";
  readonly real: Real;
}

/** What a choice has to answer: an op with the largest sizes that a run asks it with. */
export type Question = MatmulQuestion | AttentionQuestion | LayerNormQuestion;

/** What one call comes to, forward and backward where it has both. */
export interface Work {
  readonly amount: number;
  /** What the adapter's limit for it is counted in: multiplications and additions, or bytes of memory. */
  readonly unit: "FLOP" | "B";
}

/** The work of a question's op at its sizes. */
export function workOf(question: Question): Work {
  if (question.op === "matmul") {
    const { M, N, K } = question.sizes;
    return { amount: 2 * M * N * K, unit: "FLOP" };
  }
  if (question.op === "attention") {
    // Two products of every token with those of its sequence in the forward, five in the backward.
    const pairs = question.tokens * (question.tokens / question.sequences);
    return { amount: 7 * 2 * pairs * question.heads * question.size, unit: "FLOP" };
  }
  // x, the residual, the sum and the result; dy, the sum and dx; dy and the sum again for the parameters.
  return { amount: 9 * bytesPerElement[question.real] * question.rows * question.cols, unit: "B" };
}

/** What a run asks of its kernels, with how often it asks while it is planned. */
export type Asked = ReadonlyMap<string, { readonly question: Question; readonly calls: number }>;

/** Kernels that note what they are asked, and answer as others would. */
export function askingKernels(kernels: Kernels): { readonly kernels: Kernels; readonly asked: Asked } {
  const asked = new Map<string, { question: Question; calls: number }>();
  const note = (key: string, question: Question): void => {
    const known = asked.get(key);
    const larger =
      known !== undefined && workOf(known.question).amount > workOf(question).amount ? known.question : question;
    asked.set(key, { question: larger, calls: (known?.calls ?? 0) + 1 });
  };
  return {
    asked,
    kernels: {
      matmul(kind, sizes, real) {
        note(matmulQuestion(kind, sizes, real), { op: "matmul", real, kind, sizes });
        return kernels.matmul(kind, sizes, real);
      },
      attention(sizes, batch, real) {
        const { tokenCount: tokens, sequenceCount: sequences, maxLength: longest } = batch;
        const { heads, size } = sizes;
        note(attentionQuestion(sizes, real), { op: "attention", real, heads, size, tokens, sequences, longest });
        return kernels.attention(sizes, batch, real);
      },
      layernorm(sizes, real) {
        note(layerNormQuestion(sizes, real), { op: "layernorm", real, ...sizes });
        return kernels.layernorm(sizes, real);
      },
    },
  };
}
