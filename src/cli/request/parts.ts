import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Catalog } from "../../contract/catalog.ts";
import { bundledWord } from "../../contract/sources/bundled.ts";
import { isRepositoryId } from "../../models/hub/names.ts";
import { kindOf } from "../files.ts";
import { optionsUnder, wrongUsage, type Given, type Option } from "../options.ts";
import { isSample } from "../sample-task.ts";
import { readDataRequest, type DataRequest } from "./data-request.ts";

/** One model on one task of an experiment over several. */
export interface Part {
  /** What tells its model, and its task, from the others. */
  readonly model: string;
  readonly task: string;
  /** Of its files: "electra-rte". */
  readonly name: string;
  readonly data: DataRequest;
}

/** More than any table has rows, or columns. */
const mostWords = 50;
const tableName = /\.(tsv|csv|txt|jsonl?|parquet|arrow|feather|xlsx)(\.gz)?$/i;

/** Options that make an experiment one over several models or tasks. */
export function partOptions(group: string): readonly Option[] {
  const option = optionsUnder(group);
  return [
    option(
      "models",
      "A,B",
      "Several models in place of --model, one after another, and one table of all at the end. --output, --save and " +
        "--predictions are then folders, with a place for each model and task.",
    ),
    option(
      "tasks",
      "A,B",
      "Several tasks in place of --train, --sample and --glue, each the name of a GLUE task of the Hub, of a sample task " +
        "or a folder with train.tsv and dev.tsv (or other tables of those names).",
    ),
  ];
}

/** Options that say for one model or task what --models and --tasks say for several. */
const idleWith: Readonly<Record<string, readonly string[]>> = {
  models: ["model", "revision"],
  tasks: ["train", "dev", "sample", "glue", "glue-dev", "glue-revision", "task", "columns"],
};

/**
 * What --models and --tasks ask for, models outermost; null without them. `defaults`: as readDataRequest() takes them.
 * Errors: bad-settings, naming the option.
 */
export async function readParts(
  given: Given,
  catalog: Catalog,
  defaults: { readonly model: string | null; readonly sample: string | null },
): Promise<readonly Part[] | null> {
  if (!given.has("models") && !given.has("tasks")) return null;
  for (const [option, idle] of Object.entries(idleWith)) {
    const used = given.has(option) ? idle.find((name) => given.has(name)) : undefined;
    if (used !== undefined) throw wrongUsage(`--${option} names several, so --${used} has no place beside it.`);
  }
  const models = wordsOf("models", given);
  for (const word of models) checkModel(word);
  const tasks: ReadonlyMap<string, string>[] = [];
  const words = wordsOf("tasks", given);
  for (const word of words) tasks.push(await readTaskWord(word, catalog));
  const read = (model: string | null, task: ReadonlyMap<string, string>): DataRequest =>
    readDataRequest(
      new Map([...given, ...(model === null ? [] : [["model", model] as const]), ...task]),
      catalog,
      defaults,
    );
  const modelNames = numbered(models.map(shortName), " (", ")");
  const taskNames = numbered(words.map(shortName), " (", ")");
  const parts = (models.length === 0 ? [null] : models).flatMap((model, row) =>
    (tasks.length === 0 ? [new Map<string, string>()] : tasks).map((task, column) => {
      const data = read(model, task);
      return { model: modelNames[row] ?? shortName(data.model), task: taskNames[column] ?? taskOf(data), data };
    }),
  );
  const files = numbered(
    parts.map(({ model, task }) => `${fileName(model)}-${fileName(task)}`),
    "-",
  );
  return parts.map((part, index) => ({ ...part, name: files[index] ?? "" }));
}

/** The words of a list, each once; [] where it was not given. */
function wordsOf(option: string, given: Given): readonly string[] {
  const text = given.get(option);
  if (text === undefined) return [];
  const words = text.split(",").map((word) => word.trim());
  if (words.includes("")) throw wrongUsage(`--${option} ${text}: there is nothing between two commas.`);
  const twice = words.find((word, index) => words.indexOf(word) !== index);
  if (twice !== undefined) throw wrongUsage(`--${option} names ${twice} twice; once is enough.`);
  if (words.length > mostWords) throw wrongUsage(`--${option} names ${words.length}; at most ${mostWords} are run.`);
  return words;
}

/** A word that can be no model must not come to light after hours. */
function checkModel(word: string): void {
  if (word === bundledWord || existsSync(word) || isRepositoryId(word)) return;
  throw wrongUsage(
    `--models: there is no folder or .zip ${word}, and it is no id of the Hub, organisation/name, either.`,
  );
}

/** The options that a word of --tasks stands for. */
async function readTaskWord(word: string, { tasks }: Catalog): Promise<ReadonlyMap<string, string>> {
  if ((await kindOf(word)) === "folder") return await readFolder(word);
  if (await isSample(word)) return new Map([["sample", word]]);
  const onHub = tasks.filter(({ hub }) => hub !== null).map(({ id }) => id);
  if (onHub.includes(word)) return new Map([["glue", word]]);
  throw wrongUsage(
    `--tasks: "${word}" is no folder here, no sample task, and no GLUE task of the Hub, which are ${onHub.join(", ")}.`,
  );
}

async function readFolder(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder)).filter((name) => tableName.test(name)).sort();
  const of = (start: RegExp): string | undefined => names.find((name) => start.test(name));
  const [train, dev] = [of(/^train\b/i), of(/^(dev|validation)\b/i)];
  if (train === undefined) throw wrongUsage(`--tasks: ${folder} holds no train.tsv, nor another table called train.`);
  return new Map([["train", join(folder, train)], ...(dev === undefined ? [] : [["dev", join(folder, dev)] as const])]);
}

/** What would be called the same, but for capitals, gets a number. */
function numbered(names: readonly string[], before: string, after = ""): readonly string[] {
  const plain = names.map((name) => name.toLowerCase());
  return names.map((name, index) => {
    const earlier = plain.slice(0, index).filter((one) => one === plain[index]).length;
    return earlier === 0 ? name : `${name}${before}${earlier + 1}${after}`;
  });
}

/** The last part of a path or an id. */
function shortName(word: string): string {
  return existsSync(word) ? basename(resolve(word)).replace(/\.zip$/i, "") : (word.split("/").at(-1) ?? word);
}

function taskOf({ sample, glue, train }: DataRequest): string {
  return sample ?? glue?.task ?? basename(train ?? "rows").replace(tableName, "");
}

function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[.-]+|-+$/g, "");
}
