import type { Field, Values } from "../../contract/fields.ts";
import { clipField, warmupField, weightDecayField } from "../recipe-fields.ts";
import { numberOf, parseValues } from "../../contract/fields.ts";
import { rowsPerStepOf } from "../../contract/recipe.ts";
import { AppError } from "../../core/errors.ts";
import type { EpsilonRule } from "../../optim/adamw.ts";
import type { HeadStart } from "../checkpoint.ts";

/** What BERT-large is fine-tuned with in the paper. */
const rateOfThePaper = 2e-5;

/** The training recipe's fields; the defaults are the paper's for BERT, but for the learning rate. */
export const trainingFields: readonly Field[] = [
  {
    id: "epochs",
    kind: "number",
    label: "Epochs",
    help: "Passes over the training rows. The paper trains BERT for 3.",
    default: 3,
    min: 0,
    minExclusive: true,
    max: 1000,
  },
  {
    id: "steps",
    kind: "number",
    label: "Steps",
    help: "Optimisation steps of the whole run, in place of epochs. The schedule ends there.",
    default: null,
    empty: "from the epochs",
    min: 1,
    max: 10_000_000,
    whole: true,
  },
  {
    id: "batchSize",
    kind: "number",
    label: "Batch size",
    help: "Rows a step, or a part of one where a step takes several. The paper uses 16.",
    default: 16,
    min: 1,
    max: 1024,
    whole: true,
  },
  {
    id: "accumulate",
    kind: "number",
    label: "Parts a step",
    help:
      "So many batches make one step (gradient accumulation): 4 parts of 4 rows train as one batch of 16 in the memory of 4. " +
      "The update is that of the large batch, but for rounding and for dropout, which is drawn for each part.",
    default: 1,
    min: 1,
    max: 1024,
    whole: true,
  },
  {
    id: "learningRate",
    kind: "number",
    label: "Learning rate",
    help:
      "Peak of the schedule. The smaller a model, the more it wants: without one it is 2e-5 for BERT-large, as in the " +
      "paper, 1e-4 at hidden size 384 and 3e-4 at 192.",
    default: null,
    empty: "what suits the model",
    min: 0,
    max: 10,
  },
  {
    id: "layerDecay",
    kind: "number",
    label: "Layer-wise decay",
    help:
      "LLRD: the learning rate of an encoder layer is this many times that of the layer above it. Pooler and classifier " +
      "have the full rate, as in the code of Zhang et al. 2021, and keep their weight decay, which that code takes off " +
      "them. Goes with every method. 1 is off; 0.9 is usual.",
    default: 1,
    min: 0,
    minExclusive: true,
    max: 1,
    increment: 0.05,
  },
  weightDecayField,
  warmupField,
  {
    id: "warmupSteps",
    kind: "number",
    label: "Warm-up steps",
    help: "Steps of the warm-up, in place of a share of all steps: so the paper has it for DeBERTa and RoBERTa.",
    default: null,
    empty: "from the share",
    min: 0,
    max: 10_000_000,
    whole: true,
  },
  clipField,
  {
    id: "adamEpsilon",
    kind: "choice",
    label: "Adam's epsilon",
    help:
      "Where AdamW adds its epsilon of 1e-8. The DPS paper's code adds it before the bias correction, which shortens the " +
      "early steps of weights with small gradients; PyTorch adds it after. The same for all methods.",
    default: "torch",
    options: [
      { value: "torch", label: "as PyTorch", help: "√v̂ + ε: after the bias correction." },
      { value: "published", label: "as published", help: "√v + ε, then the bias correction: as in the paper's code." },
    ],
  },
  {
    id: "headStart",
    kind: "choice",
    label: "Start of the head",
    help:
      "What a new classifier starts from, drawn from the run's seed. The DPS paper's code leaves it as PyTorch makes a " +
      "Linear; Hugging Face's BERT draws it normal, as here. A classifier that the model's file has is kept.",
    default: "normal",
    options: [
      {
        value: "normal",
        label: "normal",
        help: "Weight N(0, 0.02²), or as wide as the model's initializer_range says; bias 0.",
      },
      {
        value: "linear",
        label: "as nn.Linear",
        help: "Weight and bias uniform within ±1/√d of d inputs, as published.",
      },
    ],
  },
  {
    id: "classWeights",
    kind: "choice",
    label: "Class weights",
    help:
      "What the training rows of a class count in the loss: for data of which one class has far more rows than another. " +
      "The dev loss and the scores stay without them.",
    default: "none",
    options: [
      { value: "none", label: "none", help: "Every row counts the same." },
      {
        value: "balanced",
        label: "balanced",
        help:
          "A class weighs rows / (classes · its rows), as scikit-learn's balanced, in a weighted mean; with several labels " +
          "a row, one that is there weighs rows without it / rows with it.",
      },
    ],
  },
  {
    id: "precision",
    kind: "choice",
    label: "Precision",
    help:
      "What a layer's activations, their gradients and the factors of its products are kept in. Weights, moments, the loss and " +
      "what a method counts are f32 in any case.",
    default: "f32",
    options: [
      { value: "f32", label: "f32", help: "32 bits." },
      {
        value: "mixed",
        label: "mixed",
        help:
          "16 bits, as the paper trains: activations take half. Gradients are scaled up, and a step whose gradients overflow " +
          "is skipped. It needs a GPU with shader-f16.",
      },
    ],
  },
  {
    id: "recompute",
    kind: "choice",
    label: "Recomputation",
    help:
      "Whether a layer's activations are kept for the backward or computed again there: the same results to the bit, with " +
      "less memory and up to a third more time a step.",
    default: "none",
    options: [
      { value: "none", label: "none", help: "All activations of a step are kept." },
      {
        value: "layers",
        label: "layers",
        help: "Only what stands between two layers is kept, and each layer's forward is done again in the backward.",
      },
    ],
  },
  {
    id: "maxLength",
    kind: "number",
    label: "Longest input",
    help: "Tokens a row, special tokens included; longer rows are cut, the longer text of a pair first.",
    default: 128,
    min: 4,
    max: 512,
    whole: true,
  },
  {
    id: "order",
    kind: "choice",
    label: "Row order",
    help: "Shuffled anew each epoch by the seed, or as the file has them.",
    default: "shuffled",
    options: [
      { value: "shuffled", label: "Shuffled", help: "A new order each epoch, from the run's seed." },
      {
        value: "file",
        label: "As in the file",
        help: "The same batches in every run; to hold a run against another program.",
      },
    ],
  },
  {
    id: "trainLimit",
    kind: "number",
    label: "Training rows",
    help: "Use only so many rows of the training file, every label's share kept; the same for every run.",
    default: null,
    empty: "all",
    min: 1,
    max: 10_000_000,
    whole: true,
  },
  {
    id: "devLimit",
    kind: "number",
    label: "Dev rows",
    help: "Use only so many rows of the dev file, every label's share kept; the same for every run.",
    default: null,
    empty: "all",
    min: 1,
    max: 10_000_000,
    whole: true,
  },
  {
    id: "evaluateEvery",
    kind: "number",
    label: "Evaluate every … steps",
    help: "Steps between dev scores; the end of the run is always scored.",
    default: null,
    empty: "each epoch",
    min: 1,
    max: 10_000_000,
    whole: true,
  },
  {
    id: "patience",
    kind: "number",
    label: "Early stopping, patience",
    help:
      "Ends a run after so many evaluations in a row without a better primary dev score. The schedule stays that of all " +
      "steps. What is reported as the last score is that of the step it stopped at.",
    default: null,
    empty: "off",
    min: 1,
    max: 1000,
    whole: true,
  },
];

/** The training recipe, typed. */
export interface TrainingSettings {
  readonly epochs: number;
  readonly steps: number | null;
  readonly batchSize: number;
  /** Batches of that size whose gradients a step adds up; Hugging Face's gradient_accumulation_steps. */
  readonly accumulate: number;
  readonly learningRate: number;
  /** Factor on the learning rate from one layer to the one below; 1: all layers alike. */
  readonly layerDecay: number;
  readonly weightDecay: number;
  readonly warmupRatio: number;
  /** In place of the share; null: the share. */
  readonly warmupSteps: number | null;
  readonly clip: number;
  readonly adamEpsilon: EpsilonRule;
  readonly headStart: HeadStart;
  /** Whether the loss of a class's rows is weighed by how few they are. */
  readonly classWeights: "none" | "balanced";
  /** What layers compute with; mixed: f16, where the device has it. */
  readonly precision: "f32" | "mixed";
  /** Whether layers keep their activations for the backward, or the backward computes them again. */
  readonly recompute: "none" | "layers";
  readonly maxLength: number;
  readonly order: "shuffled" | "file";
  readonly trainLimit: number | null;
  readonly devLimit: number | null;
  readonly evaluateEvery: number | null;
  /** Evaluations without a better primary dev score after which a run ends; null: never. */
  readonly patience: number | null;
}

/** Reads the values of trainingFields. `suitedRate`: the learning rate where none was chosen. Errors: bad-settings. */
export function trainingSettings(input: Values, suitedRate = rateOfThePaper): TrainingSettings {
  const values = parseValues(trainingFields, input);
  const optional = (id: string): number | null => (values[id] === null ? null : numberOf(values, id));
  return {
    epochs: numberOf(values, "epochs"),
    steps: optional("steps"),
    batchSize: numberOf(values, "batchSize"),
    accumulate: numberOf(values, "accumulate"),
    learningRate: optional("learningRate") ?? suitedRate,
    layerDecay: numberOf(values, "layerDecay"),
    weightDecay: numberOf(values, "weightDecay"),
    warmupRatio: numberOf(values, "warmupRatio"),
    warmupSteps: optional("warmupSteps"),
    clip: numberOf(values, "clip"),
    adamEpsilon: values["adamEpsilon"] === "published" ? "published" : "torch",
    headStart: values["headStart"] === "linear" ? "linear" : "normal",
    classWeights: values["classWeights"] === "balanced" ? "balanced" : "none",
    precision: values["precision"] === "mixed" ? "mixed" : "f32",
    recompute: values["recompute"] === "layers" ? "layers" : "none",
    maxLength: numberOf(values, "maxLength"),
    order: values["order"] === "file" ? "file" : "shuffled",
    trainLimit: optional("trainLimit"),
    devLimit: optional("devLimit"),
    evaluateEvery: optional("evaluateEvery"),
    patience: optional("patience"),
  };
}

/** Rows a run may visit, all epochs together: ordering them takes seconds, and training them days. */
const mostVisits = 20_000_000;

/**
 * Steps of a run over `rowCount` rows; the last batch of an epoch may be short. Errors: too-large, for a run that would
 * not end.
 */
export function stepCounts(settings: TrainingSettings, rowCount: number): { maxSteps: number; stepsPerEpoch: number } {
  const stepsPerEpoch = Math.ceil(rowCount / rowsPerStepOf(settings));
  const maxSteps = settings.steps ?? Math.max(1, Math.ceil(stepsPerEpoch * settings.epochs));
  const visits = Math.round((maxSteps / stepsPerEpoch) * rowCount);
  if (visits > mostVisits) {
    throw new AppError(
      "too-large",
      `${maxSteps} steps over ${rowCount} rows visit ${visits} rows in all; at most ${mostVisits} are run. Use at most ` +
        `${Math.floor((mostVisits / rowCount) * stepsPerEpoch)} steps (${Math.floor(mostVisits / rowCount)} epochs).`,
    );
  }
  return { maxSteps, stepsPerEpoch };
}
