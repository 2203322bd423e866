import type { TextMapping } from "../../contract/prediction.ts";
import { numberOf, parseValues } from "../../contract/fields.ts";
import type { ReadingChoice } from "../../contract/reading.ts";
import type { Table } from "../../data/tables/table.ts";
import { trainingFields } from "../../train/finetuning/settings.ts";
import { optionsUnder, wrongUsage, type Given, type Option } from "../options.ts";
import { columnOf } from "./columns-option.ts";
import { kernelsOption, readKernelsRequest, type KernelsRequest } from "./kernels-option.ts";
import { revisionOption } from "./model-source.ts";
import { readingOptions, readReadingChoice } from "./reading-options.ts";
import { fieldOptions, readFields } from "./setting-options.ts";

/** A file to be predicted, as it was asked for. */
export interface PredictRequest extends KernelsRequest {
  readonly model: string;
  readonly revision: string | null;
  readonly input: string;
  readonly output: string;
  /** null: as the file has it. */
  readonly columns: string | null;
  readonly labelColumn: string | null;
  /** How the file is read. */
  readonly reading: ReadingChoice;
  /** Whether it is said how it was read. */
  readonly explained: boolean;
  /** Class names; null: those of the model's config.json. */
  readonly labels: readonly string[] | null;
  /** Tokens. */
  readonly maxLength: number;
}

const lengthFields = trainingFields.filter(({ id }) => id === "maxLength");

/** Every option of `dps predict`. */
export function predictOptions(): readonly Option[] {
  const option = optionsUnder("Model and file");
  return [
    option(
      "model",
      "DIR|ID",
      "Folder of dps finetune --save, an exported .zip, or a fine-tuned model of the Hub. Needed.",
    ),
    revisionOption("Model and file"),
    option(
      "input",
      "FILE",
      "TSV, CSV, JSON, Parquet or .xlsx file, as a test file of GLUE. It needs no labels. Needed.",
    ),
    option(
      "output",
      "FILE",
      "TSV to write: index, prediction, the probability of every class, the file's label where it has one, and its line. Needed.",
    ),
    option(
      "columns",
      "LIST",
      "Columns of the text or both texts, where the header does not say: each a name or a number from 1.",
    ),
    option("label-column", "COLUMN", "Column of labels to score by, where the header does not say."),
    option("labels", "A,B", "Class names in the order of their number, where the model's config.json has none."),
    ...readingOptions("Model and file"),
    ...fieldOptions(lengthFields, "Model and file"),
    kernelsOption,
  ];
}

/** Reads predictOptions. Errors: bad-settings, naming the option. */
export function readPredictRequest(given: Given): PredictRequest {
  const needed = (name: string): string => {
    const value = given.get(name);
    if (value === undefined) throw wrongUsage(`--${name} is missing; --help shows how to use it.`);
    return value;
  };
  return {
    model: needed("model"),
    revision: given.get("revision") ?? null,
    input: needed("input"),
    output: needed("output"),
    columns: given.get("columns") ?? null,
    labelColumn: given.get("label-column") ?? null,
    reading: readReadingChoice(given),
    explained: given.has("explain"),
    labels:
      given
        .get("labels")
        ?.split(",")
        .map((name) => name.trim()) ?? null,
    maxLength: numberOf(parseValues(lengthFields, readFields(lengthFields, given)), "maxLength"),
    ...readKernelsRequest(given),
  };
}

/** The columns that were named; null: none were. Errors: bad-settings. */
export function textColumnsOf({ columns, labelColumn }: PredictRequest, table: Table): TextMapping | null {
  if (columns === null) {
    if (labelColumn === null) return null;
    throw wrongUsage("--label-column goes with --columns, which names the texts; give both.");
  }
  const [first, second, more] = columns.split(",").map((part) => columnOf("columns", part.trim(), table));
  if (first === undefined || more !== undefined) {
    throw wrongUsage(`--columns ${columns} names too many; wanted are one (the text) or two (first,second).`);
  }
  const label = labelColumn === null ? null : columnOf("label-column", labelColumn.trim(), table);
  return { first, second: second ?? null, label };
}
