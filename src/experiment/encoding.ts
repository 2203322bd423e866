import { numberOf, parseValues } from "../contract/fields.ts";
import { AppError } from "../core/errors.ts";
import { encodeSplit } from "../data/batch.ts";
import type { EncodedSplit } from "../data/batch.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Tokenizer } from "../data/tokenizer.ts";
import { trainingFields } from "../train/settings.ts";

/** Told now and then how many rows of train and dev together are done; what it throws ends the work. */
export type EncodingProgress = (done: number, total: number) => void;

/** Both splits as token ids, and what they were made of. */
export interface EncodedData {
  readonly dataset: Dataset;
  readonly tokenizer: Tokenizer;
  readonly maxLength: number;
  readonly train: EncodedSplit;
  readonly dev: EncodedSplit;
}

/** Tokenizes train and dev, each row cut to maxLength tokens. Errors: bad-settings; what progress throws. */
export async function encodeData(
  dataset: Dataset,
  tokenizer: Tokenizer,
  maxLength: number,
  progress?: EncodingProgress,
): Promise<EncodedData> {
  const { train, dev } = dataset;
  const total = train.examples.length + dev.examples.length;
  return {
    dataset,
    tokenizer,
    maxLength,
    train: await encodeSplit(train, tokenizer, maxLength, (done) => progress?.(done, total)),
    dev: await encodeSplit(dev, tokenizer, maxLength, (done) => progress?.(train.examples.length + done, total)),
  };
}

/** Errors: bad-settings for a length that is no setting, or beyond the model's positions. */
export function checkedLength(length: number, positions: number): number {
  const maxLength = numberOf(parseValues(trainingFields, { maxLength: length }), "maxLength");
  if (maxLength <= positions) return maxLength;
  throw new AppError(
    "bad-settings",
    `Longest input is ${maxLength} tokens, but this model has ${positions} positions. Use at most ${positions}.`,
  );
}
