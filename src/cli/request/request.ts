import type { Catalog, Recipe } from "../../contract/catalog.ts";
import type { ExperimentPlan } from "../../contract/run.ts";
import { parseSeeds } from "../../contract/seeds.ts";
import { dataOptions, readDataRequest, type DataRequest } from "./data-request.ts";
import { kernelsOption, readKernelsRequest, type KernelsRequest } from "./kernels-option.ts";
import { knownEntry, optionsUnder, wrongUsage, type Given, type Option } from "../options.ts";
import { outputOptions, readOutputRequest, type OutputRequest } from "./output-request.ts";
import { checkMethodOptions, fieldOptions, methodOptions, readFields } from "./setting-options.ts";

/** A plan, what it works on, and what is to be written; nothing was opened yet. */
export interface PlanRequest extends DataRequest, OutputRequest, KernelsRequest {
  readonly plan: ExperimentPlan;
  /** How models of a family are trained in place of what the plan says; [] for none. */
  readonly recipes: readonly Recipe[];
}

/** Every option of `dps finetune`. */
export function finetuneOptions(catalog: Catalog): readonly Option[] {
  const { methods, training } = catalog;
  const option = optionsUnder("Experiment");
  return [
    ...dataOptions(catalog),
    methodsOption(catalog),
    option("seeds", "LIST", "Seeds as in 1,2,3 or 1-5; every method runs once a seed. Default: 1."),
    ...outputOptions,
    kernelsOption,
    ...fieldOptions(training, "Training"),
    ...methodOptions(methods),
  ];
}

/** The option --methods. */
export function methodsOption({ methods }: Catalog): Option {
  const ids = methods.map(({ id }) => id).join(", ");
  const help = `Methods to compare, of ${ids}. Default: ${methods[0]?.id ?? ""}.`;
  return { name: "methods", value: "A,B", help, group: "Experiment" };
}

/** Makes a request of what was typed. Errors: bad-settings, naming the option. */
export function readRequest(given: Given, catalog: Catalog): PlanRequest {
  return {
    ...readDataRequest(given, catalog, { model: null, sample: null }),
    plan: readPlan(given, catalog),
    recipes: [],
    ...readOutputRequest(given),
    ...readKernelsRequest(given),
  };
}

/** The plan of finetuneOptions. Errors: bad-settings, naming the option. */
export function readPlan(given: Given, { methods, training }: Catalog): ExperimentPlan {
  if (given.has("steps") && given.has("epochs")) {
    throw wrongUsage("--steps and --epochs both say how long a run is; give one of them.");
  }
  const ids = (given.get("methods") ?? methods[0]?.id ?? "").split(",").map((id) => id.trim());
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw wrongUsage(`--methods names ${twice} twice; once is enough.`);
  const chosen = ids.map((id) => knownEntry("method", id, methods));
  checkMethodOptions(given, chosen, methods);
  return {
    methods: chosen.map((method) => ({ id: method.id, values: readFields(method.fields, given) })),
    seeds: readSeeds(given.get("seeds") ?? "1"),
    training: readFields(training, given),
    grid: [],
    order: "sequential",
  };
}

/** Seeds, as in 1,2,3 or 1-5; `option` names it in errors. Errors: bad-settings. */
export function readSeeds(text: string, option = "seeds"): readonly number[] {
  const { seeds, problem } = parseSeeds(text);
  if (problem !== null) throw wrongUsage(`--${option} ${text}: ${problem}`);
  return seeds;
}
