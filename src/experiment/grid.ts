import { problemWith } from "../contract/fields.ts";
import type { Field, FieldValue, NumberField, Values } from "../contract/fields.ts";
import type { GridAxis } from "../contract/run.ts";
import { AppError } from "../core/errors.ts";
import type { Method } from "../methods/method.ts";
import { trainingFields } from "../train/settings.ts";

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
const varied = ["epochs", "steps", "batchSize", "learningRate", "layerDecay", "weightDecay", "warmupRatio", "clip"];

/** Axes that all methods share. */
export const sharedAxes: readonly Field[] = [
  ...trainingFields.filter(({ id }) => varied.includes(id)),
  trainSampleAxis,
];

const mostAxes = 3;
const mostValues = 100;

/**
 * Checks a grid against what may vary. Errors: bad-settings, for an axis that nothing has, one given twice, more than
 * three of them, no value, a value twice, or one that does not fit its field.
 */
export function checkGrid(grid: readonly GridAxis[], methods: readonly Method[]): void {
  if (grid.length > mostAxes) {
    throw new AppError("bad-settings", `The grid has ${grid.length} axes; at most ${mostAxes} can be laid out.`);
  }
  for (const [index, { field, values }] of grid.entries()) {
    if (grid.findIndex((axis) => axis.field === field) !== index) {
      throw new AppError("bad-settings", `The grid has the axis "${field}" twice; once is enough.`);
    }
    const fields = fieldsOf(field, methods);
    if (fields.length === 0) throw unknownAxis(field, methods);
    if (values.length === 0) throw new AppError("bad-settings", `The axis "${field}" has no value; give at least one.`);
    if (values.length > mostValues) {
      throw new AppError("bad-settings", `The axis "${field}" has ${values.length} values; at most ${mostValues} fit.`);
    }
    const twice = values.find((value, at) => values.indexOf(value) !== at);
    if (twice !== undefined) {
      throw new AppError("bad-settings", `The axis "${field}" has ${String(twice)} twice; values must differ.`);
    }
    for (const value of values) {
      const problem = fields.map((one) => problemWith(one, value)).find((text) => text !== null);
      if (problem !== undefined && problem !== null) throw new AppError("bad-settings", `Axis "${field}": ${problem}`);
    }
  }
}

/** Every combination of the axes that all methods share; one empty one without them. */
export function sharedPlaces(grid: readonly GridAxis[]): readonly Values[] {
  return combinations(grid.filter(isShared));
}

/** Every combination of the axes that are fields of the method; one empty one without them. */
export function ownPlaces(grid: readonly GridAxis[], method: Method): readonly Values[] {
  return combinations(ownAxes(grid, method));
}

/** Combinations that a method has, counted without making them. */
export function placeCount(grid: readonly GridAxis[], method: Method): number {
  return [...grid.filter(isShared), ...ownAxes(grid, method)].reduce((count, { values }) => count * values.length, 1);
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

function fieldsOf(id: string, methods: readonly Method[]): readonly Field[] {
  return [...sharedAxes, ...methods.flatMap(({ fields }) => fields)].filter((field) => field.id === id);
}

function unknownAxis(field: string, methods: readonly Method[]): AppError {
  const known = [...sharedAxes, ...methods.flatMap(({ fields }) => fields)].map(({ id }) => id);
  return new AppError(
    "bad-settings",
    `The grid varies "${field}", which is no setting of the plan's methods (${methods.map(({ id }) => id).join(", ")}). ` +
      `What can be varied with them: ${[...new Set(known)].join(", ")}.`,
  );
}
