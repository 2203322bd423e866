import type { TextMapping } from "../../contract/prediction.ts";
import { textsByName } from "../tables/columns.ts";
import { textColumns } from "../tables/columns-by-content.ts";
import type { Table } from "../tables/table.ts";
import { unlabelled } from "./label-cells.ts";
import { mappingFor } from "./recognise.ts";
import type { Task } from "./task.ts";

/**
 * Which columns of a table a model of this task reads, and which one has labels to score it by: as the task's own files
 * have them, else by name, else by what they hold. null where that is not clear, so that a person is asked.
 */
export function textsOf(table: Table, task: Task): TextMapping | null {
  const known = mappingFor(task, table);
  if (known !== null) return withoutEmptyLabel(table, known);
  const texts = textsByName(table, task.pair) ?? byContent(table, task.pair);
  return texts === null ? null : { ...texts, label: null };
}

/** A column of labels that says nothing, as the Hub's test sets have one, is none. */
function withoutEmptyLabel(table: Table, mapping: TextMapping): TextMapping {
  const column = mapping.label;
  if (column === null) return mapping;
  const bare = table.rows.every((row) => ["", unlabelled].includes((row[column] ?? "").trim()));
  return bare ? { ...mapping, label: null } : mapping;
}

type Texts = Omit<TextMapping, "label">;

function byContent(table: Table, pair: boolean): Texts | null {
  const [first, second, ...more] = table.columnCount === 1 ? [0] : textColumns(table);
  if (first === undefined || more.length > 0 || pair !== (second !== undefined)) return null;
  return { first, second: second ?? null };
}
