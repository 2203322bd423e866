import { bundledWord } from "../../contract/sources/bundled.ts";
import { numberOf, parseValues, type NumberField } from "../../contract/fields.ts";
import { adaptationFields, pretrainingChoice } from "../../experiment/adaptation/pretraining-choice.ts";
import type { PretrainingChoice } from "../../experiment/adaptation/pretraining-choice.ts";
import { kernelsOption, readKernelsRequest } from "../request/kernels-option.ts";
import type { KernelsRequest } from "../request/kernels-option.ts";
import { revisionOption } from "../request/model-source.ts";
import { optionsUnder, wrongUsage, type Given, type Option } from "../options.ts";
import { fieldOptions, readFields } from "../request/setting-options.ts";

/** What `dps pretrain` was asked for; nothing was opened yet. */
export interface PretrainRequest extends KernelsRequest {
  /** A folder, "bundled", or an id of the Hub. */
  readonly model: string;
  /** Of the Hub; null where it was not given. */
  readonly revision: string | null;
  /** Files and folders of plain text. */
  readonly texts: readonly string[];
  readonly choice: PretrainingChoice;
  readonly output: string;
  readonly checkpointEvery: number;
  readonly resume: boolean;
}

const checkpointField: NumberField = {
  id: "checkpointEvery",
  kind: "number",
  label: "Checkpoint every … steps",
  help: "Steps between checkpoints; one is also written when the run is stopped by Ctrl+C.",
  default: 100,
  min: 1,
  max: 10_000_000,
  whole: true,
};

const option = optionsUnder("Files");
const modelHelp = `Model to adapt: a folder, an id of the Hub, or "${bundledWord}". Needed.`;
const modelOption = option("model", "DIR|ID", modelHelp);
const textHelp =
  "Plain UTF-8 text, one paragraph a line, an empty line between documents; packed with gzip or not. A folder stands " +
  "for its .txt and .txt.gz files.";
const textOption: Option = { ...option("text", "FILE …", textHelp), many: true };
const outputOption = option("output", "DIR", "Folder for the model and its checkpoint. Needed.");

/** Every option of `dps pretrain`. */
export function pretrainOptions(): readonly Option[] {
  return [
    modelOption,
    textOption,
    outputOption,
    revisionOption("Files"),
    option(
      "resume",
      null,
      "Go on from the checkpoint in --output, with the same options as before; only --steps may be another number, " +
        "and the learning rate then falls to 0 at that.",
    ),
    kernelsOption,
    ...fieldOptions([...adaptationFields, checkpointField], "Training"),
  ];
}

/** Makes a request of what was typed. Errors: bad-settings, naming the option. */
export function readPretrainRequest(given: Given): PretrainRequest {
  return {
    model: required(given, modelOption),
    texts: required(given, textOption).split("\n"),
    revision: given.get("revision") ?? null,
    choice: pretrainingChoice(readFields(adaptationFields, given)),
    output: required(given, outputOption),
    checkpointEvery: numberOf(parseValues([checkpointField], readFields([checkpointField], given)), "checkpointEvery"),
    resume: given.has("resume"),
    ...readKernelsRequest(given),
  };
}

/** The text of an option that must be there. Errors: bad-settings. */
function required(given: Given, { name, value }: Option): string {
  const text = given.get(name);
  if (text === undefined) throw wrongUsage(`--${name} is missing: --${name} ${value ?? ""}.`);
  return text;
}
