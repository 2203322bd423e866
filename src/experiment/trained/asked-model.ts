import type { TaskKind } from "../../contract/catalog.ts";
import type { Batch } from "../../data/dataset/batch.ts";
import type { Tokenizer } from "../../data/text/tokenizer.ts";
import type { InputLimits } from "../../nn/inputs.ts";

/** A fine-tuned model that answers, wherever it is computed. */
export interface Answering {
  readonly tokenizer: Tokenizer;
  readonly kind: TaskKind;
  /** Names of classes or labels; [] for a regression. */
  readonly labels: readonly string[];
  /** The largest batch it may be asked. */
  readonly limits: InputLimits;
  /** Logits [sequences, outputs]. */
  run(batch: Batch): Promise<Float32Array>;
}

/** One that is open, and has to be closed. */
export interface AskedModel extends Answering {
  /** Id of the task it was trained for; null where that is not known. */
  readonly task: string | null;
  dispose(): void;
}

/** Tokens and rows of a batch on the GPU: what keeps it busy and fits beside a large model. */
const [batchTokens, batchRows] = [2048, 64];

/** The largest batch that a model on the GPU is asked. maxLength: of a row, in tokens. */
export function limitsOnGpu(maxLength: number): InputLimits {
  return { tokenCount: Math.max(batchTokens, maxLength), sequenceCount: batchRows, maxLength };
}
