import { choiceOf, numberOf } from "../contract/fields.ts";
import type { Field, Values } from "../contract/fields.ts";
import { AppError } from "../core/errors.ts";
import { chosenDropout, dropoutField } from "./dropout.ts";
import type { Method, MethodRun, World } from "./method.ts";

const fields: readonly Field[] = [
  {
    kind: "choice",
    id: "noiseKind",
    label: "Noise",
    help: "What is added to the word embeddings of the second pass.",
    default: "uniform",
    options: [
      { value: "uniform", label: "uniform", help: "U(−σ, σ) an element, the default of the published code." },
      { value: "normal", label: "normal", help: "N(0, σ²) an element." },
    ],
  },
  {
    kind: "number",
    id: "noiseScale",
    label: "Noise scale",
    help: "σ: half the width of uniform noise, or the standard deviation of normal noise. The papers use 1e-5.",
    default: 1e-5,
    min: 0,
    max: 100,
  },
  {
    kind: "number",
    id: "divergenceWeight",
    label: "Divergence weight",
    help:
      "Weight λ of the distance between the clean and the noisy pass. The DPS paper tries 0.1, 0.5, 1 and 5. At 0 the " +
      "method is plain fine-tuning.",
    default: 1,
    min: 0,
    max: 1000,
    increment: 0.1,
  },
  dropoutField("the model's own rates"),
];

/** R3F: the answer must not change under a little noise on the embeddings. */
export const r3f: Method = {
  id: "r3f",
  label: "R3F",
  summary:
    "Sends every batch through the network once more with a little noise on its word embeddings, and adds to the loss how " +
    "far the two answers are apart: fine-tuning inside a region where the model trusts its own representations.",
  source: {
    title: "Better Fine-Tuning by Reducing Representational Collapse",
    authors: "A. Aghajanyan, A. Shrivastava, A. Gupta, N. Goyal, L. Zettlemoyer, S. Gupta",
    year: 2021,
    url: "https://openreview.net/forum?id=OQ08SN70M1V",
    where: "Section 3, equation 5; fairseq's sentence_prediction_r3f.py",
  },
  fields,
  equation: [
    "p = f(x),   p̃ = f(x + z),   z ~ U(−σ, σ) or N(0, σ²)",
    "L = CE(p, y) + λ · (KL(p‖p̃) + KL(p̃‖p))",
    "W ← AdamW(W, clip(g))",
  ].join("\n"),
  departs: [
    "The noisy pass gives the word embeddings no gradient, as in the code.",
    "Both passes have dropout, each its own, as in the code.",
    "With several labels a row each label's yes and no are compared, with the mean over the labels.",
    "It compares probabilities and so does not apply to a regression; the DPS paper shows vanilla there.",
  ],
  stages: [],
  lossNote: "This is the loss of the clean pass with the distance between the two; the dev loss is the task's alone.",
  dropout: (values, model) => chosenDropout(values, model),
  start,
};

function start({ kind }: World, values: Values): MethodRun {
  if (kind === "regression") {
    throw new AppError(
      "bad-settings",
      "R3F compares the probabilities of classes, and this task's answer is a number: it does not apply. " +
        "The DPS paper shows vanilla in its place; leave R3F out.",
    );
  }
  const noise = {
    kind: choiceOf(values, "noiseKind") === "normal" ? ("normal" as const) : ("uniform" as const),
    scale: numberOf(values, "noiseScale"),
  };
  return { stage: () => 0, second: { noise, shares: [1, 0], weight: numberOf(values, "divergenceWeight") } };
}
