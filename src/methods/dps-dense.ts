import { choiceOf, numberOf } from "../contract/fields.ts";
import type { Field, Values } from "../contract/fields.ts";
import { noDropout } from "../nn/scope.ts";
import { accumulateSquares, maskGradient } from "./accumulation.ts";
import { chosenDropout, dropoutField } from "./dropout.ts";
import type { Method, MethodRun, World } from "./method.ts";
import { reserveMask, reserveSelections, selectAll } from "./selection.ts";
import { planStages, stageFields } from "./stages.ts";
import { dpsSource, frozenShareField, publishedHead, selectableParams } from "./subnetwork.ts";

/** From this many steps on, the published code keeps the model's dropout. */
const dropoutFrom = 2000;

const fields: readonly Field[] = [
  frozenShareField,
  ...stageFields,
  {
    kind: "choice",
    id: "frozenWeights",
    label: "Weights left out",
    help: "What becomes of the weights outside the chosen subnetwork during stage II.",
    default: "masked-gradient",
    options: [
      {
        value: "masked-gradient",
        label: "masked gradient",
        help: "As the published code: their gradient is masked, while momentum and weight decay still move them.",
      },
      {
        value: "strict",
        label: "strictly still",
        help: "As the paper words it: value and both moments are left alone.",
      },
    ],
  },
  dropoutField(`0 in runs below ${dropoutFrom.toLocaleString("en")} steps, else the model's own rates (as published)`),
];

/** DPS Dense: sums squared gradients for a stage, then trains only the weights where the sum was largest. */
export const dpsDense: Method = {
  id: "dps-dense",
  label: "DPS Dense",
  summary:
    "Sums squared gradients for a stage; for as long again only the weights with the largest sums get gradients; then it " +
    "repeats. The chosen part of the network changes with training instead of being fixed beforehand.",
  source: dpsSource("Algorithm 1, equations 5 and 6; DPSDense/grads_ops.py"),
  fields,
  equation: [
    "Stage I:   W ← AdamW(W, g);  GAM ← GAM + g²",
    "Choose:    M = (GAM ≥ K-th largest of GAM),  K = ⌈N(1−p)⌉ in each matrix",
    "Stage II:  W ← AdamW(W, g ⊙ M)",
  ].join("\n"),
  departs: [
    "The paper compares with > and a percentile; we follow the code: rank and ≥, so ties keep more.",
    "The paper holds the rest constant; the code masks only the gradient, and so do we unless strict is chosen.",
    "The code divides squared gradients by 1,000, which changes no rank; we do not.",
    publishedHead,
  ],
  stages: [
    { stage: 1, label: "Stage I: train all, sum squared gradients" },
    { stage: 2, label: "Stage II: only the chosen weights get gradients" },
  ],
  lossNote: null,
  dropout: (values, model, maxSteps) => chosenDropout(values, maxSteps < dropoutFrom ? noDropout : model),
  start,
};

function start(world: World, values: Values): MethodRun {
  const stages = planStages(world, values);
  const share = numberOf(values, "frozenShare");
  const params = selectableParams(world);
  const matrices = params.map((param) => ({
    param,
    scores: world.mem.tensor("method", `gam ${param.spec.name}`, param.spec.shape),
    mask: reserveMask(world.mem, param),
  }));
  const selections = reserveSelections(world.mem, stages, matrices, share);
  const masks = new Map(matrices.map(({ param, mask }) => [param.spec.name, mask]));
  const none = new Map<string, never>();
  const run: MethodRun = {
    stage: stages.stage,
    gradients(s, step) {
      const opens = stages.opens(step);
      if (stages.stage(step) === 1) {
        for (const { param, scores } of matrices) accumulateSquares(s, param, scores, opens);
        return;
      }
      if (opens) selectAll(s, matrices, share, selections, stages.cycle(step));
      for (const { param, mask } of matrices) maskGradient(s, param, mask);
    },
    selections,
  };
  if (choiceOf(values, "frozenWeights") !== "strict") return run;
  return { ...run, updated: (step) => (stages.stage(step) === 2 ? masks : none) };
}
