import { numberOf } from "../contract/fields.ts";
import type { Field, Values } from "../contract/fields.ts";
import { AppError } from "../core/errors.ts";
import { chosenDropout, dropoutField } from "./dropout.ts";
import { matrixSize } from "./accumulation.ts";
import type { Method, MethodRun, World } from "./method.ts";
import { drawColumns, maskColumns, mixColumns, mixGradientField, mixGradientScale, writeColumnBits } from "./mixing.ts";
import { selectableParams } from "./subnetwork.ts";

const fields: readonly Field[] = [
  {
    kind: "number",
    id: "mixShare",
    label: "Mixed share",
    help:
      "Share p of every weight matrix's columns that a step swaps for their pre-trained values. The DPS paper tries 0.1 " +
      "to 0.8, Mixout's own 0.7 to 0.9. At 0 the method is plain fine-tuning.",
    default: 0.7,
    min: 0,
    max: 1,
    maxExclusive: true,
    increment: 0.1,
  },
  mixGradientField,
  dropoutField("the model's own rates"),
];

/** Mixout: every step swaps random columns of the weights for their pre-trained values. */
export const mixout: Method = {
  id: "mixout",
  label: "Mixout",
  summary:
    "Dropout towards the pre-trained model: in every training step random columns of each weight matrix are swapped for " +
    "their pre-trained values, which keeps the weights from drifting far from where they began.",
  source: {
    title: "Mixout: Effective Regularization to Finetune Large-scale Pretrained Language Models",
    authors: "C. Lee, K. Cho, W. Kang",
    year: 2020,
    url: "https://openreview.net/forum?id=HkgaETNtDB",
    where: "Section 3; the form of the DPS paper's code, DPSMix's first stage",
  },
  fields,
  equation: [
    "n ~ Bernoulli(1−p) a column, anew for each matrix and step",
    "Forward:   W̃ = (n ⊙ W + (1 − n) ⊙ W⁽⁰⁾ − p·W⁽⁰⁾) / (1 − p)",
    "Update:    W ← AdamW(W, g ⊙ n)",
  ].join("\n"),
  departs: [
    "The gradient's factor 1/(1−p) is dropped, as in Mixout's own code and that of DPS, unless kept is chosen.",
    "The paper replaces dropout by Mixout; the model's dropout stays unless a rate is set.",
    "Pooler and classifier are mixed towards their own initial values.",
  ],
  stages: [],
  lossNote: "This is the loss of the mixed weights; dev scores are of the trained weights themselves.",
  dropout: (values, model) => chosenDropout(values, model),
  start,
};

function start(world: World, values: Values): MethodRun {
  const share = numberOf(values, "mixShare");
  const scale = mixGradientScale(values, share);
  const matrices = selectableParams(world).map((param) => {
    const { name, shape } = param.spec;
    return {
      param,
      start: world.mem.tensor("method", `start ${name}`, shape),
      kept: world.mem.tensor("method", `kept ${name}`, [matrixSize(param).cols]),
    };
  });
  const mixed = world.params.withEffective(
    new Map(
      matrices.map(({ param, start, kept }) => [
        param.spec.name,
        (rec, into) => mixColumns(rec, param, { start, mixed: into }, kept, share),
      ]),
    ),
  );
  const kept = new Map(matrices.map((matrix) => [matrix.param.spec.name, matrix.kept]));
  return {
    stage: () => 0,
    begin(step) {
      if (step > 1) return;
      for (const matrix of matrices) world.uploadInitial(matrix.param.spec.name, matrix.start);
    },
    weights(s) {
      for (const { param, kept } of matrices) drawColumns(s, param, kept, share);
      return mixed;
    },
    gradients(s) {
      for (const { param, kept } of matrices) maskColumns(s, param, kept, scale);
    },
    drawn: {
      unit: "column",
      share: 1 - share,
      write(s, param, mask) {
        const columns = kept.get(param.spec.name);
        if (columns === undefined) throw new AppError("bug", `Mixout draws no columns of ${param.spec.name}.`);
        writeColumnBits(s, param, columns, mask);
      },
    },
  };
}
