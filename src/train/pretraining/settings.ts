import type { Field, Values } from "../../contract/fields.ts";
import { numberOf, parseValues } from "../../contract/fields.ts";
import { clipField, warmupField, weightDecayField } from "../recipe-fields.ts";

/** The fields of a pre-training run that goes on from a model with a person's text: a short run at a low rate. */
export const pretrainingFields: readonly Field[] = [
  {
    id: "steps",
    kind: "number",
    label: "Steps",
    help: "Optimisation steps; the learning rate reaches 0 at the last.",
    default: 200,
    min: 1,
    max: 10_000_000,
    whole: true,
  },
  {
    id: "batchSize",
    kind: "number",
    label: "Batch size",
    help: "Sentence pairs a step.",
    default: 16,
    min: 1,
    max: 4096,
    whole: true,
  },
  {
    id: "length",
    kind: "number",
    label: "Length",
    help: "Most tokens a pair, special tokens included.",
    default: 128,
    min: 8,
    max: 512,
    whole: true,
  },
  {
    id: "learningRate",
    kind: "number",
    label: "Learning rate",
    help: "Peak of the schedule. BERT-base wants 2e-5 to 1e-4, small models and new heads 1e-4 to 1e-3.",
    default: 1e-4,
    min: 0,
    max: 10,
  },
  warmupField,
  weightDecayField,
  clipField,
  {
    id: "dropout",
    kind: "number",
    label: "Dropout",
    help: "On hidden states and attention; 0.1, as BERT was trained, keeps a short text from being learnt by heart.",
    default: 0.1,
    min: 0,
    max: 1,
    maxExclusive: true,
  },
  {
    id: "evaluateEvery",
    kind: "number",
    label: "Evaluate every … steps",
    help: "Steps between measurements on held-out text; the end of the run is always measured.",
    default: 25,
    min: 1,
    max: 10_000_000,
    whole: true,
  },
  {
    id: "evaluationBatches",
    kind: "number",
    label: "Held-out batches",
    help: "Batches of held-out text in a measurement; always the same ones.",
    default: 8,
    min: 1,
    max: 10_000,
    whole: true,
  },
];

/** The recipe of a pre-training run, typed. */
export interface PretrainingSettings {
  readonly steps: number;
  readonly batchSize: number;
  readonly length: number;
  readonly learningRate: number;
  readonly warmupRatio: number;
  readonly weightDecay: number;
  readonly clip: number;
  readonly dropout: number;
  readonly evaluateEvery: number;
  readonly evaluationBatches: number;
}

/** Reads the values of pretrainingFields. Errors: bad-settings. */
export function pretrainingSettings(input: Values): PretrainingSettings {
  const values = parseValues(pretrainingFields, input);
  return {
    steps: numberOf(values, "steps"),
    batchSize: numberOf(values, "batchSize"),
    length: numberOf(values, "length"),
    learningRate: numberOf(values, "learningRate"),
    warmupRatio: numberOf(values, "warmupRatio"),
    weightDecay: numberOf(values, "weightDecay"),
    clip: numberOf(values, "clip"),
    dropout: numberOf(values, "dropout"),
    evaluateEvery: numberOf(values, "evaluateEvery"),
    evaluationBatches: numberOf(values, "evaluationBatches"),
  };
}
