import type { TaskKind } from "../../contract/catalog.ts";
import { AppError } from "../../core/errors.ts";
import { taskOf } from "../../data/dataset/recognise.ts";
import type { Task } from "../../data/dataset/task.ts";
import { tasks } from "../../data/tasks/index.ts";
import { loadTokenizer, type Tokenizer } from "../../data/text/tokenizer.ts";
import { openFolder, type FolderFile } from "../../models/folder.ts";
import type { Model } from "../../nn/model.ts";
import { readCheckpoint, type Checkpoint } from "../../train/checkpoint.ts";
import { kindOf, readTaskConfig } from "../trained/task-config.ts";

/** A fine-tuned model in host memory. */
export interface FineTuned {
  /** Of its folder or .zip. */
  readonly name: string;
  readonly model: Model;
  /** Every parameter, by name. */
  readonly values: ReadonlyMap<string, Float32Array>;
  readonly tokenizer: Tokenizer;
  readonly kind: TaskKind;
  /** Names of classes or labels; [] for a regression. */
  readonly labels: readonly string[];
  /** Id of its task; null where config.json does not say, or says one that is unknown here. */
  readonly task: string | null;
}

/**
 * Opens a folder of `dps finetune --save`, an exported .zip, or any such model with a sequence-classification head.
 * `names`: class names, where config.json has none; null: it must have them.
 *
 * Errors: those of openFolder, readCheckpoint and loadTokenizer; bad-model without a head, and for one of several scores;
 * bad-config where classes are not named, or not as many as there are; bad-settings for names that do not fit.
 */
export async function openFineTuned(
  files: readonly FolderFile[],
  names: readonly string[] | null = null,
): Promise<FineTuned> {
  const folder = await openFolder(files);
  const config = readTaskConfig(await folder.json("config.json"), folder.name);
  const checkpoint = await readCheckpoint(folder);
  const { model, values } = checkpoint;
  const outputCount = outputCountOf(checkpoint);
  const single = outputCount === 1 && config.problemType === null;
  const kind = single ? "regression" : kindOf(config.problemType);
  const labels = labelsOf(config.names, kind, outputCount, names, folder.name);
  const tokenizer = await loadTokenizer(folder, model.tokenizer);
  const task = knownTask(config.task, kind)?.id ?? null;
  return { name: folder.name, model, values, tokenizer, kind, labels, task };
}

/** Outputs of the head. Errors: bad-model where there is none. */
function outputCountOf({ model, values, shapes, folder }: Checkpoint): number {
  const wide = new Map(model.params(2).map(({ name, shape }) => [name, shape[0]]));
  const heads = model.params(1).filter(({ name, shape }) => wide.get(name) !== shape[0]);
  const missing = model.params(1).find(({ name, group }) => group === "classifier" && !values.has(name));
  const [head] = heads;
  const count = head === undefined ? undefined : shapes.get(head.name)?.[0];
  if (missing === undefined && count !== undefined) return count;
  throw new AppError(
    "bad-model",
    `${folder.name} has no ${missing?.name ?? "head"}: it is a pre-trained model that was not fine-tuned yet, and ` +
      "predicts nothing. Fine-tune it first, with dps finetune --save DIR or in the page, and give what comes of that.",
  );
}

function labelsOf(
  own: readonly string[],
  kind: TaskKind,
  count: number,
  given: readonly string[] | null,
  name: string,
): readonly string[] {
  if (count > 1 && kind === "regression") {
    throw new AppError(
      "bad-model",
      `${name} gives ${count} scores a text, which is not read here: a class, labels, or one score.`,
    );
  }
  if (kind === "regression") {
    if (given === null) return [];
    throw new AppError("bad-settings", `${name} gives a score, so it has no classes to name; leave the names out.`);
  }
  if (given !== null && given.length !== count) {
    throw new AppError(
      "bad-settings",
      `${name} has ${count} classes, and ${given.length} names were given; give ${count}.`,
    );
  }
  const names = given ?? own;
  if (names.length === count) return names;
  const found = names.length === 0 ? "no id2label" : `an id2label of ${names.length} names`;
  throw new AppError(
    "bad-config",
    `${name}/config.json has ${found}, and the model ${count} classes: what its answers mean is not known. Give ` +
      `"id2label" a name for each of 0 to ${count - 1}${names.length === 0 ? ", or name them with dps predict --labels" : ""}.`,
  );
}

function knownTask(id: string | null, kind: TaskKind): Task | undefined {
  return tasks.find((task) => task.id === id && task.kind === kind);
}

/** What a model's rows may hold: its task; where that is not known, one text or two. */
export function tasksOf({ task, kind }: Pick<FineTuned, "task" | "kind">): readonly Task[] {
  const known = knownTask(task, kind);
  return known === undefined ? generalTasks[kind].map(taskOf) : [known];
}

const generalTasks: Readonly<Record<TaskKind, readonly string[]>> = {
  classification: ["single", "pair"],
  "multi-label": ["single-labels", "pair-labels"],
  regression: ["single-score", "pair-score"],
};
