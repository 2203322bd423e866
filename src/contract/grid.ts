import type { Catalog, MethodEntry } from "./catalog.ts";
import { asShown, problemWith, type Field, type FieldValue, type Values } from "./fields.ts";
import type { ExperimentPlan } from "./run.ts";

/** A plan varies no more settings than this at once. */
export const mostAxes = 3;
/** An experiment has no more runs than this. */
const mostRuns = 1000;

/** What of a catalog says which settings can be varied. */
type Choices = Pick<Catalog, "methods" | "axes">;

/** Every setting that a plan of these methods may vary: those of all alike, then each method's own, an id once. */
export function axisChoices(catalog: Choices, methods: readonly string[]): readonly Field[] {
  const own = entriesOf(catalog, methods).flatMap(({ fields }) => fields);
  return [...catalog.axes, ...own].filter(
    (field, index, all) => all.findIndex((other) => other.id === field.id) === index,
  );
}

/** The fields that an axis of the grid sets: the one of all methods alike, or those of the methods that have it. */
export function fieldsOfAxis(catalog: Choices, methods: readonly string[], axis: string): readonly Field[] {
  const shared = catalog.axes.find(({ id }) => id === axis);
  if (shared !== undefined) return [shared];
  return entriesOf(catalog, methods).flatMap(({ fields }) => fields.filter(({ id }) => id === axis));
}

function entriesOf({ methods }: Choices, ids: readonly string[]): readonly MethodEntry[] {
  return ids.flatMap((id) => methods.find((entry) => entry.id === id) ?? []);
}

/** How many runs a plan makes: every method with every seed, at every combination of the axes that it has. */
export function runCountOf(catalog: Choices, { methods, seeds, grid }: PlanShape): number {
  const cells = methods.map(({ id }) =>
    grid
      .filter(({ field }) => fieldsOfAxis(catalog, [id], field).length > 0)
      .reduce((product, { values }) => product * values.length, 1),
  );
  return seeds.length * cells.reduce((sum, count) => sum + count, 0);
}

/** Where in the grid a method is run: every combination of the axes that it has; one without any, { }. */
export function settingsOf(catalog: Choices, method: string, grid: ExperimentPlan["grid"]): readonly Values[] {
  const axes = grid.filter(({ field }) => fieldsOfAxis(catalog, [method], field).length > 0);
  return axes.reduce<readonly Values[]>(
    (settings, { field, values }) =>
      settings.flatMap((setting) => values.map((value): Values => ({ ...setting, [field]: value }))),
    [{}],
  );
}

/** What says how many runs there are. */
type PlanShape = Pick<ExperimentPlan, "methods" | "seeds" | "grid">;

/** What is wrong with a plan's grid, and with the number of runs that it makes, as sentences; [] where nothing is. */
export function problemsWithGrid(catalog: Choices, plan: PlanShape): readonly string[] {
  const { grid } = plan;
  const methods = plan.methods.map(({ id }) => id);
  const problems = grid.flatMap((_, index) => problemWithAxis(catalog, methods, grid, index) ?? []);
  if (grid.length > mostAxes) {
    problems.push(`At most ${mostAxes} settings can be varied at once; here there are ${grid.length}.`);
  }
  const runCount = runCountOf(catalog, plan);
  if (runCount > mostRuns) {
    const days = Math.ceil(runCount / (24 * 60));
    problems.push(
      `The plan has ${runCount} runs; at most ${mostRuns} fit in one experiment. At a minute each they would take ` +
        `${days === 1 ? "a day" : `${days} days`}. Take values, methods or seeds away.`,
    );
  }
  return problems;
}

function problemWithAxis(
  catalog: Choices,
  methods: readonly string[],
  grid: ExperimentPlan["grid"],
  index: number,
): string | null {
  const { field: id = "", values = [] } = grid[index] ?? {};
  const fields = fieldsOfAxis(catalog, methods, id);
  const [field] = fields;
  if (field === undefined) {
    const known = axisChoices(catalog, methods).map((choice) => choice.id);
    return `"${id}" is a setting of none of the methods, so it cannot be varied; known are ${known.join(", ")}.`;
  }
  if (grid.findIndex((other) => other.field === id) !== index) return `${field.label} is varied twice; once is enough.`;
  if (values.length === 0) return `${field.label} is to be varied, but has no values yet.`;
  for (const one of fields) {
    const problem = values.map((value) => problemWith(one, value)).find((found) => found !== null);
    if (problem !== undefined) return problem;
  }
  const twice = values.find((value, at) => values.indexOf(value) !== at);
  return twice === undefined ? null : `${field.label} has the value ${valueWord(field, twice)} twice; once is enough.`;
}

/** A setting's value in a reader's words. */
export function valueWord(field: Field, value: FieldValue): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (value === null) return (field.kind === "number" ? field.empty : undefined) ?? "none";
  if (field.kind !== "choice") return String(asShown(field, value));
  return field.options.find((option) => option.value === value)?.label ?? String(value);
}
