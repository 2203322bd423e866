import type { HubData, HubFile } from "../../contract/catalog.ts";

/** Rows and bytes of one file. */
type Figures = readonly [rowCount: number, sizeBytes: number];

/**
 * A GLUE task's files on the Hub: <config>/<split>-00000-of-00001.parquet. `validation` names the split of that name;
 * MNLI has two.
 *
 * Source: the data set's card, and its files at revision bcdcba79d07bc864c1c254ccfcedcce55bcc9a8c.
 */
export function glueOnHub(config: string, train: Figures, ...validation: readonly [Figures, ...Figures[]]): HubData {
  const file = (split: string, [rowCount, sizeBytes]: Figures): HubFile => ({
    path: `${config}/${split}-00000-of-00001.parquet`,
    split,
    rowCount,
    sizeBytes,
  });
  const [first, second] = validation;
  return {
    dataset: "nyu-mll/glue",
    train: file("train", train),
    dev:
      second === undefined
        ? [file("validation", first)]
        : [file("validation_matched", first), file("validation_mismatched", second)],
  };
}
