import { numberOf } from "../contract/fields.ts";
import type { Field } from "../contract/fields.ts";
import { chosenDropout, dropoutField } from "./dropout.ts";
import type { Method } from "./method.ts";

const fields: readonly Field[] = [
  {
    kind: "number",
    id: "consistencyWeight",
    label: "Consistency weight",
    help: "Weight α of the distance between the two passes. The DPS paper tries 0.1, 0.5, 1, 3 and 5.",
    default: 1,
    min: 0,
    max: 1000,
    increment: 0.1,
  },
  dropoutField(
    "the model's own rates; without dropout the two passes are the same and the method is plain fine-tuning",
  ),
];

/**
 * R-Drop: two passes with different dropout must agree.
 *
 * Departs: the paper adds the two losses; the snippet of the code's README averages them, all as means over the batch,
 * and so do we. The code's BERT for GLUE adds L1 + L2 + ½·½(KL12 + KL21), the KL summed over the batch.
 */
export const rDrop: Method = {
  id: "r-drop",
  label: "R-Drop",
  summary:
    "Sends every batch through the network twice, with different dropout, and adds to the loss how far the two answers " +
    "are apart, so that training does not depend on what dropout happened to leave.",
  source: {
    title: "R-Drop: Regularized Dropout for Neural Networks",
    authors: "X. Liang, L. Wu, J. Li, Y. Wang, Q. Meng, T. Qin, W. Chen, M. Zhang, T.-Y. Liu",
    year: 2021,
    url: "https://arxiv.org/abs/2106.14448",
    where: "Section 2, equations 2 to 4; the snippet in the README of its code",
  },
  fields,
  equation: [
    "L = ½ (L₁ + L₂) + α · ½ (KL(p₁‖p₂) + KL(p₂‖p₁))",
    "Regression:   α · (y₁ − y₂)² in place of the KL terms",
    "Several labels a row: the KL of each label's yes and no, mean over the labels",
    "W ← AdamW(W, clip(g))",
  ].join("\n"),
  departs: [
    "The losses of the two passes are averaged where the paper adds them, with means over the batch: as in its README.",
    "Its code for BERT on GLUE adds them: L₁ + L₂ + ½ · ½ (KL(p₁‖p₂) + KL(p₂‖p₁)), with the KL summed over the batch.",
  ],
  stages: [],
  lossNote: "This is the loss of both passes with the distance between them; the dev loss is the task's alone.",
  dropout: (values, model) => chosenDropout(values, model),
  start: (_, values) => ({
    stage: () => 0,
    second: { noise: null, shares: [0.5, 0.5], weight: numberOf(values, "consistencyWeight") / 2 },
  }),
};
