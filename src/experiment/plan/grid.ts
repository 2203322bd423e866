import type { Field, FieldValue, NumberField, Values } from "../../contract/fields.ts";
import type { GridAxis } from "../../contract/run.ts";
import type { Method } from "../../methods/method.ts";
import { trainingFields } from "../../train/finetuning/settings.ts";

/** Rows drawn from train: no setting of a run but one of its data, which a grid may vary as the paper's table 3 does. */
export const trainSampleAxis: NumberField = {
  id: "trainSample",
  kind: "number",
  label: "Training rows, drawn",
  help: "Rows drawn from train with the labels' shares kept; the same for every method and seed.",
  default: null,
  empty: "all",
  min: 1,
  max: 2_000_000,
  whole: true,
};

/** Training settings under which scores can still be compared: the others change what is scored, or nothing. */
const varied = [
  "epochs",
  "steps",
  "batchSize",
  "accumulate",
  "learningRate",
  "layerDecay",
  "weightDecay",
  "warmupRatio",
  "warmupSteps",
  "clip",
  "adamEpsilon",
  "headStart",
];

/** Axes that all methods share. */
export const sharedAxes: readonly Field[] = [
  ...trainingFields.filter(({ id }) => varied.includes(id)),
  trainSampleAxis,
];

/** Every combination of the axes that all methods share; one empty one without them. */
export function sharedPlaces(grid: readonly GridAxis[]): readonly Values[] {
  return combinations(grid.filter(isShared));
}

/** Every combination of the axes that are fields of the method; one empty one without them. */
export function ownPlaces(grid: readonly GridAxis[], method: Method): readonly Values[] {
  return combinations(ownAxes(grid, method));
}

function isShared({ field }: GridAxis): boolean {
  return sharedAxes.some(({ id }) => id === field);
}

function ownAxes(grid: readonly GridAxis[], method: Method): readonly GridAxis[] {
  return grid.filter((axis) => !isShared(axis) && method.fields.some(({ id }) => id === axis.field));
}

/** The last axis runs fastest. */
function combinations(axes: readonly GridAxis[]): readonly Values[] {
  return axes.reduce<readonly Record<string, FieldValue>[]>(
    (places, { field, values }) => places.flatMap((place) => values.map((value) => ({ ...place, [field]: value }))),
    [{}],
  );
}
