import type { ColumnMapping, RowsRecord, SampleChoice, TableSource } from "../contract/run.ts";
import { AppError } from "../core/errors.ts";
import { buildDataset } from "../data/dataset/dataset.ts";
import type { Dataset } from "../data/dataset/dataset.ts";
import { mappingFor, recogniseTask, taskOf } from "../data/dataset/recognise.ts";
import type { Task } from "../data/dataset/task.ts";
import { isNumber } from "../data/tables/cells.ts";
import { headerNames, plainName } from "../data/tables/column-names.ts";
import { withLabelSets } from "../data/tables/labels/label-sets.ts";
import type { Table } from "../data/tables/table.ts";
import { buildTransfer } from "../data/dataset/transfer.ts";
import type { Transfer, TransferTable } from "../data/dataset/transfer.ts";

/** How the tables are to be read; null leaves a choice to us. */
export interface DataSettings {
  readonly task: string | null;
  readonly trainMapping: ColumnMapping | null;
  readonly devMapping: ColumnMapping | null;
  readonly devShare: number;
  readonly splitSeed: number;
  /** Rows of train to use, after dev was split off; null: all. */
  readonly sample: SampleChoice | null;
}

/** A table and where it is from. */
export interface LoadedTable {
  readonly table: Table;
  readonly source: TableSource;
}

/** The tables that a person gave; null: none. */
export interface GivenTables {
  readonly train: LoadedTable | null;
  readonly dev: LoadedTable | null;
  /** Sets of other sources, in the order in which they came. */
  readonly transfers: readonly TransferTable[];
}

/** What was made of the tables, before tokenizing. */
export interface PreparedData {
  readonly dataset: Dataset;
  readonly rows: RowsRecord;
  readonly transfers: readonly Transfer[];
}

const mostTransfers = 20;
const longestName = 60;

/** Errors: bad-settings for a name that a set cannot have, or for one set too many. */
export function checkTransferName(name: string, { transfers }: GivenTables): void {
  const { length } = name;
  if (length < 1 || length > longestName || name !== name.trim() || /[@\p{C}\p{Zl}\p{Zp}]/u.test(name)) {
    throw new AppError(
      "bad-settings",
      `A set of another source cannot be called ${JSON.stringify(name.slice(0, longestName))}: a name has 1 to ` +
        `${longestName} characters, no blank at its ends, no "@" and no control character. Choose another.`,
    );
  }
  if (transfers.length < mostTransfers || transfers.some((set) => set.name === name)) return;
  throw new AppError(
    "bad-settings",
    `There are ${transfers.length} sets of other sources, and no more are scored. Take one away before you add ${name}.`,
  );
}

/** The tables with a set of another source more, or in the place of its namesake; null takes that away. */
export function withTransfer(tables: GivenTables, name: string, loaded: LoadedTable | null): GivenTables {
  const { transfers } = tables;
  if (loaded === null) return { ...tables, transfers: transfers.filter((set) => set.name !== name) };
  const set = { name, ...loaded };
  const known = transfers.some((other) => other.name === name);
  return {
    ...tables,
    transfers: known ? transfers.map((other) => (other.name === name ? set : other)) : [...transfers, set],
  };
}

/** What a file has beside its columns, for a person who looks for the one with the label. */
function leftOut({ reading }: Table): string {
  return reading
    .flatMap(({ stage, assumed }) => (stage === "columns" && assumed !== null ? [`${assumed} `] : []))
    .join("");
}

/** As the file says; a file of as many columns without names of its own has train's. */
function devMappingOf(task: Task, dev: Table, train: Table, trainMapping: ColumnMapping): ColumnMapping | null {
  const own = mappingFor(task, dev);
  if (own !== null) return own;
  const sameNames = dev.header === null || dev.header.join("\t") === train.header?.join("\t");
  return dev.columnCount === train.columnCount && sameNames ? trainMapping : null;
}

/** Where train's rows have several labels, so have dev's, be it that each of its few has one. */
async function readAsTrain({ kind }: Task, dev: Table, train: Table): Promise<Table> {
  if (kind !== "multi-label" || train.labelSets === null || dev.labelSets !== null) return dev;
  return await withLabelSets(dev, true, train.labelSets.separator);
}

/** Says which columns were taken for text and label where no name says so. */
function contentNote(train: Table, { first, second, label }: ColumnMapping): readonly string[] {
  const names = (train.header ?? []).map(plainName);
  if (names.some((name) => headerNames.has(name)) || taskKnows(train)) return [];
  const texts =
    second === null ? `column ${first + 1} is the text` : `columns ${first + 1} and ${second + 1} are the texts`;
  return [
    `By what ${train.name} holds, ${texts} and column ${label + 1} the label. Choose the columns if that is wrong.`,
  ];
}

/** Whether its layout is a known task's own, which has no names. */
function taskKnows(train: Table): boolean {
  const known = recogniseTask(train);
  return known !== null && known.task.labels !== null;
}

/** Says which classes the numbers of a file were taken for, where nobody but its columns told which task it is of. */
function numberNote({ id, labels }: Task, train: Table, { label }: ColumnMapping): readonly string[] {
  if (labels === null || !train.rows.some((row) => isNumber(row[label] ?? ""))) return [];
  const named = labels.map((name, index) => `${index} is ${name}`).join(", ");
  return [`${train.name} looks like a file of ${id}, so ${named}. Choose another task if it is not.`];
}

/**
 * Applies task and columns to the tables. Errors: bad-settings without a training table; bad-columns, bad-labels,
 * bad-table; for a set of another source they name it.
 */
export async function prepareTables(tables: GivenTables, settings: DataSettings): Promise<PreparedData> {
  if (tables.train === null) throw new AppError("bad-settings", "No training file was given; give one.");
  const train = tables.train.table;
  const given = tables.dev?.table ?? null;
  const task = settings.task === null ? recogniseTask(train)?.task : taskOf(settings.task);
  const trainMapping = settings.trainMapping ?? (task === undefined ? null : mappingFor(task, train));
  if (task === undefined || trainMapping === null) {
    const columns = train.header?.join(", ") ?? `${train.columnCount} columns without names`;
    throw new AppError(
      "bad-columns",
      `It is not clear what ${train.name} (${columns}) holds. ${leftOut(train)}Choose the task, and the columns of text ` +
        "and label; where a row has several labels, say so (--multi-label yes).",
    );
  }
  const dev = given === null ? null : await readAsTrain(task, given, train);
  const devMapping = settings.devMapping ?? (dev === null ? null : devMappingOf(task, dev, train, trainMapping));
  const built = await buildDataset({ ...settings, task, train, trainMapping, dev, devMapping });
  const guessed =
    settings.task === null ? [...numberNote(task, train, trainMapping), ...contentNote(train, trainMapping)] : [];
  const said = [
    ...guessed,
    ...(dev === null || dev === given
      ? []
      : [`${dev.name} is read as ${train.name} is. ${dev.reading.at(-1)?.assumed ?? ""}`]),
  ];
  const dataset = { ...built, warnings: [...said, ...built.warnings] };
  const transfers: Transfer[] = [];
  for (const set of tables.transfers) transfers.push(await buildTransfer(set, dataset));
  const split = given === null ? { share: settings.devShare, seed: settings.splitSeed } : null;
  const sources = { train: tables.train.source, dev: tables.dev?.source ?? null };
  return { dataset, rows: { ...sources, split, sample: dataset.sample }, transfers };
}
