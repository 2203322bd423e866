import type { Catalog, MethodEntry } from "../contract/catalog.ts";
import type { NumberField, Values } from "../contract/fields.ts";
import type { ExperimentPlan, SampleChoice } from "../contract/run.ts";
import { bundledWord } from "../contract/bundled.ts";
import { samples } from "../data/samples/index.ts";
import { glueOptions, readGlue } from "./glue.ts";
import type { GlueRequest } from "./glue.ts";
import { revisionOption } from "./model-source.ts";
import { wrongUsage } from "./options.ts";
import type { Given, Option } from "./options.ts";
import { readSeeds } from "./seeds.ts";
import { checkMethodOptions, fieldOptions, methodOptions, readFields } from "./setting-options.ts";
import { suggestionFor } from "./suggest.ts";

/** What `dps finetune` was asked for; nothing was opened yet. */
export interface FinetuneRequest {
  readonly model: string;
  /** Of a model of the Hub; null where it was not given. */
  readonly revision: string | null;
  /** null: those of a sample task. */
  readonly train: string | null;
  /** null: a share of train, or a sample task's. */
  readonly dev: string | null;
  /** Id of a sample task in place of files. */
  readonly sample: string | null;
  /** A GLUE task of the Hub in place of files. */
  readonly glue: GlueRequest | null;
  /** null: recognised from the file. */
  readonly task: string | null;
  /** Text of --columns, which only a table's header can explain. */
  readonly columns: string | null;
  readonly devShare: number;
  readonly splitSeed: number;
  /** null: all rows of train. */
  readonly trainSample: SampleChoice | null;
  readonly plan: ExperimentPlan;
  readonly output: string | null;
  readonly predictions: string | null;
  readonly save: string | null;
  /** Whether what is saved has a model.onnx. */
  readonly onnx: boolean;
}

const splitFields: readonly NumberField[] = [
  {
    id: "devShare",
    kind: "number",
    label: "Share for dev",
    help: "Without --dev: this share of the training rows is kept apart to score on, every label alike.",
    default: 0.1,
    min: 0,
    minExclusive: true,
    max: 1,
    maxExclusive: true,
  },
  {
    id: "splitSeed",
    kind: "number",
    label: "Seed of the split",
    help: "Without --dev: the seed of that split and of nothing else.",
    default: 0,
    min: 0,
    max: 0xffffffff,
    whole: true,
  },
];

const sampleFields: readonly NumberField[] = [
  {
    id: "trainSample",
    kind: "number",
    label: "Sample of the training rows",
    help: "Train on so many rows only, drawn by seed with every label's share kept; the same for every method and seed.",
    default: null,
    empty: "all",
    min: 1,
    max: 2_000_000,
    whole: true,
  },
  {
    id: "sampleSeed",
    kind: "number",
    label: "Seed of the sample",
    help: "With --train-sample: the seed of that sample and of nothing else.",
    default: 0,
    min: 0,
    max: 0xffffffff,
    whole: true,
  },
];

const sampleIds = samples.map(({ id }) => id);

/** Every option of `dps finetune`. */
export function finetuneOptions(catalog: Catalog): readonly Option[] {
  const { methods, tasks, training } = catalog;
  const option = (group: string, name: string, value: string, help: string): Option => ({ name, value, help, group });
  const taskIds = [...tasks.map(({ id }) => id), "auto"].join("|");
  const methodIds = methods.map(({ id }) => id).join(", ");
  const modelHelp = `Hugging Face model folder, a .zip of one, an id of the Hub, or "${bundledWord}" for the model that ships with the page. Needed.`;
  const columnsHelp =
    "Columns of text and label, where the header does not say: text,label or first,second,label, " +
    "each a header name or a number from 1.";
  return [
    option("Model and data", "model", "DIR|ID", modelHelp),
    revisionOption("Model and data"),
    option("Model and data", "train", "FILE", "TSV, CSV or Parquet file to train on. Needed, or --sample or --glue."),
    option(
      "Model and data",
      "dev",
      "FILE",
      "TSV, CSV or Parquet file to score on. Default: a share of the training rows.",
    ),
    option(
      "Model and data",
      "sample",
      sampleIds.join("|"),
      "A sample task of this project, in place of --train and --dev.",
    ),
    ...glueOptions(catalog, "Model and data"),
    option(
      "Model and data",
      "task",
      taskIds,
      "What the rows hold and how they are scored. Default: auto, from the file.",
    ),
    option("Model and data", "columns", "LIST", columnsHelp),
    ...fieldOptions([...splitFields, ...sampleFields], "Model and data"),
    option("Experiment", "methods", "A,B", `Methods to compare, of ${methodIds}. Default: ${methods[0]?.id ?? ""}.`),
    option("Experiment", "seeds", "LIST", "Seeds as in 1,2,3 or 1-5; every method runs once a seed. Default: 1."),
    option("Output", "output", "FILE", "Write everything known of every run as JSON."),
    option("Output", "predictions", "DIR", "Write one TSV a run: index, label, prediction and logits of each dev row."),
    option("Output", "save", "DIR", "Write one Hugging Face folder a run; --model reads it again."),
    { name: "onnx", value: null, help: "Put a model.onnx into each folder of --save.", group: "Output" },
    ...fieldOptions(training, "Training"),
    ...methodOptions(methods),
  ];
}

/** Makes a request of what was typed. Errors: bad-settings, naming the option. */
export function readRequest(given: Given, catalog: Catalog): FinetuneRequest {
  const text = (name: string): string | null => given.get(name) ?? null;
  const needed = (name: string): string => {
    const value = given.get(name);
    if (value === undefined) throw wrongUsage(`--${name} is missing; --help shows how to use it.`);
    return value;
  };
  const dev = text("dev");
  const glue = readGlue(given, catalog);
  const sample = readSample(given);
  if (dev !== null) {
    const idle = ["dev-share", "split-seed"].find((name) => given.has(name));
    if (idle !== undefined)
      throw wrongUsage(`--${idle} splits dev off train, but --dev gives a file; use one of them.`);
  }
  if (given.has("onnx") && !given.has("save")) {
    throw wrongUsage("--onnx adds to what --save writes; give --save DIR as well.");
  }
  const split = readFields(splitFields, given);
  const value = (field: NumberField | undefined): number => Number(split[field?.id ?? ""] ?? field?.default);
  return {
    model: needed("model"),
    revision: text("revision"),
    train: sample === null && glue === null ? needed("train") : null,
    dev,
    sample,
    glue,
    task: glue?.task ?? readTask(text("task"), catalog),
    columns: text("columns"),
    devShare: value(splitFields[0]),
    splitSeed: value(splitFields[1]),
    trainSample: readTrainSample(given),
    plan: readPlan(given, catalog),
    output: text("output"),
    predictions: text("predictions"),
    save: text("save"),
    onnx: given.has("onnx"),
  };
}

/** --train-sample and --sample-seed; null for all rows. */
function readTrainSample(given: Given): SampleChoice | null {
  const { trainSample = null, sampleSeed = 0 } = readFields(sampleFields, given);
  if (trainSample !== null) return { count: Number(trainSample), seed: Number(sampleSeed) };
  if (given.has("sample-seed")) throw wrongUsage("--sample-seed draws a sample; give --train-sample N as well.");
  return null;
}

/** --sample, which brings both files and says what their columns hold. */
function readSample(given: Given): string | null {
  const id = given.get("sample");
  if (id === undefined) return null;
  const idle = ["train", "dev", "task", "columns", "dev-share", "split-seed"].find((name) => given.has(name));
  if (idle !== undefined) throw wrongUsage(`--sample brings its own files and columns, so --${idle} has no place.`);
  return known("sample task", id, sampleIds);
}

function readTask(text: string | null, { tasks }: Catalog): string | null {
  if (text === null || text === "auto") return null;
  return known(
    "task",
    text,
    tasks.map(({ id }) => id),
  );
}

function readPlan(given: Given, { methods, training }: Catalog): ExperimentPlan {
  if (given.has("steps") && given.has("epochs")) {
    throw wrongUsage("--steps and --epochs both say how long a run is; give one of them.");
  }
  const ids = given
    .get("methods")
    ?.split(",")
    .map((id) => id.trim()) ?? [methods[0]?.id ?? ""];
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw wrongUsage(`--methods names ${twice} twice; once is enough.`);
  const chosen = ids.map((id) => methodOf(id, methods));
  checkMethodOptions(given, chosen, methods);
  return {
    methods: chosen.map((method) => ({ id: method.id, values: valuesOf(method, given) })),
    seeds: readSeeds(given.get("seeds") ?? "1"),
    training: readFields(training, given),
    grid: [],
    order: "sequential",
  };
}

function valuesOf(method: MethodEntry, given: Given): Values {
  return readFields(method.fields, given);
}

function methodOf(id: string, methods: readonly MethodEntry[]): MethodEntry {
  const name = known(
    "method",
    id,
    methods.map((method) => method.id),
  );
  const method = methods.find((candidate) => candidate.id === name);
  if (method === undefined) throw wrongUsage(`There is no method "${id}".`);
  return method;
}

function known(what: string, word: string, words: readonly string[]): string {
  if (words.includes(word)) return word;
  const near = suggestionFor(word, words);
  const advice = near === null ? `Known are ${words.join(", ")}.` : `Did you mean ${near}?`;
  throw wrongUsage(`There is no ${what} "${word}". ${advice}`);
}
