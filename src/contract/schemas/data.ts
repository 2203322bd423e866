import * as v from "valibot";
import { count, list, text } from "./schema.ts";

/** See TableSource. */
export const tableSource = v.variant("kind", [
  v.object({ kind: v.literal("file"), name: text }),
  /** A sample task that ships with the page; results of earlier versions call it a file. */
  v.object({ kind: v.literal("sample"), id: text }),
  /** A file of a data set; `commit`: what the revision stood for when it was fetched. */
  v.object({ kind: v.literal("hub"), id: text, path: text, revision: text, commit: text }),
]);

/** See DrawnSample. */
export const drawnSample = v.object({ count, of: count, seed: count });

/** See RowsRecord. */
export const rows = v.object({
  train: tableSource,
  /** null: split off train. */
  dev: v.nullable(tableSource),
  /** That split; null where dev is a file of its own. */
  split: v.nullable(v.object({ share: v.number(), seed: count })),
  /** null: all rows of train. */
  sample: v.nullable(drawnSample),
});

/** See TransferRecord. */
export const transfer = v.object({
  /** Unique in its experiment; scores on it are "<metric>@<name>". */
  name: text,
  source: tableSource,
  rowCount: count,
  /** What both sides' labels were made comparable as: the trained labels, or coarser ones; [] for a regression. */
  labels: list(text, 10_000),
  /** A sentence on how the labels were mapped; null where both sides have the same. */
  mapping: v.nullable(text),
});
