import type { TaskKind } from "../contract/catalog.ts";
import type { ConfigRecord } from "../contract/run.ts";
import type { EncodedSplit } from "../data/dataset/batch.ts";
import type { Example } from "../data/dataset/examples.ts";
import { limitedRows, rowsAt } from "../data/dataset/sampling.ts";
import type { TrainingSettings } from "../train/finetuning/settings.ts";
import type { EncodedData } from "./encoding.ts";

/** The rows that the runs of a plan use. */
interface UsedRows {
  readonly train: EncodedSplit;
  readonly dev: EncodedSplit;
  /** The dev rows before tokenizing. */
  readonly devExamples: readonly Example[];
}

/** Cuts train and dev to the settings' limits, every label's share kept. */
export function limitedData(
  { dataset, train, dev }: EncodedData,
  { trainLimit, devLimit }: Pick<TrainingSettings, "trainLimit" | "devLimit">,
): UsedRows {
  const { kind } = dataset.task;
  const trainRows = limitedRows(train, trainLimit, kind);
  const devRows = limitedRows(dev, devLimit, kind);
  const { examples } = dataset.dev;
  return {
    train: trainRows === null ? train : rowsAt(train, trainRows),
    dev: devRows === null ? dev : rowsAt(dev, devRows),
    devExamples: devRows === null ? examples : devRows.flatMap((row) => examples[row] ?? []),
  };
}

/** Rows by class; [] for scores, and left out where a row has several labels. */
export function labelCountsOf(
  { labels: rows }: EncodedSplit,
  labels: readonly string[],
  kind: TaskKind,
): Pick<ConfigRecord, "devLabelCounts"> {
  if (kind === "multi-label") return {};
  return { devLabelCounts: labels.map((_, label) => rows.filter((row) => row === label).length) };
}

/** Says where both texts of a pair look alike to a model; null where they do not. */
export function typeNote({ dataset }: EncodedData, typeCount: number): string | null {
  if (!dataset.task.pair || typeCount !== 1) return null;
  return "config.json: type_vocab_size is 1, so both texts of a pair have the same token type.";
}

/** Above this share of unknown tokens a text says little to a model. */
const unknownShare = 0.1;

/** Says how many tokens of the training rows the vocabulary does not have; null where they are few. */
export function unknownNote({ train, tokenizer }: EncodedData): string | null {
  const { unknownId } = tokenizer;
  if (unknownId === null) return null;
  const unknown = train.ids.reduce((sum, id) => sum + Number(id === unknownId), 0);
  if (unknown <= unknownShare * train.ids.length) return null;
  const share = ((100 * unknown) / train.ids.length).toFixed(0);
  return (
    `${share} % of the tokens are unknown to the model's vocabulary: it was hardly trained on texts of this language or ` +
    "script."
  );
}
