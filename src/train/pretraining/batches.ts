import { AppError } from "../../core/errors.ts";
import type { EncodedCorpus } from "../../data/text/encoded-corpus.ts";
import { chosenCountOf } from "../../data/text/masking.ts";
import { makePretrainingBatch } from "../../data/text/pretraining-batch.ts";
import type { PretrainingBatch } from "../../data/text/pretraining-batch.ts";
import type { PretrainingLimits } from "../../nn/pretraining-inputs.ts";
import type { PretrainingSettings } from "./settings.ts";
import type { PretrainingRequest } from "./step.ts";

/** The largest batch of a run. */
export function pretrainingLimits({
  batchSize,
  length,
}: Pick<PretrainingSettings, "batchSize" | "length">): PretrainingLimits {
  return {
    tokenCount: batchSize * length,
    sequenceCount: batchSize,
    maxLength: length,
    chosenCount: batchSize * chosenCountOf(length),
  };
}

/**
 * The batches of a run over a text, and of its measurements on another; all follow from the seed.
 *
 * Errors: bad-table where a text is too short for one batch, or for measurements.
 */
export function corpusBatches(
  train: EncodedCorpus,
  heldOut: EncodedCorpus,
  settings: PretrainingSettings,
  seed: number,
): Pick<PretrainingRequest, "batchOf" | "heldOut" | "limits"> {
  const { batchSize, length } = settings;
  const wanted = batchSize * length;
  if (train.ids.length < wanted) {
    throw new AppError(
      "bad-table",
      `The text has ${train.ids.length} tokens to train on, and one batch takes up to ${wanted} (${batchSize} of ` +
        `${length}). Give more text, or a smaller batch size or length.`,
    );
  }
  return {
    batchOf: (step) => makePretrainingBatch(train, step, { batchSize, maxLength: length, seed }),
    heldOut: heldOutBatches(heldOut, settings, seed),
    limits: pretrainingLimits(settings),
  };
}

function heldOutBatches(
  heldOut: EncodedCorpus,
  { batchSize, length, evaluationBatches }: PretrainingSettings,
  seed: number,
): readonly PretrainingBatch[] {
  const choice = { batchSize, maxLength: length, seed };
  try {
    return Array.from({ length: evaluationBatches }, (_, index) => makePretrainingBatch(heldOut, index + 1, choice));
  } catch (cause) {
    if (!(cause instanceof AppError && cause.code === "bad-table")) throw cause;
    throw new AppError(
      "bad-table",
      `The ${heldOut.ids.length} tokens that are held out are too few to measure on. Give more text, or hold out a ` +
        "larger share.",
      { cause },
    );
  }
}
