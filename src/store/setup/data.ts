import type { TaskEntry } from "../../contract/catalog.ts";
import { asTheFileSays, type ReadingChoice } from "../../contract/reading.ts";
import type { ColumnMapping, DataRecord, TableRecord, TableSource } from "../../contract/run.ts";
import { AppError, failureOf } from "../../core/errors.ts";
import type { DataChoice, DroppedFile, TableRole } from "../../worker/api.ts";
import type { Trainer } from "../../worker/client.ts";
import { askLatest, latestOnly, type Reporter, type Slot } from "../slot.ts";

export interface DataSlice {
  readonly train: TableRecord | null;
  readonly dev: TableRecord | null;
  /** Where they are from; null where there is no table, and for a person's own file. */
  readonly trainSource: TableSource | null;
  readonly devSource: TableSource | null;
  /** How a person wants them read; what is null in it was read off the file. */
  readonly trainChoice: ReadingChoice;
  readonly devChoice: ReadingChoice;
  readonly loadingTrain: boolean;
  readonly loadingDev: boolean;
  /** A person's choice; null follows what was recognised. */
  readonly task: string | null;
  readonly trainMapping: ColumnMapping | null;
  readonly devMapping: ColumnMapping | null;
  readonly prepared: DataRecord | null;
  readonly preparing: boolean;
  /** A person ended the last preparation. */
  readonly cancelled: boolean;
  /** Counts tables read or taken away. */
  readonly tablesRevision: number;
  /** Counts successful preparations. */
  readonly revision: number;
}

export const initialData: DataSlice = {
  train: null,
  dev: null,
  trainSource: null,
  devSource: null,
  trainChoice: asTheFileSays,
  devChoice: asTheFileSays,
  loadingTrain: false,
  loadingDev: false,
  task: null,
  trainMapping: null,
  devMapping: null,
  prepared: null,
  preparing: false,
  cancelled: false,
  tablesRevision: 0,
  revision: 0,
};

/** The task in force: a person's choice before the recognised one; null when someone has to say. */
export function taskOf(data: DataSlice): string | null {
  return data.task ?? data.train?.task ?? data.dev?.task ?? null;
}

/** The columns in force for a table; null when someone has to say. */
export function mappingOf(data: DataSlice, role: TableRole): ColumnMapping | null {
  return role === "train"
    ? (data.trainMapping ?? data.train?.mapping ?? null)
    : (data.devMapping ?? data.dev?.mapping ?? null);
}

/** What a person still has to say before the tables can be used, or null. */
export function dataQuestion(data: DataSlice, tasks: readonly TaskEntry[]): string | null {
  if (data.train === null) return "Add a training table.";
  const task = tasks.find((entry) => entry.id === taskOf(data));
  if (task === undefined) return "Say which task the tables are for.";
  for (const role of ["train", "dev"] as const) {
    if (data[role] === null) continue;
    const mapping = mappingOf(data, role);
    if (mapping === null) return `Say which columns of the ${role} table to use.`;
    if (task.pair && mapping.second === null)
      return `${task.label} compares two texts: say which column of the ${role} table is the second.`;
  }
  return null;
}

/** Which rows of the tables become train and dev. */
type RowsChoice = Pick<DataChoice, "devShare" | "splitSeed" | "sample">;

export interface DataActions {
  /** Resolves with success. */
  load(role: TableRole, files: readonly DroppedFile[], source?: TableSource): Promise<boolean>;
  /**
   * Reads a table's file anew, another way; task and, where its columns are the same, what they hold are kept. Resolves
   * with success: else the table stays as it was read.
   */
  readAgain(role: TableRole, choice: ReadingChoice): Promise<boolean>;
  remove(role: TableRole): Promise<boolean>;
  setTask(task: string | null): void;
  setMapping(role: TableRole, mapping: ColumnMapping | null): void;
  /** Tokenizes and counts; whatever was prepared before goes away first. */
  prepare(rows: RowsChoice, maxLength: number): Promise<void>;
  /** What was prepared no longer holds. */
  forget(): void;
  /** Hands the last good files to a fresh engine. */
  reload(): Promise<void>;
}

export function dataActions(slot: Slot<DataSlice>, trainer: Trainer, reporter: Reporter): DataActions {
  const asking = {
    train: { place: "train", ticket: latestOnly(), busy: (on: boolean) => slot.set({ loadingTrain: on }) },
    dev: { place: "dev", ticket: latestOnly(), busy: (on: boolean) => slot.set({ loadingDev: on }) },
    prepared: { place: "data", ticket: latestOnly(), busy: (preparing: boolean) => slot.set({ preparing }) },
  } as const;
  const files: Record<TableRole, { readonly file: DroppedFile; readonly source: TableSource | undefined } | null> = {
    train: null,
    dev: null,
  };

  async function read(
    role: TableRole,
    file: DroppedFile | null,
    source?: TableSource,
    choice: ReadingChoice = asTheFileSays,
  ): Promise<boolean> {
    return await askLatest(reporter, asking[role], async (current) => {
      const table = await trainer.loadTable(role, file, source, choice);
      if (!current()) return;
      files[role] = file === null ? null : { file, source };
      slot.set({ tablesRevision: slot.get().tablesRevision + 1 });
      const from = source ?? null;
      slot.set(
        role === "train"
          ? { train: table, trainSource: from, trainChoice: choice, trainMapping: null, task: null }
          : { dev: table, devSource: from, devChoice: choice, devMapping: null },
      );
    });
  }

  async function prepare(rows: RowsChoice, maxLength: number): Promise<void> {
    const { task, trainMapping, devMapping } = slot.get();
    slot.set({ prepared: null, cancelled: false });
    await askLatest(reporter, asking.prepared, async (current) => {
      const asked = trainer.prepareData({ task, trainMapping, devMapping, ...rows }, maxLength);
      const prepared = await asked.catch((thrown: unknown) => {
        if (current()) slot.set({ cancelled: failureOf(thrown).code === "stopped" });
        throw thrown;
      });
      if (current()) slot.set({ prepared, revision: slot.get().revision + 1 });
    });
  }

  return {
    async load(role, dropped, source) {
      const [file, ...others] = dropped;
      if (file === undefined) return false;
      if (others.length === 0) return await read(role, file, source);
      reporter.report(role, oneFileOnly(role, dropped.length));
      return false;
    },
    async readAgain(role, choice) {
      const kept = files[role];
      const before = slot.get();
      if (kept === null || !(await read(role, kept.file, kept.source, choice))) return false;
      const table = slot.get()[role];
      const same = table !== null && table.columnCount === before[role]?.columnCount;
      const { task, trainMapping, devMapping } = before;
      slot.set({ task });
      if (same) slot.set(role === "train" ? { trainMapping } : { devMapping });
      return true;
    },
    remove: (role) => read(role, null),
    setTask: (task) => slot.set({ task }),
    setMapping: (role, mapping) => slot.set(role === "train" ? { trainMapping: mapping } : { devMapping: mapping }),
    prepare,
    forget() {
      asking.prepared.ticket();
      reporter.clear("data");
      slot.set({ prepared: null, preparing: false, cancelled: false });
    },
    async reload() {
      const { task, trainMapping, devMapping, trainChoice, devChoice } = slot.get();
      if (files.train !== null) await read("train", files.train.file, files.train.source, trainChoice);
      if (files.dev !== null) await read("dev", files.dev.file, files.dev.source, devChoice);
      slot.set({ task, trainMapping, devMapping });
    },
  };
}

function oneFileOnly(role: TableRole, count: number): AppError {
  return new AppError("bad-table", `You dropped ${count} files here; the ${role} set is one file. Drop that one.`);
}
