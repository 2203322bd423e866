import { bundledWord } from "../../contract/bundled.ts";
import { numberOf, parseValues, type NumberField } from "../../contract/fields.ts";
import { adaptationFields, pretrainingChoice } from "../../experiment/adaptation/pretraining-choice.ts";
import type { PretrainingChoice } from "../../experiment/adaptation/pretraining-choice.ts";
import { revisionOption } from "../request/model-source.ts";
import { optionsUnder, type Given, type Option } from "../options.ts";
import { fieldOptions, readFields } from "../request/setting-options.ts";
import { requiredOption, textOption } from "./texts.ts";

/** What `dps pretrain` was asked for; nothing was opened yet. */
export interface PretrainRequest {
  /** A folder, "bundled", or an id of the Hub. */
  readonly model: string;
  /** Of the Hub; null where it was not given. */
  readonly revision: string | null;
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
    ...fieldOptions([...adaptationFields, checkpointField], "Training"),
  ];
}

/** Makes a request of what was typed. Errors: bad-settings, naming the option. */
export function readPretrainRequest(given: Given): PretrainRequest {
  const model = requiredOption(given, modelOption);
  requiredOption(given, textOption);
  return {
    model,
    revision: given.get("revision") ?? null,
    choice: pretrainingChoice(readFields(adaptationFields, given)),
    output: requiredOption(given, outputOption),
    checkpointEvery: numberOf(parseValues([checkpointField], readFields([checkpointField], given)), "checkpointEvery"),
    resume: given.has("resume"),
  };
}
