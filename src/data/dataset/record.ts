import type { DataRecord, SplitRecord } from "../../contract/run.ts";
import type { Dataset } from "./dataset.ts";
import type { Split } from "./examples.ts";
import { rowLength, type EncodedSplit } from "./batch.ts";
import { transferWarning, type Transfer } from "./transfer.ts";

/** Tokens a bin of the length histogram spans. */
const binTokens = 8;

/** What the page is told of the data set as it will be used. */
export function dataRecord(
  dataset: Dataset,
  train: EncodedSplit,
  dev: EncodedSplit,
  transfers: readonly Transfer[] = [],
): DataRecord {
  return {
    task: dataset.task.id,
    labels: dataset.labels,
    train: splitRecord(dataset, dataset.train, train),
    dev: splitRecord(dataset, dataset.dev, dev),
    devFromTrain: dataset.devFromTrain,
    sample: dataset.sample,
    transfers: transfers.map(({ record }) => record),
    warnings: [...dataset.warnings, ...transfers.flatMap((set) => transferWarning(set) ?? [])],
  };
}

/** Rows by length: bin b counts those of 8 b + 1 … 8 b + 8 tokens. */
export function lengthBins(split: EncodedSplit): readonly number[] {
  const bins: number[] = [];
  for (let row = 0; row < split.count; row++) {
    const bin = Math.max(0, Math.ceil(rowLength(split, row) / binTokens) - 1);
    while (bins.length <= bin) bins.push(0);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}

function splitRecord(dataset: Dataset, split: Split, encoded: EncodedSplit): SplitRecord {
  const scores = dataset.task.kind === "regression";
  const labelCounts = dataset.labels.map(() => 0);
  let [lowest, highest, unlabelledCount] = [Infinity, -Infinity, 0];
  for (const label of split.labels) {
    const own = typeof label === "number" ? [label] : label;
    if (!scores) for (const one of own) labelCounts[one] = (labelCounts[one] ?? 0) + 1;
    else [lowest, highest] = [Math.min(lowest, ...own), Math.max(highest, ...own)];
    if (own.length === 0) unlabelledCount += 1;
  }
  return {
    count: encoded.count,
    labelCounts,
    withoutLabels: unlabelledCount,
    range: scores && encoded.count > 0 ? [lowest, highest] : null,
    lengthBins: lengthBins(encoded),
    truncatedCount: encoded.truncatedCount,
    skipped: split.skipped,
    skippedCount: split.skippedCount,
  };
}
