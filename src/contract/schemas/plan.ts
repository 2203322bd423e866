import * as v from "valibot";
import { count, fieldValue, list, text, values } from "./schema.ts";

/** Axes of a grid. */
export const axisLimit = 10;

/** See MethodChoice. */
export const methodChoice = v.object({ id: text, values });

/** See GridAxis. */
export const gridAxis = v.object({
  /** Id of one of Catalog.axes, or of a method's field: methods that have no such field run once. */
  field: text,
  values: list(fieldValue, 1000),
});

/** See RunOrder. */
export const runOrder = v.picklist(["sequential", "interleaved"]);

/** See ExperimentPlan. */
export const plan = v.object({
  methods: list(methodChoice, 100),
  seeds: list(count, 100),
  /** Values of Catalog.training. */
  training: values,
  // Plans of earlier versions had neither of the next two.
  /** Every combination of their values is run; [] for none. */
  grid: v.optional(list(gridAxis, axisLimit), []),
  order: v.optional(runOrder, "sequential"),
});
