import type { Catalog } from "../../contract/catalog.ts";
import type { NumberField } from "../../contract/fields.ts";
import type { ReadingChoice } from "../../contract/reading.ts";
import type { SampleChoice } from "../../contract/run.ts";
import { bundledWord } from "../../contract/sources/bundled.ts";
import { glueOptions, readGlue, type GlueRequest } from "../hub/glue.ts";
import { revisionOption } from "./model-source.ts";
import { knownEntry, optionsUnder, wrongUsage, type Given, type Option } from "../options.ts";
import { readingOptions, readReadingChoice } from "./reading-options.ts";
import { fieldOptions, readFields } from "./setting-options.ts";

/** A labelled set of another source. */
interface TransferRequest {
  readonly name: string;
  readonly path: string;
}

/** Model and data that a command was asked to work on; nothing was opened yet. */
export interface DataRequest {
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
  /** How all of the files are read. */
  readonly reading: ReadingChoice;
  /** Whether it is said how they were read. */
  readonly explained: boolean;
  readonly devShare: number;
  readonly splitSeed: number;
  /** null: all rows of train. */
  readonly trainSample: SampleChoice | null;
  readonly transfers: readonly TransferRequest[];
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

/** Options for model and data. */
export function dataOptions(catalog: Catalog): readonly Option[] {
  const group = "Model and data";
  const option = optionsUnder(group);
  const taskIds = [...catalog.tasks.map(({ id }) => id), "auto"].join("|");
  const modelHelp = `Hugging Face model folder, a .zip of one, an id of the Hub, or "${bundledWord}" for the model that ships with the page. Needed.`;
  const columnsHelp =
    "Columns of text and label, where the header does not say: text,label or first,second,label, " +
    "each a header name or a number from 1.";
  const alsoHelp =
    "Labelled files of other sources, on which every run is scored at its end, each FILE or NAME=FILE. Entailment " +
    "labels are mapped: neutral and contradiction count as not entailment where a side has two labels.";
  return [
    option("model", "DIR|ID", modelHelp),
    revisionOption(group),
    option("train", "FILE", "TSV, CSV, JSON, Parquet or .xlsx file to train on. Needed, or --sample or --glue."),
    option("dev", "FILE", "Such a file to score on. Default: a share of the training rows."),
    option("sample", "NAME", "A sample task that ships with the page, as sentiment, in place of --train and --dev."),
    ...glueOptions(catalog, group),
    option("task", taskIds, "What the rows hold and how they are scored. Default: auto, from the file."),
    option("columns", "LIST", columnsHelp),
    { ...option("also-on", "FILES", alsoHelp), many: true },
    ...readingOptions(group),
    ...fieldOptions([...splitFields, ...sampleFields], group),
  ];
}

/** What a command takes where nothing is said of model and data; null: they have to be given. */
interface DataDefaults {
  readonly model: string | null;
  readonly sample: string | null;
}

/** Reads dataOptions. Errors: bad-settings, naming the option. */
export function readDataRequest(given: Given, catalog: Catalog, defaults: DataDefaults): DataRequest {
  const text = (name: string): string | null => given.get(name) ?? null;
  const needed = (name: string): string => {
    const value = given.get(name);
    if (value === undefined) throw wrongUsage(`--${name} is missing; --help shows how to use it.`);
    return value;
  };
  const glue = readGlue(given, catalog);
  const dev = text("dev");
  const bare = glue === null && !given.has("train") && !given.has("sample") && dev === null;
  const sample = readSample(given) ?? (bare ? defaults.sample : null);
  if (dev !== null) {
    const idle = ["dev-share", "split-seed"].find((name) => given.has(name));
    if (idle !== undefined)
      throw wrongUsage(`--${idle} splits dev off train, but --dev gives a file; use one of them.`);
  }
  const split = readFields(splitFields, given);
  const value = (field: NumberField | undefined): number => Number(split[field?.id ?? ""] ?? field?.default);
  return {
    model: text("model") ?? defaults.model ?? needed("model"),
    revision: text("revision"),
    train: sample === null && glue === null ? needed("train") : null,
    dev,
    sample,
    glue,
    task: glue?.task ?? readTask(text("task"), catalog),
    columns: text("columns"),
    reading: readReadingChoice(given),
    explained: given.has("explain"),
    devShare: value(splitFields[0]),
    splitSeed: value(splitFields[1]),
    trainSample: readTrainSample(given),
    transfers: readTransfers(text("also-on")),
  };
}

/** FILE or NAME=FILE each; a file's name without its ending where none is given. */
function readTransfers(text: string | null): readonly TransferRequest[] {
  const sets = (text?.split("\n") ?? []).map((word): TransferRequest => {
    const [, given, path = word] = /^([^=]+)=(.+)$/.exec(word) ?? [];
    return { name: given ?? path.replace(/^.*[\\/]/, "").replace(/\.[^.]+$/, ""), path };
  });
  const twice = sets.find(({ name }, index) => sets.findIndex((one) => one.name === name) !== index);
  if (twice === undefined) return sets;
  throw wrongUsage(`--also-on: two files would be called ${twice.name}; give names, as in NAME=${twice.path}.`);
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
  return id;
}

function readTask(text: string | null, { tasks }: Catalog): string | null {
  if (text === null || text === "auto") return null;
  return knownEntry("task", text, tasks).id;
}
