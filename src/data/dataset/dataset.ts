import type { ColumnMapping, SampleChoice, DrawnSample } from "../../contract/run.ts";
import { breathe } from "../../core/breath.ts";
import { AppError } from "../../core/errors.ts";
import { devNotes } from "./dev-notes.ts";
import { examplesAt, splitOf, type Split } from "./examples.ts";
import { isMissingReason } from "./label-cells.ts";
import { columnName, labelReader, labelsOf, type Label, type LabelReader } from "./labels.ts";
import { sampledRows, strataOf } from "./sampled-rows.ts";
import { stratifiedSplit } from "./split.ts";
import type { Table } from "../tables/table.ts";
import type { Task } from "./task.ts";

/** Train and dev of one task. */
export interface Dataset {
  readonly task: Task;
  /** Names of classes or labels by index; [] for a regression. */
  readonly labels: readonly string[];
  readonly train: Split;
  readonly dev: Split;
  /** True when dev was split off train. */
  readonly devFromTrain: boolean;
  /** What train was drawn from; null: it is all there is. */
  readonly sample: DrawnSample | null;
  /** Sentences a person should read before a run; [] when all is well. */
  readonly warnings: readonly string[];
}

/** Which tables to use, and how. */
export interface DatasetChoice {
  readonly task: Task;
  readonly train: Table;
  readonly trainMapping: ColumnMapping;
  /** null: a share of train becomes dev. */
  readonly dev: Table | null;
  readonly devMapping: ColumnMapping | null;
  /** In (0, 1); used only without a dev table. */
  readonly devShare: number;
  /** Seed of that split and of nothing else. */
  readonly splitSeed: number;
  /** Rows of train to use, after dev was split off; null: all. */
  readonly sample: SampleChoice | null;
}

/**
 * Makes examples of tables. Rows with an empty text or an unknown label are skipped with their line. Of a large table
 * the thread is free now and then.
 *
 * Errors: bad-columns for a mapping that does not fit; bad-labels where no row has a known label or all have the same;
 * bad-settings and bad-table from the split; bad-settings for a sample that cannot be drawn.
 */
export async function buildDataset(choice: DatasetChoice): Promise<Dataset> {
  const { notes, ...whole } = await wholeDataset(choice);
  const { task, labels, dev } = whole;
  if (choice.sample === null) return { ...whole, warnings: [...notes, ...warningsOf(labels, whole.train, dev)] };
  const from = { labels: numbersOf(whole.train), name: choice.train.name };
  await breathe();
  const rows = sampledRows({ ...from, kind: task.kind }, choice.sample);
  await breathe();
  const train = { ...whole.train, ...examplesAt(whole.train, rows) };
  const sample = { ...choice.sample, of: whole.train.examples.length };
  return { ...whole, train, sample, warnings: [...notes, ...warningsOf(labels, train, dev)] };
}

/** A data set with all its rows, and what is to be said of how its labels were read. */
type WholeDataset = Omit<Dataset, "warnings"> & { readonly notes: readonly string[] };

async function wholeDataset(choice: DatasetChoice): Promise<WholeDataset> {
  const { task, train, trainMapping, dev, devMapping, devShare, splitSeed } = choice;
  checkMapping(task, train, trainMapping);
  const { labels, notes } = await labelsOf(task, train, trainMapping.label);
  const trained = train.classNames[trainMapping.label] ?? null;
  const read = labelReader(task, labels, { own: trained, trained });
  const whole = await splitOf(train, trainMapping, read);
  checkTrainLabels(task, labels, whole, train, trainMapping);
  if (dev === null) {
    await breathe();
    const parts = stratifiedSplit(strataOf(numbersOf(whole), task.kind), devShare, splitSeed);
    await breathe();
    const made = {
      train: { ...whole, ...examplesAt(whole, parts.first) },
      dev: { ...examplesAt(whole, parts.second), skipped: [], skippedCount: 0 },
    };
    return { task, labels, ...made, devFromTrain: true, sample: null, notes };
  }
  if (devMapping === null) throw unclear(dev);
  checkMapping(task, dev, devMapping);
  const readDev = labelReader(task, labels, { own: dev.classNames[devMapping.label] ?? null, trained });
  const reader = new DevReader(readDev, labels, whole);
  const devSplit = await splitOf(dev, devMapping, reader.read);
  if (devSplit.examples.length === 0) throw noExamples(dev, devMapping, devSplit);
  return {
    task,
    labels,
    train: whole,
    dev: devSplit,
    devFromTrain: false,
    sample: null,
    notes: [
      ...notes,
      ...reader.notes(devSplit),
      ...severalNote(task, train, dev),
      ...(await devNotes(whole.examples, devSplit.examples)),
    ],
  };
}

function labelsIn({ labels }: Split): ReadonlySet<number> {
  const found = new Set<number>();
  for (const label of labels) for (const one of typeof label === "number" ? [label] : label) found.add(one);
  return found;
}

/** Per example its class or score; where a row has several labels a number for each set of them. */
function numbersOf({ labels }: Split): ArrayLike<number> {
  if (labels instanceof Uint16Array || labels instanceof Float64Array) return labels;
  const numbers = new Map<string, number>();
  return Float64Array.from(labels, (label) => {
    if (typeof label === "number") return label;
    const key = label.join(" ");
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

function unclear(table: Table): AppError {
  const columns = table.header === null ? `${table.columnCount} columns without names` : table.header.join(", ");
  return new AppError(
    "bad-columns",
    `It is not clear which columns of ${table.name} (${columns}) hold the text and the label. Choose them.`,
  );
}

/** Errors: bad-columns for a column that is not there or chosen twice, or another number of texts than the task takes. */
export function checkMapping(task: Task, table: Table, mapping: ColumnMapping): void {
  const columns = [mapping.first, ...(mapping.second === null ? [] : [mapping.second]), mapping.label];
  const outside = columns.find((column) => !Number.isInteger(column) || column < 0 || column >= table.columnCount);
  if (outside !== undefined) {
    const found = `${table.name} has ${table.columnCount} columns and no column ${outside + 1}`;
    throw new AppError("bad-columns", `${found}. Choose the columns of text and label again.`);
  }
  if (new Set(columns).size < columns.length) {
    throw new AppError("bad-columns", `One column of ${table.name} was chosen twice. Text and label need their own.`);
  }
  if (task.pair !== (mapping.second !== null)) {
    const wanted = task.pair ? "two texts a row" : "one text a row";
    throw new AppError("bad-columns", `The task ${task.id} takes ${wanted}. Choose the columns of ${table.name} so.`);
  }
}

/** What is said of a table without a row that can be used. */
export function noExamples(table: Table, mapping: ColumnMapping, split: Split): AppError {
  const why = split.skipped.find(({ reason }) => reason.includes("label")) ?? split.skipped[0];
  const example = why === undefined ? "" : ` Line ${why.line}: ${why.reason}.`;
  const column = columnName(table, mapping.label);
  return new AppError(
    "bad-labels",
    `No row of ${table.name} can be used with column ${column} as label.${example} Choose other columns or another task.`,
  );
}

function checkTrainLabels(
  task: Task,
  labels: readonly string[],
  split: Split,
  table: Table,
  mapping: ColumnMapping,
): void {
  if (split.examples.length === 0) throw noExamples(table, mapping, split);
  const numbers = numbersOf(split);
  for (let row = 1; row < numbers.length; row++) if (numbers[row] !== numbers[0]) return;
  const [example] = split.examples;
  if (example === undefined) return;
  const found = task.kind === "regression" ? String(example.label) : namesOf(example.label, labels);
  throw new AppError(
    "bad-labels",
    `Every row of ${table.name} has the same label, ${found} in column ${columnName(table, mapping.label)}: ` +
      "there is nothing to learn. Choose the column of the label, or a file with two labels or more.",
  );
}

/** A label as a message quotes it. */
function namesOf(label: Label, labels: readonly string[]): string {
  if (typeof label === "number") return JSON.stringify(labels[label]);
  return label.length === 0 ? "none" : label.map((one) => JSON.stringify(labels[one])).join(" and ");
}

/** Above this share of dev rows with strange labels, a score is hardly one of the task. */
const strangeShare = 0.1;

/** Reads dev's labels. A row whose label no train row has cannot be scored fairly: it is skipped, and says so. */
class DevReader {
  readonly #read: LabelReader;
  readonly #labels: readonly string[];
  readonly #known: ReadonlySet<number>;
  #strangeCount = 0;

  constructor(read: LabelReader, labels: readonly string[], train: Split) {
    this.#read = read;
    this.#labels = labels;
    this.#known = labelsIn(train);
  }

  readonly read: LabelReader = (cell) => {
    const label = this.#read(cell);
    if (typeof label === "string") {
      if (!isMissingReason(label)) this.#strangeCount += 1;
      return label;
    }
    if (this.#labels.length === 0) return label;
    const strange = (typeof label === "number" ? [label] : label).find((one) => !this.#known.has(one));
    if (strange === undefined) return label;
    this.#strangeCount += 1;
    return `the label ${JSON.stringify(this.#labels[strange])} does not occur in train`;
  };

  notes({ examples }: Split): readonly string[] {
    const of = this.#strangeCount + examples.length;
    if (this.#strangeCount <= strangeShare * of) return [];
    return [
      `${this.#strangeCount} of the ${of} labelled dev rows are left out, as train has no such label: the scores are of ` +
        "the others only.",
    ];
  }
}

/** Said where dev's rows have lists of labels, none of which a class can be. */
function severalNote({ kind }: Task, train: Table, dev: Table): readonly string[] {
  if (kind !== "classification" || dev.labelSets === null) return [];
  return [
    `Rows of ${dev.name} have several labels, those of ${train.name} one. If a row may have several, say so ` +
      "(--multi-label yes), or choose a task with several labels.",
  ];
}

function warningsOf(labels: readonly string[], train: Split, dev: Split): readonly string[] {
  const [inTrain, inDev] = [labelsIn(train), labelsIn(dev)];
  const absent = [...labels.keys()].filter((label) => inTrain.has(label) && !inDev.has(label));
  const untaught = [...labels.keys()].filter((label) => !inTrain.has(label));
  const list = (found: readonly number[]): string => found.map((label) => JSON.stringify(labels[label])).join(", ");
  const warnings: string[] = [];
  if (absent.length > 0) warnings.push(`Dev has no row labelled ${list(absent)}, which train has.`);
  if (untaught.length > 0) warnings.push(`Train has no row labelled ${list(untaught)}.`);
  return warnings;
}
