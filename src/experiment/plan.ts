import { parseValues } from "../contract/fields.ts";
import type { ExperimentPlan } from "../contract/run.ts";
import { AppError } from "../core/errors.ts";
import { methods } from "../methods/index.ts";
import type { Method } from "../methods/method.ts";
import { trainingFields, trainingSettings } from "../train/settings.ts";
import type { TrainingSettings } from "../train/settings.ts";

/** A plan whose every word was checked. */
export interface CheckedPlan {
  /** With all defaults filled in: enough to run it again. */
  readonly plan: ExperimentPlan;
  readonly methods: readonly { readonly method: Method; readonly values: ExperimentPlan["training"] }[];
  readonly settings: TrainingSettings;
}

const mostRuns = 1000;

/** Errors: bad-settings, naming the setting. */
export function checkPlanSettings(plan: ExperimentPlan): CheckedPlan {
  checkSeeds(plan.seeds);
  if (plan.methods.length === 0) throw new AppError("bad-settings", "No method was chosen; choose at least one.");
  const runCount = plan.methods.length * plan.seeds.length;
  if (runCount > mostRuns) {
    throw new AppError("bad-settings", `The plan has ${runCount} runs; at most ${mostRuns} fit in one experiment.`);
  }
  const chosen = plan.methods.map(({ id, values }, index) => {
    const method = methods.find((candidate) => candidate.id === id);
    if (method === undefined) {
      const known = methods.map((candidate) => candidate.id).join(", ");
      throw new AppError("bad-settings", `There is no method "${id}"; known are ${known}.`);
    }
    if (plan.methods.findIndex((other) => other.id === id) !== index) {
      throw new AppError("bad-settings", `Method "${id}" was chosen twice; once is enough.`);
    }
    return { method, values: parseValues(method.fields, values) };
  });
  const training = parseValues(trainingFields, plan.training);
  return {
    plan: { ...plan, methods: chosen.map(({ method, values }) => ({ id: method.id, values })), training },
    methods: chosen,
    settings: trainingSettings(training),
  };
}

function checkSeeds(seeds: readonly number[]): void {
  if (seeds.length === 0) throw new AppError("bad-settings", "No seed was given; give at least one.");
  const wrong = seeds.find((seed) => !Number.isInteger(seed) || seed < 0 || seed > 0xffffffff);
  if (wrong !== undefined) {
    throw new AppError("bad-settings", `Seed ${wrong} is not a whole number from 0 to 4294967295.`);
  }
  const twice = seeds.find((seed, index) => seeds.indexOf(seed) !== index);
  if (twice !== undefined) throw new AppError("bad-settings", `Seed ${twice} was given twice; seeds must differ.`);
}
