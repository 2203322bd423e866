import type { Catalog } from "../contract/catalog.ts";
import type { ConfigRecord } from "../contract/run.ts";

/** What an experiment's task is called. A sample task is none of GLUE's, whichever of them its files look like. */
export function taskLabel(
  { task, rows }: Pick<ConfigRecord, "task" | "rows">,
  catalog: Pick<Catalog, "tasks"> | null,
): string {
  if (rows?.train.kind === "sample") return `Sample task: ${rows.train.id}`;
  return catalog?.tasks.find(({ id }) => id === task)?.label ?? task;
}

/** The same in a word or two, for a column of a table: "RTE". */
export function shortTaskLabel(
  config: Pick<ConfigRecord, "task" | "rows">,
  catalog: Pick<Catalog, "tasks"> | null,
): string {
  const label = taskLabel(config, catalog);
  return config.rows?.train.kind === "sample" ? label : (label.split(":")[0] ?? label);
}
