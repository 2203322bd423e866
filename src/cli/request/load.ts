import type { TaskEntry } from "../../contract/catalog.ts";
import type { ColumnMapping, DataRecord, TableRecord, TableSource } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import { catalog } from "../../experiment/catalog.ts";
import type { NamedFile, Workspace } from "../../experiment/workspace.ts";
import { readColumns } from "./columns-option.ts";
import { describeData, describeModel, labelsAsInData } from "../report/describe.ts";
import { openTablePath } from "../files.ts";
import { openGlue } from "../hub/glue.ts";
import { openModel } from "./model-source.ts";
import { describeReading } from "./reading-options.ts";
import type { DataRequest } from "./data-request.ts";
import { openSample } from "../sample-task.ts";
import type { Terminal } from "../terminal.ts";

/** Train and dev, ready, with what the terminal says of them. */
export interface LoadedData {
  readonly record: DataRecord;
  readonly task: TaskEntry | undefined;
  /** Class names as the file spells them. */
  readonly labels: readonly string[];
}

/** Reads model and tables and tells of them; rows are cut to maxLength tokens. Errors: those of Workspace. */
export async function load(
  workspace: Workspace,
  request: DataRequest,
  maxLength: number,
  terminal: Terminal,
): Promise<LoadedData> {
  // The tables first: a name that is not there must not cost a download.
  const tables = await openTables(request, terminal);
  const { files, source } = await openModel(request.model, request.revision, terminal);
  terminal.status("Reading the model");
  const model = await workspace.loadModel(files, source);
  for (const line of describeModel(model, request.explained)) terminal.line(line);
  terminal.status("Reading the data");
  const { reading } = request;
  const train = await workspace.loadTable("train", tables.train.file, tables.train.source, reading);
  const dev = await workspace.loadTable("dev", tables.dev.file, tables.dev.source, reading);
  const sets: (TableRecord | null)[] = [];
  for (const { name, path } of request.transfers) {
    sets.push(await workspace.loadTransfer(name, await openTablePath("also-on", path), undefined, reading));
  }
  terminal.status("");
  for (const table of [train, dev, ...sets]) {
    if (table === null) continue;
    for (const line of describeReading(table.name, table.reading, request.explained)) terminal.line(line);
  }
  const trainMapping = mappingOf(request, train);
  const { task, devShare, splitSeed, trainSample } = request;
  const split = { devShare, splitSeed, sample: trainSample };
  const settings = { task, trainMapping, devMapping: mappingOf(request, dev), ...split };
  const record = await workspace
    .prepareData(settings, maxLength, (done, total) => terminal.status(`Tokenizing ${done}/${total}`))
    .catch((error: unknown) => Promise.reject(withColumnsAdvice(error)));
  const mapping = trainMapping ?? train?.mapping;
  const cells = mapping ? (train?.preview ?? []).map((row) => row[mapping.label] ?? "") : [];
  const entry = catalog().tasks.find(({ id }) => id === record.task);
  const labels = labelsAsInData(record.labels, cells);
  terminal.status("");
  for (const line of describeData(record, entry, labels)) terminal.line(line);
  return { record, task: entry, labels };
}

/** A table and where it is from; no file: it was not given. */
interface OpenedTable {
  readonly file: NamedFile | null;
  readonly source?: TableSource;
}

/** The two tables of a request. */
async function openTables(
  { sample, glue, train, dev }: DataRequest,
  terminal: Terminal,
): Promise<{ readonly train: OpenedTable; readonly dev: OpenedTable }> {
  if (glue !== null) return await openGlue(glue, catalog(), terminal);
  if (sample !== null) {
    const files = await openSample(sample);
    const source = { kind: "sample", id: sample } as const;
    return { train: { file: files.train, source }, dev: { file: files.dev, source } };
  }
  return {
    train: { file: train === null ? null : await openTablePath("train", train) },
    dev: { file: dev === null ? null : await openTablePath("dev", dev) },
  };
}

function withColumnsAdvice(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== "bad-columns") return error;
  const advice =
    "In the terminal: --task pair or --task single, and --columns first,second,label or --columns text,label.";
  return new AppError(error.code, `${error.message} ${advice}`, { cause: error });
}

function mappingOf({ columns }: DataRequest, table: TableRecord | null): ColumnMapping | null {
  return columns === null || table === null ? null : readColumns(columns, table);
}
