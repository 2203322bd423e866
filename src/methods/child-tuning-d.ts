import { numberOf } from "../contract/fields.ts";
import type { Field, Values } from "../contract/fields.ts";
import { sizeOf } from "../core/shape.ts";
import { defineKernel } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { elementGrid } from "../nn/ops/element-grid.ts";
import type { Param } from "../nn/params.ts";
import type { Scope } from "../nn/scope.ts";
import { childTuningSource, publishedWarmup } from "./child-tuning.ts";
import { chosenDropout, dropoutField } from "./dropout.ts";
import type { Method, MethodRun, World } from "./method.ts";
import { percentileRank, reserveMask, reserveSelectionAcross, selectTopAcross } from "./selection.ts";
import source from "../../shaders/fisher_accumulate.wgsl?raw";

/** Adds a batch's squared gradients to the Fisher information. */
export const fisherAccumulateKernel = defineKernel({
  name: "fisher_accumulate",
  wgsl: source,
  bindings: { grad: "read", scale: "read", fisher: "read_write" },
  uniforms: { count: "u32", first: "u32", batches: "f32" },
});

const fields: readonly Field[] = [
  {
    kind: "number",
    id: "childShare",
    label: "Trained share",
    help:
      "Share of the encoder's weights, counted over all layers together, that are given gradients. The DPS paper tries " +
      "0.1, 0.2 and 0.3. At 1 the method is plain fine-tuning.",
    default: 0.3,
    min: 0,
    minExclusive: true,
    max: 1,
    increment: 0.1,
  },
  dropoutField("the model's own rates"),
];

/** Child-Tuning D: only the weights that matter most to the task are given gradients. */
export const childTuningD: Method = {
  id: "child-tuning-d",
  label: "Child-Tuning D",
  summary:
    "Reads the training rows once before it trains and adds up squared gradients, the Fisher information of each weight. " +
    "Only the share of the encoder with the largest sums is given gradients, in the whole run.",
  source: childTuningSource("Section 3.3, equations 6 and 7; ChildTuningOptimizer.py and its trainer"),
  fields,
  equation: [
    "Before:   F = mean over batches of g²;   M = (F ≥ percentile 100·(1−p) of all encoder weights)",
    "Then:     W ← AdamW(W, clip(g) ⊙ M)",
  ].join("\n"),
  departs: [
    "The percentile is taken over weights, biases and LayerNorm of all encoder layers; the rest trains in full, as in the code.",
    "Fisher information is of whole batches, with dropout, each parameter's gradient clipped by itself, as in the code.",
    "Weight decay still moves what is masked, as in the code; its moments stay 0 and are not kept.",
    publishedWarmup,
  ],
  stages: [],
  lossNote: null,
  dropout: (values, model) => chosenDropout(values, model),
  start,
};

function start({ params, mem }: World, values: Values): MethodRun {
  const share = numberOf(values, "childShare");
  // As in the code, by the name: all layers, and of BART also the LayerNorms of its embeddings.
  const chosen = params.list.filter(({ spec }) => spec.name.includes("layer"));
  const matrices = chosen.map((param) => ({
    param,
    scores: mem.tensor("method", `fisher ${param.spec.name}`, param.spec.shape),
    mask: reserveMask(mem, param),
  }));
  const selections = reserveSelectionAcross(mem, matrices, share);
  const total = chosen.reduce((sum, { spec }) => sum + sizeOf(spec.shape), 0);
  return {
    stage: () => 0,
    prepare: {
      gradients(s, { index, count, clip }) {
        for (const { param, scores } of matrices) {
          accumulateFisher(s, param, clip(param), scores, { first: index === 0, batches: count });
        }
      },
      done: (s) => selectTopAcross(s, matrices, percentileRank(total, share), selections.stats),
    },
    selections,
    child: selections,
  };
}

/**
 * F = (scale·g)²/batches where `first`, else F += it. scale [1]; fisher: the parameter's shape.
 *
 * Source: Xu et al. 2021, equation 6.
 */
export function accumulateFisher(
  s: Scope,
  { spec, grad }: Param,
  scale: Tensor,
  fisher: Tensor,
  { first, batches }: { readonly first: boolean; readonly batches: number },
): void {
  const uniforms = { count: sizeOf(spec.shape), first: first ? 1 : 0, batches };
  s.rec.run(fisherAccumulateKernel, { grad, scale, fisher }, uniforms, elementGrid(grad));
}
