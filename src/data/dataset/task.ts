import type { TaskEntry } from "../../contract/catalog.ts";
import type { ColumnMapping } from "../../contract/run.ts";
import type { Table } from "../tables/table.ts";

/** One task is one file in tasks/: what its rows hold, how its file is recognised, how it is scored. */
export interface Task extends TaskEntry {
  /** Class names by index, in Hugging Face's order for GLUE; null: read off the train file, or a regression. */
  readonly labels: readonly string[] | null;
  /** The columns, where the table is surely of this task; else null. */
  recognise(table: Table): ColumnMapping | null;
}
