import { numberOf } from "../contract/fields.ts";
import type { Field, Values } from "../contract/fields.ts";
import type { Arena } from "../gpu/arena.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { EffectiveWeight, Param, ParamSet } from "../nn/params.ts";
import { noDropout } from "../nn/scope.ts";
import type { Scope } from "../nn/scope.ts";
import { accumulateColumns, maskGradient, matrixSize, scoreInPlace } from "./accumulation.ts";
import { chosenDropout, dropoutField } from "./dropout.ts";
import type { Method, MethodRun, SelectedMatrix, World } from "./method.ts";
import { drawColumns, mixColumns, mixGradientField, mixGradientScale, mixMasked } from "./mixing.ts";
import { reserveMask, reserveSelections, selectAll } from "./selection.ts";
import { planStages, stageFields } from "./stages.ts";
import { dpsSource, frozenShareField, publishedHead, selectableParams } from "./subnetwork.ts";

const fields: readonly Field[] = [frozenShareField, ...stageFields, mixGradientField, dropoutField("0 (as published)")];

/** DPS Mix: as DPS Dense, but the weights left out are swapped for pre-trained ones in the training forward. */
export const dpsMix: Method = {
  id: "dps-mix",
  label: "DPS Mix",
  summary:
    "Like DPS Dense, but in training the weights left out are replaced: first whole random columns by their pre-trained " +
    "values, then everything outside the chosen part by the values it had when it was chosen.",
  source: dpsSource("Algorithm 1, equations 7 and 8; DPSMix/grads_ops.py and DPSMix/moudle.py"),
  fields,
  equation: [
    "Forward:   W̃ = (n ⊙ W + (1 − n) ⊙ T − p·T) / (1 − p)",
    "Stage I:   T = W⁽⁰⁾, n ~ Bernoulli(1−p) a column;  g ← g ⊙ n;  GAM ← GAM + g²;  FAM ← FAM + n",
    "Choose:    M = (S ≥ K-th largest of S),  S = GAM / max(FAM, 1) · exp(−max(FAM, 1)/us)",
    "Stage II:  T = W at its first step, n = M;  g ← g ⊙ M",
  ].join("\n"),
  departs: [
    "The paper holds the rest constant; in the code momentum and weight decay still move it in stage II, as in Dense, and so here.",
    "The gradient's factor 1/(1−p) is dropped, as in the code, unless kept is chosen.",
    "The score's factor exp(−FAM/us) is used from 50 steps a stage on, as in the code; the paper has no such bound.",
    "Pooler and classifier are mixed towards their own initial values, as in the code.",
    "The paper compares with > and a percentile; we follow the code: rank and ≥, so ties keep more.",
    publishedHead,
  ],
  stages: [
    { stage: 1, label: "Stage I: mix with pre-trained columns, sum squared gradients" },
    { stage: 2, label: "Stage II: only the chosen weights get gradients, the rest is mixed in as it stood" },
  ],
  lossNote: "This is the loss of the mixed weights; dev scores are of the trained weights themselves.",
  dropout: (values) => chosenDropout(values, noDropout),
  start,
};

/** What Mix keeps of one weight. GAM becomes the score in place when it is chosen from. */
interface Matrix extends SelectedMatrix {
  readonly gam: Tensor;
  /** T: W(0) in stage I, W' in stage II. */
  readonly start: Tensor;
  /** n and FAM [cols]. */
  readonly kept: Tensor;
  readonly fam: Tensor;
}

function reserve(mem: Arena, param: Param): Matrix {
  const { name, shape } = param.spec;
  const { cols } = matrixSize(param);
  const gam = mem.tensor("method", `gam ${name}`, shape);
  return {
    param,
    gam,
    scores: gam,
    mask: reserveMask(mem, param),
    start: mem.tensor("method", `start ${name}`, shape),
    kept: mem.tensor("method", `kept ${name}`, [cols]),
    fam: mem.tensor("method", `fam ${name}`, [cols]),
  };
}

function start(world: World, values: Values): MethodRun {
  const stages = planStages(world, values);
  const share = numberOf(values, "frozenShare");
  const scale = mixGradientScale(values, share);
  const params = selectableParams(world);
  const matrices = params.map((param) => reserve(world.mem, param));
  const selections = reserveSelections(world.mem, stages, matrices, share);
  const mixedBy = (mix: (matrix: Matrix) => EffectiveWeight): ParamSet =>
    world.params.withEffective(new Map(matrices.map((matrix) => [matrix.param.spec.name, mix(matrix)])));
  const mixedByColumns = mixedBy(({ param, start, kept }) => (rec, into) => {
    mixColumns(rec, param, { start, mixed: into }, kept, share);
  });
  const mixedByMask = mixedBy(({ param, start, mask }) => (rec, into) => {
    mixMasked(rec, param, { start, mixed: into }, mask, share);
  });
  const choose = (s: Scope, cycle: number): void => {
    for (const { param, gam, fam } of matrices) scoreInPlace(s, param, gam, fam, stages.updateSteps);
    selectAll(s, matrices, share, selections, cycle);
    for (const matrix of matrices) s.rec.copy(matrix.param.value, matrix.start);
  };
  return {
    stage: stages.stage,
    begin(step) {
      if (stages.stage(step) === 2 || !stages.opens(step)) return;
      for (const matrix of matrices) world.uploadInitial(matrix.param.spec.name, matrix.start);
    },
    weights(s, step) {
      if (stages.stage(step) === 1) {
        for (const { param, kept } of matrices) drawColumns(s, param, kept, share);
        return mixedByColumns;
      }
      if (stages.opens(step)) choose(s, stages.cycle(step));
      return mixedByMask;
    },
    gradients(s, step) {
      const options = { first: stages.opens(step), scale };
      for (const matrix of matrices) {
        if (stages.stage(step) === 1) {
          world.hold(s, matrix.kept);
          accumulateColumns(s, matrix.param, matrix, options);
        } else maskGradient(s, matrix.param, matrix.mask, scale);
      }
    },
    selections,
  };
}
