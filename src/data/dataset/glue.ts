import type { HubData, HubFile, MetricEntry } from "../../contract/catalog.ts";
import type { ColumnMapping } from "../../contract/run.ts";
import { columnsOfLayout, columnsOnHub, type NamedLayout } from "../tables/columns.ts";
import type { Table } from "../tables/table.ts";
import type { Task } from "./task.ts";

/** Rows and bytes of one file. */
type Figures = readonly [rowCount: number, sizeBytes: number];

/** What tells one task of GLUE from another. */
interface GlueTask extends Pick<Task, "id" | "label" | "summary"> {
  /** Of the paper. */
  readonly section: string;
  readonly metrics: readonly MetricEntry[];
  /** In the Hub's order; null for scores. */
  readonly classes: readonly string[] | null;
  /** How GLUE's own file is known: by its header, or by a look at the table. */
  readonly file: NamedLayout | ((table: Table) => ColumnMapping | null);
  /** Columns of the texts on the Hub. */
  readonly texts: readonly [first: string, second?: string];
  /** Its files on the Hub: one to train on, and one to test on; MNLI has two. */
  readonly train: Figures;
  readonly validation: readonly [Figures, Figures?];
}

/** A task of GLUE, recognised as GLUE's own files have it and as the Hub has it. Source: Wang et al. 2019. */
export function glueTask({ id, label, summary, section, metrics, classes, file, texts, ...hub }: GlueTask): Task {
  return {
    id,
    label,
    summary,
    source: {
      title: "GLUE: A Multi-Task Benchmark and Analysis Platform for Natural Language Understanding",
      authors: "A. Wang, A. Singh, J. Michael, F. Hill, O. Levy, S. Bowman",
      year: 2019,
      url: "https://openreview.net/forum?id=rJ4km2R5t7",
      where: `section ${section}`,
    },
    fields: [],
    kind: classes === null ? "regression" : "classification",
    pair: texts.length === 2,
    metrics,
    labels: classes,
    hub: onHub(id, hub),
    recognise(table) {
      const own = typeof file === "function" ? file(table) : columnsOfLayout(table, file);
      return own ?? columnsOnHub(table, texts, classes);
    },
  };
}

/**
 * A task's files on the Hub: <config>/<split>-00000-of-00001.parquet.
 *
 * Source: the data set's card, and its files at revision bcdcba79d07bc864c1c254ccfcedcce55bcc9a8c.
 */
function onHub(config: string, { train, validation }: Pick<GlueTask, "train" | "validation">): HubData {
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
