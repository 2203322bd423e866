import type { Field, Values } from "../../src/contract/fields.ts";
import type {
  AdaptationEvent,
  AdaptationPlan,
  AdaptationRecord,
  LossesRecord,
  LossRecord,
} from "../../src/contract/pretraining.ts";

/** Fields of a made-up adaptation. */
export const adaptationFields: readonly Field[] = [
  { id: "steps", kind: "number", label: "Steps", help: "Optimisation steps.", default: 40, min: 1, max: 1e6, whole: true },
  {
    id: "batchSize",
    kind: "number",
    label: "Batch size",
    help: "Sentence pairs a step.",
    default: 16,
    min: 1,
    max: 4096,
    whole: true,
  },
  { id: "learningRate", kind: "number", label: "Learning rate", help: "Peak.", default: 1e-4, min: 0, max: 10 },
  {
    id: "heldOutShare",
    kind: "number",
    label: "Held-out share",
    help: "Only measured on.",
    default: 0.1,
    min: 0,
    minExclusive: true,
    max: 1,
    maxExclusive: true,
  },
]; // prettier-ignore

/** What the fake says an adaptation would take. */
export function adaptationPlanOf(tooLarge: boolean): AdaptationPlan {
  return {
    trainTokens: 184_320,
    heldOutTokens: 20_480,
    parameterCount: 4_435_938,
    totalBytes: 212 * 2 ** 20,
    notes: ["The model's file has no head for masked words (cls.predictions): a fresh one is trained along."],
    problem: tooLarge ? "The run needs 9.1 GiB in all. A batch size of 4 would fit." : null,
  };
}

/** Falls from 3.81 (perplexity 45) towards 3.2 (24), with a little unrest. */
export function lossesAt(step: number, stepCount: number): LossesRecord {
  const loss = 3.2 + 0.61 * Math.exp((-3 * step) / stepCount) + 0.02 * Math.sin(step * 1.7);
  const record = (value: number): LossRecord => ({ loss: value, accuracy: Math.exp(-value) });
  return { step, words: record(loss), next: record(0.6) };
}

/** Some steps as the engine would tell of them, and the measurements among them. */
export function adaptationEvents(from: number, to: number, stepCount: number): readonly AdaptationEvent[] {
  const steps = Array.from({ length: to - from + 1 }, (_, index) => ({
    ...lossesAt(from + index, stepCount),
    gradNorm: 1,
    learningRate: 1e-4,
    tokens: 2000,
  }));
  return [
    { kind: "steps", steps, elapsedMs: to * 25 },
    { kind: "evaluation", losses: lossesAt(to, stepCount) },
  ];
}

/** The record of a fake adaptation. */
export function adaptationOf(files: readonly string[], values: Values, steps: number, of: number): AdaptationRecord {
  return { files, values, steps, tokens: steps * 2000, before: lossesAt(0, of), after: lossesAt(steps, of) };
}
