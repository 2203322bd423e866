import { choiceOf, numberOf } from "../contract/fields.ts";
import type { Field, Values } from "../contract/fields.ts";
import { AppError } from "../core/errors.ts";
import type { World } from "./method.ts";

/**
 * The stages of a DPS run: `updateSteps` (us) steps of stage I, as many of stage II, and again. Steps count from 1,
 * cycles from 0.
 */
export interface Stages {
  readonly updateSteps: number;
  /** Cycles whose stage II begins within the run: selections. */
  readonly cycleCount: number;
  readonly stage: (step: number) => 1 | 2;
  /** Whether a step is the first of its stage. */
  readonly opens: (step: number) => boolean;
  readonly cycle: (step: number) => number;
  /** The first step of a cycle's stage II. */
  readonly selectionStep: (cycle: number) => number;
}

const updateRatioBound = 0.5;

/** Settings of the stages. */
export const stageFields: readonly Field[] = [
  {
    kind: "number",
    id: "updateRatio",
    label: "Update ratio",
    help: "Length of a stage as a share of the run. 0.05 gives ten cycles of looking and choosing.",
    default: 0.05,
    min: 0,
    minExclusive: true,
    max: updateRatioBound,
    increment: 0.05,
  },
  {
    kind: "choice",
    id: "scheduleHorizon",
    label: "Stage length is a share of",
    help: "What the update ratio is taken of.",
    default: "run",
    options: [
      { value: "run", label: "the whole run", help: "As in the paper." },
      {
        value: "epoch",
        label: "one epoch",
        help: "As the published script for small training sets does, whose stages are shorter.",
      },
    ],
  },
];

/**
 * Lays out the stages of a run: us = floor(horizon * updateRatio) in float64, as Python's int(). The horizon is the run,
 * or one epoch where that is asked for and shorter.
 *
 * Errors: bad-settings, when that is 0, naming what would do.
 * Source: DPS (Zhang et al. 2022), Algorithm 1.
 */
export function planStages(
  { maxSteps, stepsPerEpoch }: Pick<World, "maxSteps" | "stepsPerEpoch">,
  values: Values,
): Stages {
  const ratio = numberOf(values, "updateRatio");
  const perEpoch = choiceOf(values, "scheduleHorizon") === "epoch";
  const horizon = perEpoch ? Math.min(stepsPerEpoch, maxSteps) : maxSteps;
  const us = Math.floor(horizon * ratio);
  if (us === 0) throw new AppError("bad-settings", tooShort(horizon, ratio, perEpoch));
  const selectionStep = (cycle: number): number => (2 * cycle + 1) * us + 1;
  return {
    updateSteps: us,
    cycleCount: Math.floor((maxSteps - us - 1) / (2 * us)) + 1,
    stage: (step) => (Math.ceil(step / us) % 2 === 1 ? 1 : 2),
    opens: (step) => (step - 1) % us === 0,
    cycle: (step) => Math.floor((step - 1) / (2 * us)),
    selectionStep,
  };
}

function tooShort(horizon: number, ratio: number, perEpoch: boolean): string {
  const where = perEpoch ? "an epoch" : "a run";
  let steps = Math.ceil(1 / ratio);
  while (Math.floor(steps * ratio) === 0) steps++;
  // Rounded up, so that the figure shown does it.
  const enough = Math.ceil(10_000 / horizon) / 10_000;
  const other = enough <= updateRatioBound ? ` (or an update ratio of ${enough} or more)` : "";
  return (
    `DPS needs at least ${steps} steps in ${where}${other}: it has ${horizon} and the update ratio is ${ratio}, so that a ` +
    "stage would have none."
  );
}
