import { familyOf } from "../../src/analysis/time/profile.ts";
import { createArena } from "../../src/gpu/arena.ts";
import { reserveInputs } from "../../src/nn/inputs.ts";
import { createScope } from "../../src/nn/scope.ts";
import { portableKernels } from "../../src/nn/tuning/choice.ts";
import { askingKernels, workOf } from "../../src/nn/tuning/questions.ts";
import { assemble, noUploads, sizesOfRun } from "../../src/train/finetuning/assembly.ts";
import type { ShapeRequest } from "../../src/train/finetuning/assembly.ts";
import { planBatches } from "../../src/train/finetuning/batches.ts";
import { recordGradients, recordUpdate, recordWeights } from "../../src/train/finetuning/step.ts";
import { CostRecorder, sumOf } from "./cost.ts";
import type { Cost } from "./cost.ts";
import type { Peaks } from "./peaks.ts";

/** What a run's first step costs, by family of kernels: recorded with the portable kernels, and without a device. */
export function stepCosts(request: ShapeRequest): ReadonlyMap<string, Cost> {
  const sizes = sizesOfRun(request);
  const mem = createArena(null);
  const rec = new CostRecorder();
  const { kernels, asked } = askingKernels(portableKernels);
  const parts = assemble(request, sizes, mem, noUploads);
  const inputs = reserveInputs(mem, planBatches(request, sizes.maxSteps).limits, sizes.model.tokens);
  parts.method.begin?.(1);
  const scope = createScope({ rec, mem, seed: request.seed, step: 1, dropout: sizes.dropout, kernels });
  const place = { results: parts.results, slot: 0, index: 0, share: 1 };
  recordGradients(parts, scope, recordWeights(parts, scope), inputs, place);
  recordUpdate(parts, scope, 0, 0);
  const families = new Map<string, Cost>();
  const add = (family: string, cost: Cost): void => {
    families.set(family, sumOf([families.get(family) ?? { flops: 0, bytes: 0 }, cost]));
  };
  for (const [kernel, cost] of rec.costs) add(familyOf(kernel), cost);
  for (const { question, calls } of asked.values()) {
    // Its kernels do not have their sizes among their uniforms.
    if (question.op === "attention") add("attention", { flops: calls * workOf(question).amount, bytes: 0 });
  }
  return families;
}

/** Milliseconds of work that reaches a peak: what it computes, or what it moves, whichever takes longer. */
export function paperMs({ flops, bytes }: Cost, { gigaflops, gigabytes }: Peaks): number {
  return Math.max(flops / gigaflops, bytes / gigabytes) / 1e6;
}

/** A step on paper: its families one after another. */
export function paperStepMs(families: ReadonlyMap<string, Cost>, peaks: Peaks): number {
  return [...families.values()].reduce((sum, cost) => sum + paperMs(cost, peaks), 0);
}
