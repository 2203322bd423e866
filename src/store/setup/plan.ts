import type { Catalog } from "../../contract/catalog.ts";
import { problemWith, type Field, type Values } from "../../contract/fields.ts";
import { fieldsOfAxis, problemsWithGrid } from "../../contract/grid.ts";
import type { ExperimentPlan, GridAxis } from "../../contract/run.ts";
import { parseSeeds, writeSeeds } from "../../contract/seeds.ts";
import { readAxisText, writeAxisText, type AxisText } from "./axis-text.ts";
import { fittingValues, type MethodSetting, type SettingsSlice } from "./settings.ts";

/** A plan ready to run, or the sentences that say why there is none. */
interface PlanReading {
  readonly plan: ExperimentPlan | null;
  readonly problems: readonly string[];
}

/** Turns settings into a plan, checking every field. */
export function planOf(settings: SettingsSlice, catalog: Catalog): PlanReading {
  const problems: string[] = [];
  const chosen = catalog.methods.filter((entry) => settings.methods[entry.id]?.included === true);
  if (chosen.length === 0) problems.push("Tick at least one method.");
  for (const entry of chosen) {
    const values = settings.methods[entry.id]?.values ?? {};
    for (const problem of problemsOf(entry.fields, values)) problems.push(`${entry.label}: ${problem}`);
  }
  problems.push(...problemsOf(catalog.training, settings.training));
  const { seeds, problem } = parseSeeds(settings.seedsText);
  if (problem !== null) problems.push(problem);
  const methods = chosen.map((entry) => ({ id: entry.id, values: settings.methods[entry.id]?.values ?? {} }));
  const grid = gridOf(settings, catalog);
  if (methods.length > 0) problems.push(...gridProblemsOf(catalog, { methods, seeds, grid }));
  if (problems.length > 0) return { plan: null, problems };
  return { plan: { methods, seeds, training: settings.training, grid, order: settings.order }, problems };
}

function problemsOf(fields: readonly Field[], values: Values): string[] {
  return fields.flatMap((field) => problemWith(field, values[field.id]) ?? []);
}

/** A page's person ticks methods: what to do about an axis of none of them is another than for a file. */
function gridProblemsOf(catalog: Catalog, plan: Pick<ExperimentPlan, "methods" | "seeds" | "grid">): readonly string[] {
  const methods = plan.methods.map(({ id }) => id);
  const all = catalog.methods.map(({ id }) => id);
  const homeless = plan.grid.filter(({ field }) => fieldsOfAxis(catalog, methods, field).length === 0);
  const grid = plan.grid.filter((axis) => !homeless.includes(axis));
  const sentences = homeless.map(({ field }) => {
    const label = fieldsOfAxis(catalog, all, field)[0]?.label ?? field;
    return `${label} is to be varied, but no ticked method has it: tick one that does, or take it out of the plan.`;
  });
  return [...sentences, ...problemsWithGrid(catalog, { ...plan, grid })];
}

/** The axes of the settings with their values; one of a setting that no ticked method has is left without. */
function gridOf({ methods, grid }: SettingsSlice, catalog: Catalog): readonly GridAxis[] {
  const ids = catalog.methods.map(({ id }) => id).filter((id) => methods[id]?.included === true);
  return grid.map(({ field: id, text }) => {
    const [field] = fieldsOfAxis(catalog, ids, id);
    return { field: id, values: field === undefined ? [] : readAxisText(field, text) };
  });
}

/** Settings that amount to a plan: everything that it does not name is at its default. */
export function settingsOfPlan(catalog: Catalog, plan: ExperimentPlan, before: SettingsSlice): SettingsSlice {
  const methods = catalog.methods.map((entry): [string, MethodSetting] => {
    const chosen = plan.methods.find(({ id }) => id === entry.id);
    return [entry.id, { included: chosen !== undefined, values: fittingValues(entry.fields, chosen?.values) }];
  });
  return {
    ...before,
    methods: Object.fromEntries(methods),
    seedsText: writeSeeds(plan.seeds),
    training: fittingValues(catalog.training, plan.training),
    grid: plan.grid.map((axis) => axisTextOf(catalog, plan, axis)),
    order: plan.order,
  };
}

function axisTextOf(catalog: Catalog, plan: ExperimentPlan, { field: id, values }: GridAxis): AxisText {
  const methods = plan.methods.map((choice) => choice.id);
  const [field] = fieldsOfAxis(catalog, methods, id);
  return { field: id, text: field === undefined ? values.join(", ") : writeAxisText(field, values) };
}
