import type { ColumnMapping, TableRecord } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import { columnsByContent } from "../tables/columns-by-content.ts";
import { columnsByName } from "../tables/columns.ts";
import type { Table } from "../tables/table.ts";
import type { Task } from "./task.ts";
import { tasks } from "../tasks/index.ts";

/** A table's task and what its columns hold. */
export interface Recognised {
  readonly task: Task;
  readonly mapping: ColumnMapping;
}

const previewCount = 5;

/** The first task that knows this table, or null when a person has to say. */
export function recogniseTask(table: Table): Recognised | null {
  for (const task of tasks) {
    const mapping = task.recognise(table);
    if (mapping !== null) return { task, mapping };
  }
  return null;
}

/** The task of this id. Errors: bad-settings, listing the ids. */
export function taskOf(id: string): Task {
  const task = tasks.find((candidate) => candidate.id === id);
  if (task !== undefined) return task;
  const known = tasks.map((candidate) => candidate.id).join(", ");
  throw new AppError("bad-settings", `There is no task "${id}"; known are ${known}.`);
}

/** The columns of a table said to be of this task: as it knows them, else by name, else by what they hold; null if unclear. */
export function mappingFor(task: Task, table: Table): ColumnMapping | null {
  const named = task.recognise(table) ?? columnsByName(table, task.pair, task.kind);
  return named ?? (task.pair && task.kind === "classification" ? columnsByContent(table) : null);
}

/** A table as the page shows it. */
export function tableRecord(table: Table): TableRecord {
  const recognised = recogniseTask(table);
  return {
    name: table.name,
    reading: table.reading,
    header: table.header,
    columnCount: table.columnCount,
    rowCount: table.rows.length,
    preview: table.rows.slice(0, previewCount).map((row) => row.map((cell) => cell.slice(0, 500))),
    skipped: table.skipped,
    skippedCount: table.skippedCount,
    task: recognised?.task.id ?? null,
    mapping: recognised?.mapping ?? null,
  };
}
