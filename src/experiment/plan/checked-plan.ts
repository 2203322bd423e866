import { parseValues } from "../../contract/fields.ts";
import type { FieldValue, Values } from "../../contract/fields.ts";
import { problemsWithGrid } from "../../contract/grid.ts";
import type { ExperimentPlan } from "../../contract/run.ts";
import { problemWithSeeds } from "../../contract/seeds.ts";
import { AppError } from "../../core/errors.ts";
import { methods } from "../../methods/index.ts";
import type { Method } from "../../methods/method.ts";
import { trainingFields, trainingSettings } from "../../train/finetuning/settings.ts";
import type { TrainingSettings } from "../../train/finetuning/settings.ts";
import { ownPlaces, sharedAxes, sharedPlaces, trainSampleAxis } from "./grid.ts";

/** One run of a plan, every word of it checked. */
export interface RunChoice {
  /** RunRecord.id */
  readonly id: string;
  readonly method: Method;
  readonly values: Values;
  readonly seed: number;
  readonly settings: TrainingSettings;
  /** RunRecord.setting */
  readonly setting: Values;
  /** Rows to draw from train; null: all. */
  readonly trainSample: number | null;
}

/** A plan whose every word was checked. */
export interface CheckedPlan {
  /** With all defaults filled in, the learning rate among them where it is known: enough to run it again. */
  readonly plan: ExperimentPlan;
  readonly methods: readonly { readonly method: Method; readonly values: Values }[];
  /** Of a run without a grid. */
  readonly settings: TrainingSettings;
  /** Seeds outermost, then the settings that all methods share, so that methods can be compared early. */
  readonly runs: readonly RunChoice[];
}

/** `suitedRate`: the model's learning rate, where the plan gives none. Errors: bad-settings, naming the setting. */
export function checkPlanSettings(plan: ExperimentPlan, suitedRate?: number): CheckedPlan {
  const seedProblem = problemWithSeeds(plan.seeds);
  if (seedProblem !== null) throw new AppError("bad-settings", seedProblem);
  if (plan.methods.length === 0) throw new AppError("bad-settings", "No method was chosen; choose at least one.");
  const chosen = plan.methods.map(({ id, values }, index) => {
    const method = methodOf(id);
    if (plan.methods.findIndex((other) => other.id === id) !== index) {
      throw new AppError("bad-settings", `Method "${id}" was chosen twice; once is enough.`);
    }
    return { method, values: parseValues(method.fields, values) };
  });
  const read = parseValues(trainingFields, plan.training);
  const training = { ...read, learningRate: read["learningRate"] ?? suitedRate ?? null };
  const [problem] = problemsWithGrid({ methods, axes: sharedAxes }, plan);
  if (problem !== undefined) throw new AppError("bad-settings", problem);
  const full = { ...plan, methods: chosen.map(({ method, values }) => ({ id: method.id, values })), training };
  return { plan: full, methods: chosen, settings: trainingSettings(training), runs: runsOf(full, chosen, suitedRate) };
}

/**
 * A plan with further methods and seeds. Errors: bad-settings, where a method is there already with other settings, and
 * where nothing would be added.
 */
export function extendedPlan(plan: ExperimentPlan, more: Pick<ExperimentPlan, "methods" | "seeds">): ExperimentPlan {
  const added = more.methods.filter(({ id, values }) => {
    const method = methodOf(id);
    const known = plan.methods.find((choice) => choice.id === id);
    if (known === undefined) return true;
    if (JSON.stringify(known.values) === JSON.stringify(parseValues(method.fields, values))) return false;
    throw new AppError(
      "bad-settings",
      `${method.label} runs in this experiment with other settings. Give it those, or start a new experiment.`,
    );
  });
  const seeds = more.seeds.filter((seed) => !plan.seeds.includes(seed));
  if (added.length + seeds.length === 0) {
    throw new AppError("bad-settings", "These methods and seeds are in the experiment already; choose others.");
  }
  return { ...plan, methods: [...plan.methods, ...added], seeds: [...plan.seeds, ...seeds] };
}

/** A method by its id. Errors: bad-settings, listing the ids. */
function methodOf(id: string): Method {
  const method = methods.find((candidate) => candidate.id === id);
  if (method !== undefined) return method;
  const known = methods.map((candidate) => candidate.id).join(", ");
  throw new AppError("bad-settings", `There is no method "${id}"; known are ${known}.`);
}

function runsOf(
  { grid, seeds, training }: ExperimentPlan,
  chosen: CheckedPlan["methods"],
  suitedRate: number | undefined,
): readonly RunChoice[] {
  return seeds.flatMap((seed) =>
    sharedPlaces(grid).flatMap((shared) => {
      const { [trainSampleAxis.id]: sample = null, ...changes } = shared;
      const settings = trainingSettings({ ...training, ...changes }, suitedRate);
      const trainSample = typeof sample === "number" ? sample : null;
      return chosen.flatMap(({ method, values }) =>
        ownPlaces(grid, method).map((own): RunChoice => {
          const setting = inOrder(grid, { ...shared, ...own });
          const id = runId(method.id, setting, seed);
          return { id, method, values: { ...values, ...own }, seed, settings, setting, trainSample };
        }),
      );
    }),
  );
}

/** The values in the order in which the grid names its axes. */
function inOrder(grid: ExperimentPlan["grid"], values: Values): Values {
  const known = grid.flatMap(({ field }): (readonly [string, FieldValue])[] => {
    const value = values[field];
    return value === undefined ? [] : [[field, value]];
  });
  return Object.fromEntries(known);
}

/** "dps-dense-frozenShare=0.3-seed1" */
function runId(method: string, setting: Values, seed: number): string {
  const places = Object.entries(setting).map(([field, value]) => `${field}=${String(value)}`);
  return [method, ...places, `seed${seed}`].join("-");
}
