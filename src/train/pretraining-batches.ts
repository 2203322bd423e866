import type { EncodedCorpus } from "../data/encoded-corpus.ts";
import { chosenCountOf } from "../data/masking.ts";
import { makePretrainingBatch } from "../data/pretraining.ts";
import type { PretrainingSettings } from "./pretraining-settings.ts";
import type { PretrainingRequest } from "./pretraining-step.ts";

/** The batches of a run over a text, and of its measurements on another; all follow from the seed. */
export function corpusBatches(
  train: EncodedCorpus,
  heldOut: EncodedCorpus,
  { batchSize, length, evaluationBatches }: PretrainingSettings,
  seed: number,
): Pick<PretrainingRequest, "batchOf" | "heldOut" | "limits"> {
  const choice = { batchSize, maxLength: length, seed };
  return {
    batchOf: (step) => makePretrainingBatch(train, step, choice),
    heldOut: Array.from({ length: evaluationBatches }, (_, index) => makePretrainingBatch(heldOut, index + 1, choice)),
    limits: {
      tokenCount: batchSize * length,
      sequenceCount: batchSize,
      maxLength: length,
      chosenCount: batchSize * chosenCountOf(length),
    },
  };
}
