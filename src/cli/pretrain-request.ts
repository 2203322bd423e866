import { numberOf, parseValues } from "../contract/fields.ts";
import type { ChoiceField, NumberField } from "../contract/fields.ts";
import type { Objective } from "../nn/bert/pretraining.ts";
import { pretrainingFields, pretrainingSettings } from "../train/pretraining-settings.ts";
import type { PretrainingSettings } from "../train/pretraining-settings.ts";
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
  /** Folder of a model to go on from; null: a new one. */
  readonly model: string | null;
  /** Folder of the new model's vocabulary; null with a model, which has its own. */
  readonly vocabulary: string | null;
  readonly size: ModelSize;
  readonly objective: Objective;
  readonly embeddings: string | null;
  readonly settings: PretrainingSettings;
  readonly seed: number;
  readonly heldOutShare: number;
  readonly output: string;
  readonly checkpointEvery: number;
  readonly resume: boolean;
  readonly half: boolean;
}

const objectiveField: ChoiceField = {
  id: "objective",
  kind: "choice",
  label: "Objective",
  help:
    "mlm: guess masked words, as BERT. rtd: tell which words a small generator has replaced, as ELECTRA; it costs 1.7 " +
    "times as much a token and learns from every token. Both guess whether the second half follows the first.",
  default: "mlm",
  options: [
    { value: "mlm", label: "Masked words", help: "Masked language model." },
    { value: "rtd", label: "Replaced words", help: "Replaced-token detection." },
  ],
};

const runFields: readonly NumberField[] = [
  {
    id: "seed",
    kind: "number",
    label: "Seed",
    help: "Of fresh weights, batches, masks and draws.",
    default: 1,
    min: 0,
    max: 0xffffffff,
    whole: true,
  },
  {
    id: "heldOutShare",
    kind: "number",
    label: "Held-out share",
    help: "Share of the documents that is only measured on.",
    default: 0.01,
    min: 0,
    minExclusive: true,
    max: 1,
    maxExclusive: true,
  },
  {
    id: "checkpointEvery",
    kind: "number",
    label: "Checkpoint every … steps",
    help: "Steps between checkpoints; one is also written when the run is stopped by Ctrl+C.",
    default: 1000,
    min: 1,
    max: 10_000_000,
    whole: true,
  },
];

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
    option("Files", "model", "DIR", "Go on from this model instead of a new one; it brings size and vocabulary."),
    option(
      "Files",
      "embeddings",
      "FILE",
      "Start from the word embeddings in this safetensors file (dps embeddings writes one).",
    ),
    option("Files", "resume", null, "Go on from the checkpoint in --output, with the same options as before."),
    option("Files", "half", null, "Write the model in F16, half the size."),
    option("Model", "size", "H,L,A,I", "Hidden size, layers, heads, intermediate size. Default: 128,2,2,512."),
    ...fieldOptions([objectiveField], "Training"),
    ...fieldOptions(pretrainingFields, "Training"),
    ...fieldOptions(runFields, "Training"),
  ];
}

/** Makes a request of what was typed. Errors: bad-settings, naming the option. */
export function readPretrainRequest(given: Given): PretrainRequest {
  const model = given.get("model") ?? null;
  const idle = model === null ? undefined : ["vocabulary", "size", "embeddings"].find((name) => given.has(name));
  if (idle !== undefined) throw wrongUsage(`--${idle} is of a new model, but --model brings its own; use one of them.`);
  requiredOption(given, textOption);
  const numbers = parseValues(runFields, readFields(runFields, given));
  return {
    model,
    vocabulary: model === null ? requiredOption(given, vocabularyOption) : null,
    size: readSize(given.get("size") ?? "128,2,2,512"),
    objective: readFields([objectiveField], given)["objective"] === "rtd" ? "rtd" : "mlm",
    embeddings: given.get("embeddings") ?? null,
    settings: pretrainingSettings(readFields(pretrainingFields, given)),
    seed: numberOf(numbers, "seed"),
    heldOutShare: numberOf(numbers, "heldOutShare"),
    output: requiredOption(given, outputOption),
    checkpointEvery: numberOf(numbers, "checkpointEvery"),
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
