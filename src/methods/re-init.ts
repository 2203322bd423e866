import { numberOf, switchOf } from "../contract/fields.ts";
import type { Field, Values } from "../contract/fields.ts";
import { AppError } from "../core/errors.ts";
import { layerCountOf } from "../nn/params.ts";
import type { Init, ParamSpec } from "../nn/params.ts";
import { chosenDropout, dropoutField } from "./dropout.ts";
import type { Method, MethodRun, World } from "./method.ts";

const fields: readonly Field[] = [
  {
    kind: "number",
    id: "topLayers",
    label: "Top layers",
    help:
      "How many encoder layers, from the top, start from random weights. The DPS paper tries 1 to 7 of BERT-large's 24; " +
      "no more than the model has.",
    default: 1,
    min: 0,
    max: 256,
    whole: true,
  },
  {
    kind: "switch",
    id: "reinitPooler",
    label: "Pooler too",
    help: "Whether the pooler starts from random weights as well, as in the paper.",
    default: true,
  },
  dropoutField("the model's own rates"),
];

/** Re-init: pooler and top layers forget their pre-training. */
export const reInit: Method = {
  id: "re-init",
  label: "Re-init",
  summary:
    "Throws the most specialised part of the pre-trained model away: the pooler and the top encoder layers start from " +
    "random weights, drawn from the run's seed, and everything is then trained as usual.",
  source: {
    title: "Revisiting Few-sample BERT Fine-tuning",
    authors: "T. Zhang, F. Wu, A. Katiyar, K. Q. Weinberger, Y. Artzi",
    year: 2021,
    url: "https://openreview.net/forum?id=cO1IH43yUF",
    where: "Section 5",
  },
  fields,
  equation: [
    "Pooler and top L layers:   Linear weights ~ N(0, 0.02²), biases 0, LayerNorm 1 and 0",
    "Then:   W ← AdamW(W, g)",
  ].join("\n"),
  departs: ["The spread of fresh weights is the model's initializer_range, which is 0.02 for every published BERT."],
  stages: [],
  lossNote: null,
  dropout: (values, model) => chosenDropout(values, model),
  start,
};

function start({ params }: World, values: Values): MethodRun {
  const specs = params.list.map(({ spec }) => spec);
  return { stage: () => 0, anew: forgotten(specs, numberOf(values, "topLayers"), switchOf(values, "reinitPooler")) };
}

/** How each parameter starts that forgets its pre-training, by name. Errors: bad-settings for too many layers. */
export function forgotten(specs: readonly ParamSpec[], top: number, pooler: boolean): ReadonlyMap<string, Init> {
  const layerCount = layerCountOf(specs);
  if (top > layerCount) {
    throw new AppError(
      "bad-settings",
      `Re-init was asked for the top ${top} layers; this model has ${layerCount}. Use at most ${layerCount}.`,
    );
  }
  const chosen = specs.filter(({ group, depth }) =>
    group === "pooler" ? pooler : group === "encoder" && depth > layerCount - top,
  );
  return new Map(chosen.map(({ name, init }) => [name, init]));
}
