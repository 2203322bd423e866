import { isObject, parsedJson, type JsonObject } from "../core/json.ts";
import * as v from "valibot";
import { AppError } from "../core/errors.ts";
import type { Catalog } from "./catalog.ts";
import { parseValues, type Field, type FieldValue, type Values } from "./fields.ts";
import { problemsWithGrid } from "./grid.ts";
import type { ExperimentPlan, GridAxis, MethodChoice } from "./run.ts";
import { parseSeeds, problemWithSeeds, writeSeeds } from "./seeds.ts";

/** Whether a JSON file was written as a plan, whatever is wrong with it. */
export function isPlanShaped(read: unknown): boolean {
  return isObject(read) && "methods" in read && "seeds" in read;
}

/** Whether a JSON file was written as a result, whatever is wrong with it. */
export function isResultShaped(read: unknown): boolean {
  return isObject(read) && "runs" in read && "config" in read;
}

/** A plan and what a person calls it. */
export interface NamedPlan {
  readonly name: string;
  readonly plan: ExperimentPlan;
}

/** A larger file is not read: the longest plan that can be run stays far below. */
export const planSizeLimit = 2 ** 18;
/** Letters in a plan's name. */
export const planNameLimit = 100;

/** An object without fields that are not ours: a word typed wrong must not go by unseen. */
function closed<E extends v.ObjectEntries>(what: string, entries: E) {
  const known = Object.keys(entries);
  const strangerIn = (input: JsonObject): string | undefined => Object.keys(input).find((id) => !known.includes(id));
  return v.pipe(
    v.unknown(),
    v.check(isObject, `${what} is not an object with ${known.join(", ")}.`),
    v.rawCheck(({ dataset, addIssue }) => {
      const stranger = dataset.typed && isObject(dataset.value) ? strangerIn(dataset.value) : undefined;
      if (stranger === undefined) return;
      addIssue({ message: `${what} has no field "${shortened(stranger)}"; known are ${known.join(", ")}.` });
    }),
    v.object(entries, (issue) => `${what} has no ${issue.expected}; known are ${known.join(", ")}.`),
  );
}

const textOf = (what: string, limit: number) =>
  v.pipe(
    v.string(`${what} is not a text.`),
    v.trim(),
    v.nonEmpty(`${what} is empty.`),
    v.maxLength(limit, `${what} is longer than ${limit} letters.`),
  );
const listOf = <S extends v.GenericSchema>(what: string, schema: S, limit: number) =>
  v.pipe(v.array(schema, `${what} is not a list.`), v.maxLength(limit, `${what} has more than ${limit} entries.`));

const values = v.custom<JsonObject>(isObject, "Settings are not an object of names and values.");
const fieldValue = v.union(
  [v.number(), v.pipe(v.string(), v.maxLength(1000)), v.boolean(), v.null()],
  "A value of the grid is neither a number, nor a word, nor true or false, nor null.",
);
const methodId = textOf("The name of a method", 100);
const method = closed("A method", { id: methodId, values: v.optional(values, {}) });
const methodChoice = v.lazy((one) => (typeof one === "string" ? methodId : method));
const axis = closed("An axis of the grid", {
  field: textOf("The field of an axis", 100),
  values: listOf("The list of an axis's values", fieldValue, 1000),
});

const schema = closed("A plan", {
  version: v.literal(1, "The version is not 1, the only one there is."),
  name: textOf("The name", planNameLimit),
  methods: listOf("The list of methods", methodChoice, 100),
  seeds: v.union(
    [v.pipe(v.string(), v.maxLength(2000)), v.pipe(v.array(v.number()), v.maxLength(1000))],
    'The seeds are neither a list of numbers nor a text as in "1-5".',
  ),
  training: v.optional(values, {}),
  grid: v.optional(listOf("The grid", axis, 100), []),
  order: v.optional(
    v.picklist(["sequential", "interleaved"], 'The order is neither "sequential" nor "interleaved".'),
    "sequential",
  ),
});

/**
 * Reads a plan.json that the page, the terminal or a person wrote. `file`: its name, for messages. What the plan does
 * not name is at its default. Errors: bad-settings, naming what does not fit and what would; too-large.
 */
export function readPlanFile(text: string, file: string, catalog: Catalog): NamedPlan {
  if (text.length > planSizeLimit) {
    throw new AppError("too-large", `${file} is larger than ${planSizeLimit / 1024} KiB, so it is no plan.`);
  }
  const refuse = (problem: string): AppError => new AppError("bad-settings", `${file} cannot be used. ${problem}`);
  const advice = "It is not JSON. Choose a plan.json that this page or the terminal wrote.";
  const read = parsedJson(text, () => refuse(advice));
  if (isResultShaped(read)) throw refuse("It is a result, not a plan: use “Open a result”.");
  const checked = v.safeParse(schema, read, { abortEarly: true });
  if (!checked.success) throw refuse(checked.issues[0].message);
  const { name, methods, seeds, training, grid, order } = checked.output;
  const plan: ExperimentPlan = {
    methods: methods.map((choice) => readMethod(choice, catalog, refuse)),
    seeds: readSeeds(seeds, refuse),
    training: readValues("Training", catalog.training, training, refuse),
    grid,
    order,
  };
  const problem = problemWithMethods(plan) ?? problemsWithGrid(catalog, plan)[0];
  if (problem !== undefined) throw refuse(problem);
  return { name, plan };
}

/** Makes the error of a sentence. */
type Refuse = (problem: string) => AppError;

function readMethod(choice: v.InferOutput<typeof methodChoice>, catalog: Catalog, refuse: Refuse): MethodChoice {
  const { id, values: given } = typeof choice === "string" ? { id: choice, values: {} } : choice;
  const entry = catalog.methods.find((one) => one.id === id);
  if (entry !== undefined) return { id, values: readValues(`Method ${id}`, entry.fields, given, refuse) };
  throw refuse(`There is no method "${shortened(id)}"; known are ${catalog.methods.map((one) => one.id).join(", ")}.`);
}

/** Only what is given: what a plan leaves out is left to whoever runs it. */
function readValues(what: string, fields: readonly Field[], given: JsonObject, refuse: Refuse): Values {
  try {
    const read = parseValues(fields, given);
    return Object.fromEntries(Object.keys(given).map((id): [string, FieldValue] => [id, read[id] ?? null]));
  } catch (thrown) {
    if (thrown instanceof AppError) throw refuse(`${what}: ${thrown.message}`);
    throw thrown;
  }
}

function readSeeds(seeds: string | readonly number[], refuse: Refuse): readonly number[] {
  const reading = typeof seeds === "string" ? parseSeeds(seeds) : { seeds, problem: problemWithSeeds(seeds) };
  if (reading.problem !== null) throw refuse(`Seeds: ${reading.problem}`);
  return reading.seeds;
}

function problemWithMethods({ methods }: ExperimentPlan): string | undefined {
  if (methods.length === 0) return "It names no method; name at least one.";
  const twice = methods.find(({ id }, index) => methods.findIndex((other) => other.id === id) !== index);
  return twice === undefined ? undefined : `It names method ${twice.id} twice; once is enough.`;
}

/** A stranger's word, short enough for a message. */
function shortened(word: string): string {
  return word.length > 40 ? `${word.slice(0, 40)}…` : word;
}

/** A plan as a file holds it. */
export function writePlanFile({ name, plan }: NamedPlan): string {
  const { methods, seeds, training, grid, order } = plan;
  const short = methods.map(({ id, values: own }) => (Object.keys(own).length === 0 ? id : { id, values: own }));
  const axes: readonly GridAxis[] = grid.map(({ field, values: own }) => ({ field, values: own }));
  const file = { version: 1, name, methods: short, seeds: writeSeeds(seeds), training, grid: axes, order };
  return `${JSON.stringify(file, null, 2)}\n`;
}
