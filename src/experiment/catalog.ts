import type { Catalog, FamilyEntry, MethodEntry, TaskEntry } from "../contract/catalog.ts";
import { tasks } from "../data/tasks/index.ts";
import { methods } from "../methods/index.ts";
import { families, modelPresets } from "../nn/families/index.ts";
import { trainingFields } from "../train/finetuning/settings.ts";
import { demo } from "./demo.ts";
import { sharedAxes } from "./plan/grid.ts";
import { plans } from "./plans/index.ts";
import { adaptationFields } from "./adaptation/pretraining-choice.ts";

/** Everything that can be chosen, as plain data. */
export function catalog(): Catalog {
  return {
    methods: methods.map(methodEntry),
    tasks: tasks.map(taskEntry),
    families: families.map(familyEntry),
    training: trainingFields,
    axes: sharedAxes,
    plans,
    presets: modelPresets(),
    adaptation: adaptationFields,
    demo,
  };
}

function familyEntry({ id, label, summary, source, fields, adaptable }: FamilyEntry): FamilyEntry {
  return { id, label, summary, source, fields, adaptable };
}

function methodEntry(method: MethodEntry): MethodEntry {
  const { id, label, summary, source, fields, equation, departs, stages, lossNote } = method;
  return { id, label, summary, source, fields, equation, departs, stages, lossNote };
}

function taskEntry(task: TaskEntry): TaskEntry {
  const { id, label, summary, source, fields, kind, pair, metrics, hub } = task;
  return { id, label, summary, source, fields, kind, pair, metrics, hub };
}
