import type { Kernels, MatmulLayout, MatmulSizes } from "../kernels.ts";
import { attentionQuestion, matmulQuestion } from "./choice.ts";

/** A product that a run will make. */
export interface MatmulQuestion {
  readonly op: "matmul";
  readonly layout: MatmulLayout;
  readonly sizes: MatmulSizes;
}

/** An attention that a run will make. */
export interface AttentionQuestion {
  readonly op: "attention";
  readonly heads: number;
  readonly size: number;
  readonly tokens: number;
  readonly sequences: number;
  readonly longest: number;
}

/** What a choice has to answer: an op with the largest sizes that a run asks it with. */
export type Question = MatmulQuestion | AttentionQuestion;

/** Multiplications and additions of one call, forward and, of an attention, backward. */
export function operationsOf(question: Question): number {
  if (question.op === "matmul") return 2 * question.sizes.M * question.sizes.N * question.sizes.K;
  // Two products of every token with those of its sequence in the forward, five in the backward.
  return 7 * 2 * question.tokens * (question.tokens / question.sequences) * question.heads * question.size;
}

/** What a run asks of its kernels, with how often it asks while it is planned. */
export type Asked = ReadonlyMap<string, { readonly question: Question; readonly calls: number }>;

/** Kernels that note what they are asked, and answer as others would. */
export function askingKernels(kernels: Kernels): { readonly kernels: Kernels; readonly asked: Asked } {
  const asked = new Map<string, { question: Question; calls: number }>();
  const note = (key: string, question: Question): void => {
    const known = asked.get(key);
    const larger =
      known !== undefined && operationsOf(known.question) > operationsOf(question) ? known.question : question;
    asked.set(key, { question: larger, calls: (known?.calls ?? 0) + 1 });
  };
  return {
    asked,
    kernels: {
      matmul(layout, sizes) {
        note(matmulQuestion(layout, sizes), { op: "matmul", layout, sizes });
        return kernels.matmul(layout, sizes);
      },
      attention(sizes, batch) {
        const { tokenCount: tokens, sequenceCount: sequences, maxLength: longest } = batch;
        const { heads, size } = sizes;
        note(attentionQuestion(sizes), { op: "attention", heads, size, tokens, sequences, longest });
        return kernels.attention(sizes, batch);
      },
    },
  };
}
