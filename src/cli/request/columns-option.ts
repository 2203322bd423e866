import type { ColumnMapping, TableRecord } from "../../contract/run.ts";
import { wrongUsage } from "../options.ts";
import { adviceFor } from "../suggest.ts";

/**
 * Reads --columns for one table: "first,second,label" or "text,label", each a header name or a number from 1. A header
 * name goes before a number. Errors: bad-settings.
 */
export function readColumns(text: string, table: TableRecord): ColumnMapping {
  const columns = text.split(",").map((part) => columnOf("columns", part.trim(), table));
  const [first, second, third] = columns;
  if (first === undefined || second === undefined || columns.length > 3) {
    throw wrongUsage(
      `--columns ${text} names ${columns.length}; wanted are two (text,label) or three (first,second,label).`,
    );
  }
  return third === undefined ? { first, second: null, label: second } : { first, second, label: third };
}

/** The column that a word stands for; `option` names it in errors. Errors: bad-settings. */
export function columnOf(
  option: string,
  part: string,
  table: Pick<TableRecord, "name" | "header" | "columnCount">,
): number {
  const named = (table.header ?? []).findIndex((name) => name.trim() === part);
  if (named >= 0) return named;
  const number = /^\d+$/.test(part) ? Number(part) : 0;
  if (number >= 1 && number <= table.columnCount) return number - 1;
  const names = table.header?.map((name) => name.trim()) ?? [];
  const found = table.header === null ? `${table.columnCount} columns without names` : names.join(", ");
  const problem = `--${option}: "${part}" is no column of ${table.name} (${found}).`;
  throw wrongUsage(`${problem} ${adviceFor(part, names, "")}`.trimEnd());
}
