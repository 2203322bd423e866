import type { ColumnMapping, TableSource, TransferRecord } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import { commonLabels, type CommonLabels } from "./common-labels.ts";
import { checkMapping, noExamples, type Dataset } from "./dataset.ts";
import { splitOf, type Split } from "./examples.ts";
import { isNumber } from "../tables/cells.ts";
import { unlabelled } from "./label-cells.ts";
import { labelReader, labelsOf, type LabelReader } from "./labels.ts";
import { mappingFor, recogniseTask } from "./recognise.ts";
import type { Table } from "../tables/table.ts";
import type { Task } from "./task.ts";

/** A labelled set of another source, as it was given. */
export interface TransferTable {
  readonly name: string;
  readonly table: Table;
  readonly source: TableSource;
}

/** A set of another source, to be scored with a model of the data set's task. */
export interface Transfer {
  /** The examples' labels are common classes, or scores. */
  readonly split: Split;
  /** Per trained class its common class; [] for a regression. */
  readonly ofTrained: readonly number[];
  readonly record: TransferRecord;
}

/**
 * Makes examples of a set of another source, with labels that can be held against those the model is trained on. Rows
 * without a text or a label are skipped with their line; "-" and, in numbered labels, -1 are none.
 *
 * Errors, naming the set: bad-columns where the columns are not clear or hold another number of texts than the task
 * takes; bad-labels for labels that cannot be made comparable, or no usable row.
 */
export async function buildTransfer(
  { name, table, source }: TransferTable,
  dataset: Pick<Dataset, "task" | "labels" | "train">,
): Promise<Transfer> {
  try {
    const { task, mapping } = readingOf(table, dataset.task);
    const { read, common } = await readerOf(table, mapping.label, task, dataset);
    const split = await splitOf(table, mapping, read);
    if (split.examples.length === 0) throw noExamples(table, mapping, split);
    const said =
      common === null
        ? task.kind === "regression"
          ? [otherScale(split, dataset.train)]
          : []
        : [numbering(table, mapping.label, task, dataset.task), common.mapping];
    const sentences = said.filter((sentence) => sentence !== null);
    const record = {
      name,
      source,
      rowCount: split.examples.length,
      labels: common?.labels ?? dataset.labels,
      mapping: sentences.length === 0 ? null : sentences.join(" "),
    };
    return { split, ofTrained: common?.ofTrained ?? [], record };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, `The set ${JSON.stringify(name)}: ${error.message}`, { cause: error });
  }
}

/** What a person should read before a run of it; null when all is well. */
export function transferWarning({ split, record }: Transfer): string | null {
  const [first] = split.skipped;
  if (first === undefined) return null;
  const lines = split.skippedCount === 1 ? "one line" : `${split.skippedCount} lines`;
  return `The set ${JSON.stringify(record.name)} leaves out ${lines}: line ${first.line}, ${first.reason}.`;
}

/**
 * Which task's file the table is, and its columns: one that is recognised and goes with the trained task, or else one of
 * that task's own kind with labels as the file spells them.
 */
function readingOf(table: Table, trained: Task): { readonly task: Task; readonly mapping: ColumnMapping } {
  const known = recogniseTask(table);
  if (known !== null && known.task.kind === trained.kind && known.task.pair === trained.pair) return known;
  // Columns of another number of texts are refused below, which says more than that they are not clear.
  const otherTexts = known !== null && known.task.pair !== trained.pair ? known.mapping : null;
  const mapping = mappingFor(trained, table) ?? otherTexts;
  if (mapping === null) {
    const columns = table.header?.join(", ") ?? `${table.columnCount} columns without names`;
    const wanted = trained.pair ? "premise, hypothesis and label" : "text and label";
    throw new AppError(
      "bad-columns",
      `it is not clear which columns of ${table.name} (${columns}) hold text and label. Give it a first line that ` +
        `names them: ${wanted}.`,
    );
  }
  checkMapping(trained, table, mapping);
  return { task: { ...trained, labels: null, hub: null }, mapping };
}

/** Reads a label cell of the set as a common class or a score; `common`: null for scores. */
async function readerOf(
  table: Table,
  column: number,
  task: Task,
  dataset: Pick<Dataset, "task" | "labels">,
): Promise<{ readonly read: LabelReader; readonly common: CommonLabels | null }> {
  if (task.kind === "multi-label") return { read: labelReader(task, dataset.labels), common: null };
  const { labels: named } = await labelsOf(task, table, column);
  const found = named.filter((label) => label !== unlabelled || dataset.labels.includes(label));
  const own = labelReader(task, found, { own: table.classNames[column] ?? null });
  if (task.kind === "regression") return { read: own, common: null };
  const common = commonLabels(dataset.labels, found, dataset.task.labels !== null);
  const read: LabelReader = (cell) => {
    const label = own(cell);
    return typeof label === "number" ? (common.ofFound[label] ?? "the label has no common class") : label;
  };
  return { read, common };
}

/** Numbers mean what they do in the files of the task that the set was recognised as: said where that is another one. */
function numbering(table: Table, column: number, { id, labels }: Task, trained: Task): string | null {
  const numbered = table.rows.some((row) => isNumber(row[column] ?? ""));
  if (labels === null || id === trained.id || !numbered) return null;
  return `Numbers are labels as in ${id}: ${labels.map((label, index) => `${index} is ${label}`).join(", ")}.`;
}

/** Correlations do not mind another scale; a person should know of it all the same. */
function otherScale(split: Split, train: Split): string | null {
  const [low, high] = rangeOf(split);
  const [trainLow, trainHigh] = rangeOf(train);
  const near = (trainHigh - trainLow) / 10;
  if (Math.abs(low - trainLow) <= near && Math.abs(high - trainHigh) <= near) return null;
  return (
    `Its scores go from ${low} to ${high}, those of train from ${trainLow} to ${trainHigh}: a correlation does not ` +
    "depend on the scale."
  );
}

function rangeOf({ labels }: Split): readonly [lowest: number, highest: number] {
  let [lowest, highest] = [Infinity, -Infinity];
  for (const label of labels) {
    const score = typeof label === "number" ? label : Number.NaN;
    lowest = Math.min(lowest, score);
    highest = Math.max(highest, score);
  }
  return [lowest, highest];
}
