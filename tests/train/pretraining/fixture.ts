import type { PretrainingBatch } from "../../../src/data/text/pretraining-batch.ts";

/** A packed batch as plain lists, with its chosen places. */
interface PlainBatch {
  readonly ids: readonly number[];
  readonly types: readonly number[];
  readonly offsets: readonly number[];
  readonly labels: readonly number[];
  readonly chosen: readonly number[];
  readonly originals: readonly number[];
}

/** The batch as the session takes it. */
export function pretrainingBatchOf({ ids, types, offsets, labels, chosen, originals }: PlainBatch): PretrainingBatch {
  const lengths = offsets.slice(1).map((end, index) => end - (offsets[index] ?? 0));
  const nextLabels = Float32Array.from(labels);
  return {
    tokenCount: ids.length,
    sequenceCount: lengths.length,
    longest: Math.max(...lengths),
    ids: Uint32Array.from(ids),
    types: Uint32Array.from(types),
    positions: Uint32Array.from(lengths.flatMap((length) => Array.from({ length }, (_, place) => place))),
    offsets: Uint32Array.from(offsets),
    labels: nextLabels,
    rows: Uint32Array.from(lengths, (_, index) => index),
    chosen: Uint32Array.from(chosen),
    originals: Uint32Array.from(originals),
    nextLabels,
  };
}

/** The largest sizes among some batches. */
export function limitsOf(batches: readonly PretrainingBatch[]) {
  const most = (pick: (batch: PretrainingBatch) => number): number => Math.max(...batches.map(pick));
  return {
    tokenCount: most(({ tokenCount }) => tokenCount),
    sequenceCount: most(({ sequenceCount }) => sequenceCount),
    maxLength: most(({ longest }) => longest),
    chosenCount: most(({ chosen }) => chosen.length),
  };
}
