import { numberOf, parseValues } from "../contract/fields.ts";
import type { NumberField } from "../contract/fields.ts";
import { pretrainingChoice, pretrainingChoiceFields } from "../experiment/pretraining-choice.ts";
import type { PretrainingChoice } from "../experiment/pretraining-choice.ts";
import { revisionOption } from "./model-source.ts";
import { wrongUsage } from "./options.ts";
import type { Given, Option } from "./options.ts";
import { fieldOptions, readFields } from "./setting-options.ts";
import { requiredOption, textOption } from "./texts.ts";

/** Sizes of a new model. */
export interface ModelSize {
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediate: number;
}

/** What `dps pretrain` was asked for; nothing was opened yet. */
export interface PretrainRequest {
  /** A model to go on from: a folder, "bundled", or an id of the Hub; null: a new one. */
  readonly model: string | null;
  /** Of the Hub; null where it was not given. */
  readonly revision: string | null;
  /** Folder of the new model's vocabulary; null with a model, which has its own. */
  readonly vocabulary: string | null;
  readonly size: ModelSize;
  readonly embeddings: string | null;
  readonly choice: PretrainingChoice;
  readonly output: string;
  readonly checkpointEvery: number;
  readonly resume: boolean;
  readonly half: boolean;
}

const checkpointField: NumberField = {
  id: "checkpointEvery",
  kind: "number",
  label: "Checkpoint every … steps",
  help: "Steps between checkpoints; one is also written when the run is stopped by Ctrl+C.",
  default: 1000,
  min: 1,
  max: 10_000_000,
  whole: true,
};

const option = (group: string, name: string, value: string | null, help: string): Option => ({
  name,
  value,
  help,
  group,
});

const vocabularyOption = option("Files", "vocabulary", "DIR", "Folder that dps vocabulary wrote.");
const outputOption = option("Files", "output", "DIR", "Folder for the model and its checkpoint. Needed.");

/** Every option of `dps pretrain`. */
export function pretrainOptions(): readonly Option[] {
  return [
    textOption,
    vocabularyOption,
    outputOption,
    option(
      "Files",
      "model",
      "DIR|ID",
      "Go on from this model, a folder or an id of the Hub, instead of a new one; it brings size and vocabulary.",
    ),
    revisionOption("Files"),
    option(
      "Files",
      "embeddings",
      "FILE",
      "Start from the word embeddings in this safetensors file (dps embeddings writes one).",
    ),
    option(
      "Files",
      "resume",
      null,
      "Go on from the checkpoint in --output, with the same options as before; only --steps may be another number, " +
        "and the learning rate then falls to 0 at that.",
    ),
    option("Files", "half", null, "Write the model in F16, half the size."),
    option("Model", "size", "H,L,A,I", "Hidden size, layers, heads, intermediate size. Default: 128,2,2,512."),
    ...fieldOptions([...pretrainingChoiceFields, checkpointField], "Training"),
  ];
}

/** Makes a request of what was typed. Errors: bad-settings, naming the option. */
export function readPretrainRequest(given: Given): PretrainRequest {
  const model = given.get("model") ?? null;
  const idle = model === null ? undefined : ["vocabulary", "size", "embeddings"].find((name) => given.has(name));
  if (idle !== undefined) throw wrongUsage(`--${idle} is of a new model, but --model brings its own; use one of them.`);
  if (model === null && given.has("revision"))
    throw wrongUsage("--revision is of a model of the Hub; give --model ID.");
  requiredOption(given, textOption);
  return {
    model,
    revision: given.get("revision") ?? null,
    vocabulary: model === null ? requiredOption(given, vocabularyOption) : null,
    size: readSize(given.get("size") ?? "128,2,2,512"),
    embeddings: given.get("embeddings") ?? null,
    choice: pretrainingChoice(pretrainingChoiceFields, readFields(pretrainingChoiceFields, given)),
    output: requiredOption(given, outputOption),
    checkpointEvery: numberOf(parseValues([checkpointField], readFields([checkpointField], given)), "checkpointEvery"),
    resume: given.has("resume"),
    half: given.has("half"),
  };
}

function readSize(text: string): ModelSize {
  const numbers = text.split(",").map((part) => (/^\s*\d{1,6}\s*$/.test(part) ? Number(part) : Number.NaN));
  const [hidden = 0, layers = 0, heads = 0, intermediate = 0] = numbers;
  if (numbers.length !== 4 || !numbers.every((number) => number > 0)) {
    throw wrongUsage(
      `--size ${text}: wanted are four whole numbers, hidden,layers,heads,intermediate, as in 128,2,2,512.`,
    );
  }
  return { hidden, layers, heads, intermediate };
}
