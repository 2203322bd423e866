import { numberOf, parseValues } from "../contract/fields.ts";
import { AppError } from "../core/errors.ts";
import { encodeSplit } from "../data/dataset/batch.ts";
import type { EncodedSplit } from "../data/dataset/batch.ts";
import type { Dataset } from "../data/dataset/dataset.ts";
import type { Split } from "../data/dataset/examples.ts";
import type { Tokenizer } from "../data/text/tokenizer.ts";
import type { TransferSplit } from "../train/finetuning/assembly.ts";
import { trainingFields } from "../train/finetuning/settings.ts";
import type { PreparedData } from "./prepared-data.ts";

/** Told now and then how many rows of all sets together are done; what it throws ends the work. */
export type EncodingProgress = (done: number, total: number) => void;

/** All sets as token ids, and what they were made of. */
export interface EncodedData {
  readonly dataset: Dataset;
  readonly tokenizer: Tokenizer;
  readonly maxLength: number;
  readonly train: EncodedSplit;
  readonly dev: EncodedSplit;
  readonly transfers: readonly TransferSplit[];
}

/** Tokenizes all sets, each row cut to maxLength tokens. Errors: bad-settings; what progress throws. */
export async function encodeData(
  { dataset, transfers }: PreparedData,
  tokenizer: Tokenizer,
  maxLength: number,
  progress?: EncodingProgress,
): Promise<EncodedData> {
  const splits = [dataset.train, dataset.dev, ...transfers.map(({ split }) => split)];
  const total = splits.reduce((sum, { examples }) => sum + examples.length, 0);
  let before = 0;
  const encode = async (split: Split): Promise<EncodedSplit> => {
    const labelCount = dataset.task.kind === "multi-label" ? dataset.labels.length : 1;
    const tell = (done: number): void => progress?.(before + done, total);
    const encoded = await encodeSplit(split, tokenizer, maxLength, tell, labelCount);
    before += encoded.count;
    return encoded;
  };
  const train = await encode(dataset.train);
  const dev = await encode(dataset.dev);
  const others: TransferSplit[] = [];
  for (const { split, ofTrained, record } of transfers) {
    others.push({ name: record.name, split: await encode(split), ofTrained });
  }
  return { dataset, tokenizer, maxLength, train, dev, transfers: others };
}

/** Errors: bad-settings for a length that is no setting, or beyond the model's positions. */
export function checkedLength(length: number, positions: number): number {
  const maxLength = numberOf(parseValues(trainingFields, { maxLength: length }), "maxLength");
  if (maxLength <= positions) return maxLength;
  throw new AppError(
    "bad-settings",
    `Longest input is ${maxLength} tokens, but this model has ${positions} positions. Use at most ${positions} ` +
      `(in the terminal: --max-length ${positions}).`,
  );
}
