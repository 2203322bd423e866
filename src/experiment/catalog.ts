import type { Catalog, MethodEntry, TaskEntry } from "../contract/catalog.ts";
import { tasks } from "../data/tasks/index.ts";
import { methods } from "../methods/index.ts";
import { trainingFields } from "../train/settings.ts";

/** Everything that can be chosen, as plain data. */
export function catalog(): Catalog {
  return { methods: methods.map(methodEntry), tasks: tasks.map(taskEntry), training: trainingFields };
}

function methodEntry(method: MethodEntry): MethodEntry {
  const { id, label, summary, source, fields, equation, departs, stages, lossNote } = method;
  return { id, label, summary, source, fields, equation, departs, stages, lossNote };
}

function taskEntry(task: TaskEntry): TaskEntry {
  const { id, label, summary, source, fields, kind, pair, metrics, hub } = task;
  return { id, label, summary, source, fields, kind, pair, metrics, hub };
}
