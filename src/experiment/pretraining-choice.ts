import { choiceOf, numberOf, parseValues } from "../contract/fields.ts";
import type { ChoiceField, Field, NumberField, Values } from "../contract/fields.ts";
import type { Objective } from "../nn/bert/pretraining.ts";
import { pretrainingFields, pretrainingSettings } from "../train/pretraining-settings.ts";
import type { PretrainingSettings } from "../train/pretraining-settings.ts";

/** What a pre-training run is to do, whatever its text and model. */
export interface PretrainingChoice {
  readonly objective: Objective;
  readonly settings: PretrainingSettings;
  readonly seed: number;
  readonly heldOutShare: number;
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

const seedField: NumberField = {
  id: "seed",
  kind: "number",
  label: "Seed",
  help: "Of fresh weights, batches, masks and draws.",
  default: 1,
  min: 0,
  max: 0xffffffff,
  whole: true,
};

const heldOutField: NumberField = {
  id: "heldOutShare",
  kind: "number",
  label: "Held-out share",
  help: "Share of the documents that is only measured on.",
  default: 0.01,
  min: 0,
  minExclusive: true,
  max: 1,
  maxExclusive: true,
};

/** Everything that can be chosen of a new model's pre-training. */
export const pretrainingChoiceFields: readonly Field[] = [
  objectiveField,
  ...pretrainingFields,
  seedField,
  heldOutField,
];

/** A model that has learnt already wants a short run at a low rate; a person's own text is small. */
const adaptationDefaults: Readonly<Record<string, number>> = {
  steps: 200,
  batchSize: 16,
  learningRate: 1e-4,
  warmupRatio: 0.1,
  dropout: 0.1,
  evaluateEvery: 25,
  evaluationBatches: 8,
  heldOutShare: 0.1,
};

const adaptationHelp: Readonly<Record<string, string>> = {
  learningRate: "Peak of the schedule. BERT-base wants 2e-5 to 1e-4, small models 1e-4 to 5e-4.",
  dropout: "On hidden states and attention; 0.1, as BERT was trained, keeps a short text from being learnt by heart.",
};

/** The same of a pre-trained model that goes on with a person's text, with defaults that suit. */
export const adaptationFields: readonly Field[] = pretrainingChoiceFields.map((field) =>
  field.kind === "number"
    ? {
        ...field,
        default: adaptationDefaults[field.id] ?? field.default,
        help: adaptationHelp[field.id] ?? field.help,
      }
    : field,
);

/** Reads values of pretrainingChoiceFields or adaptationFields. Errors: bad-settings. */
export function pretrainingChoice(fields: readonly Field[], input: Values): PretrainingChoice {
  const values = parseValues(fields, input);
  const recipe = pretrainingFields.map(({ id }) => [id, values[id] ?? null] as const);
  return {
    objective: choiceOf(values, "objective") === "rtd" ? "rtd" : "mlm",
    settings: pretrainingSettings(Object.fromEntries(recipe)),
    seed: numberOf(values, "seed"),
    heldOutShare: numberOf(values, "heldOutShare"),
  };
}
