import type { Catalog, MethodEntry, Source } from "../../src/contract/catalog.ts";
import type { ExperimentPlan } from "../../src/contract/run.ts";
import type { Field } from "../../src/contract/fields.ts";
import { adaptationFields } from "./fake-adaptation.ts";

const paper: Source = {
  title: "Fine-Tuning Pre-Trained Language Models Effectively by Optimizing Subnetworks Adaptively",
  authors: "Zhang, Li, Li, Zhang, Zhu, Jin",
  year: 2022,
  url: "https://example.org/paper",
  where: "Section 3, equations 5 and 6",
};

const dropout: Field = {
  id: "dropout",
  kind: "number",
  label: "Dropout",
  help: "Rate of hidden and attention dropout while training. Empty keeps what the model's config says.",
  default: null,
  min: 0,
  max: 1,
  maxExclusive: true,
  increment: 0.05,
  empty: "as the model's config says",
};

const staged: readonly Field[] = [
  { ...dropout, default: 0 },
  {
    id: "frozenShare",
    kind: "number",
    label: "Frozen share p",
    help: "Share of each matrix that is left out of the subnetwork. The paper tries 0.1 to 0.5.",
    default: 0.3,
    min: 0,
    max: 1,
    maxExclusive: true,
    increment: 0.05,
  },
  {
    id: "updateRatio",
    kind: "number",
    label: "Update ratio",
    help: "Length of a stage as a share of all steps. Smaller means more cycles.",
    default: 0.05,
    min: 0,
    max: 0.5,
    minExclusive: true,
    increment: 0.05,
  },
  {
    id: "frozenWeights",
    kind: "choice",
    label: "Weights outside the subnetwork",
    help: "What happens to them in stage II.",
    default: "masked-gradient",
    options: [
      {
        value: "masked-gradient",
        label: "Gradient masked",
        help: "As in the published code: momentum and decay go on.",
      },
      { value: "strict", label: "Held still", help: "As the paper's text says: neither value nor moments change." },
    ],
  },
];

const stages: MethodEntry["stages"] = [
  { stage: 1, label: "Stage I: gather scores" },
  { stage: 2, label: "Stage II: update the subnetwork" },
];

const methods: readonly MethodEntry[] = [
  {
    id: "plain",
    label: "Vanilla",
    summary: "Ordinary fine-tuning: every weight is updated at every step. The yardstick for the others.",
    source: { ...paper, title: "BERT", authors: "Devlin et al.", year: 2019, where: "Section 3.2" },
    fields: [{ ...dropout, default: 0.1 }],
    equation: "W ← W − η · AdamW(∂L/∂W)",
    departs: [],
    stages: [],
    lossNote: null,
  },
  {
    id: "one",
    label: "DPS Dense",
    summary:
      "Gathers squared gradients for a stage, then updates only the share of each matrix that had the largest. The forward pass is unchanged.",
    source: paper,
    fields: staged,
    equation: "stage I   GAM ← GAM + g²\nstage II  M = (GAM ≥ K-th largest)\n          g ← g ⊙ M",
    departs: ["Rank and ≥ as in the published code, where the paper writes a percentile and >."],
    stages,
    lossNote: null,
  },
  {
    id: "two",
    label: "DPS Mix",
    summary:
      "Swaps a random share of neurons for their pre-trained weights while it gathers scores, then trains the selected share against the rest.",
    source: { ...paper, where: "Section 3, equations 7 and 8" },
    fields: staged,
    equation: "W̃ = (n ⊙ W + (1 − n) ⊙ T − p · T) / (1 − p)\nscore = GAM / max(FAM, 1) · exp(−max(FAM, 1) / us)",
    departs: ["The derivative's factor 1 / (1 − p) is dropped, as in the published code."],
    stages,
    lossNote: "The loss shown is that of the mixed weights W̃; dev scores are of W.",
  },
];

const training: readonly Field[] = [
  { id: "epochs", kind: "number", label: "Epochs", help: "Passes over the training set.", default: 3, min: 1, max: 1000, whole: true },
  { id: "steps", kind: "number", label: "Steps", help: "Stops after so many steps.", default: null, min: 1, max: 1e7, whole: true, empty: "as many as the epochs need" },
  { id: "batchSize", kind: "number", label: "Batch size", help: "Rows a step.", default: 16, min: 1, max: 512, whole: true },
  { id: "learningRate", kind: "number", label: "Learning rate", help: "Peak, after warm-up.", default: null, empty: "what suits the model", min: 0, max: 1, minExclusive: true, increment: 1e-5 },
  { id: "weightDecay", kind: "number", label: "Weight decay", help: "Decoupled; not on biases and LayerNorm.", default: 0.01, min: 0, max: 1, increment: 0.01 },
  { id: "warmupRatio", kind: "number", label: "Warm-up", help: "Share of the steps over which the rate rises.", default: 0.1, min: 0, max: 1, increment: 0.05 },
  { id: "clip", kind: "number", label: "Gradient clip", help: "Largest global norm.", default: 1, min: 0, max: 1000, increment: 0.5 },
  { id: "maxLength", kind: "number", label: "Longest input", help: "Tokens a row; longer ones are cut.", default: 128, min: 8, max: 512, whole: true },
  { id: "order", kind: "choice", label: "Order", help: "How batches are drawn.", default: "shuffled", options: [
    { value: "shuffled", label: "Shuffled by seed", help: "Each epoch anew." },
    { value: "file", label: "As in the file", help: "To hold a run against another implementation." },
  ] },
  { id: "evaluateEvery", kind: "number", label: "Evaluate every", help: "Steps between looks at the dev set.", default: null, min: 1, max: 1e6, whole: true, empty: "each epoch" },
]; // prettier-ignore

function fakePlan(seeds: readonly number[], grid: ExperimentPlan["grid"]): ExperimentPlan {
  const chosen = methods.map(({ id }) => ({ id, values: {} }));
  return { methods: chosen, seeds, training: { epochs: 2 }, grid, order: "sequential" };
}

/** A catalog like the engine's, with made-up ids: a page that knows a method by its id does not work with it. */
export const fakeCatalog: Catalog = {
  methods,
  families: [
    { id: "bert", label: "BERT", summary: "An encoder.", source: paper, fields: [], adaptable: true },
    { id: "distilbert", label: "DistilBERT", summary: "Half of it.", source: paper, fields: [], adaptable: false },
  ],
  tasks: [
    {
      id: "pairs",
      label: "RTE: does the text entail the sentence?",
      summary: "Two classes.",
      source: paper,
      fields: [],
      kind: "classification",
      pair: true,
      metrics: [
        { id: "accuracy", label: "Accuracy", primary: true },
        { id: "f1", label: "F1", primary: false },
      ],
      hub: {
        dataset: "org/tasks",
        train: { path: "pairs/train.parquet", split: "train", rowCount: 2490, sizeBytes: 584_000 },
        dev: [
          { path: "pairs/validation.parquet", split: "validation", rowCount: 277, sizeBytes: 69_000 },
          { path: "pairs/other.parquet", split: "validation_other", rowCount: 300, sizeBytes: 71_000 },
        ],
      },
    },
    {
      id: "single",
      label: "CoLA: is the sentence acceptable?",
      summary: "Two classes.",
      source: paper,
      fields: [],
      kind: "classification",
      pair: false,
      metrics: [{ id: "matthews", label: "Matthews", primary: true }],
      hub: null,
    },
  ],
  training,
  axes: [
    ...training.filter(({ id }) => id === "learningRate" || id === "batchSize"),
    { id: "trainSample", kind: "number", label: "Training rows, drawn", help: "Drawn by seed.", default: null, min: 1, max: 1e6, whole: true, empty: "all" }, // prettier-ignore
  ],
  plans: [
    {
      id: "compare",
      label: "Compare methods",
      summary: "Every method over several seeds: means, spreads and ranks.",
      where: "Table 1",
      sizes: { small: fakePlan([1, 2, 3], []), full: fakePlan([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], []) },
      sample: "sentiment",
      transfers: false,
    },
    {
      id: "subnetwork-size",
      label: "Size of the subnetwork",
      summary: "How scores change with the frozen share.",
      where: "Figure 2",
      sizes: {
        small: fakePlan([1, 2], [{ field: "frozenShare", values: [0.1, 0.3, 0.5] }]),
        full: fakePlan([1, 2, 3, 4, 5], [{ field: "frozenShare", values: [0.1, 0.2, 0.3, 0.4, 0.5] }]),
      },
      sample: "sentiment",
      transfers: false,
    },
    {
      id: "out-of-domain",
      label: "Out of domain",
      summary: "Train on one set and score on others.",
      where: "Table 2",
      sizes: { small: fakePlan([1], []), full: fakePlan([1, 2, 3, 4, 5], []) },
      sample: null,
      transfers: true,
    },
  ],
  presets: [
    { id: "google/bert_uncased_L-2_H-128_A-2", label: "BERT tiny, uncased", parameterCount: 4_385_920, config: {} },
    { id: "google/bert_uncased_L-4_H-256_A-4", label: "BERT mini, uncased", parameterCount: 11_170_560, config: {} },
    { id: "google-bert/bert-base-uncased", label: "BERT base, uncased", parameterCount: 109_482_240, config: {} },
    { id: "google-bert/bert-large-uncased", label: "BERT large, uncased", parameterCount: 335_141_888, config: {} },
  ],
  adaptation: adaptationFields,
  demo: {
    sample: "sentiment",
    plan: {
      methods: ["plain", "one", "two"].map((id) => ({ id, values: { dropout: 0 } })),
      seeds: [1, 2, 3],
      grid: [],
      order: "sequential",
      training: { epochs: 2, learningRate: 5e-4, maxLength: 64 },
    },
    first: { methodCount: 2, seedCount: 1, targetMs: 90_000, fewestSteps: 24 },
    lookAt: [
      { title: "Training loss", text: "The curves of a seed begin as one." },
      { title: "Dev accuracy", text: "Half of the sentences are praise, so 50 is guessing." },
      { title: "The spread", text: "A lead smaller than the spread may be luck." },
    ],
  },
};
