import { hasBlownUp, ratesAround } from "../../analysis/rates/rate-finder.ts";
import { suitedLearningRate } from "../../analysis/rates/learning-rate.ts";
import { referenceOf } from "../../analysis/comparison/reference.ts";
import { rateSteps, type RateSearch, type RateTrial } from "../../contract/engine/rates.ts";
import type { ExperimentPlan } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import { methods } from "../../methods/index.ts";
import type { Control, Engine } from "../../train/engine.ts";
import type { RunRequest } from "../../train/finetuning/assembly.ts";
import { openSession } from "../../train/finetuning/session.ts";
import type { Workspace } from "../workspace.ts";

/** Steps between two looks at the loss. */
const stepsAtOnce = 4;

/**
 * Looks for a learning rate: plain fine-tuning from the model's own weights, with the settings of a plan and its first
 * seed, the rate growing from step to step until the loss blows up. Nothing is kept of it.
 *
 * `onTrials`: told of all so far. Errors: as workspace.experiment(); too-large; device-lost; stopped.
 */
export async function findRate(
  workspace: Workspace,
  plan: ExperimentPlan,
  control: Control,
  onTrials: (trials: readonly RateTrial[]) => void,
): Promise<RateSearch> {
  const plain = plainPlan(plan);
  await workspace.tune(plain);
  const { engine, runs } = await workspace.experiment(plain);
  const [run] = runs;
  if (run === undefined) throw new AppError("bug", "A plan of one run has none.");
  const rates = ratesAround(suitedLearningRate(workspace.modelRecord.hiddenSize), rateSteps);
  return { trials: await tryRates(engine, run.request, rates, control, onTrials), planned: rates.length };
}

/** One run of the yardstick, or of the first method there is, at the settings that it has in the plan. */
function plainPlan({ methods: chosen, seeds, training }: ExperimentPlan): ExperimentPlan {
  const yardstick = referenceOf(methods.map(({ id }) => ({ method: id })))?.method ?? "";
  const values = chosen.find(({ id }) => id === yardstick)?.values ?? {};
  const settings = { ...training, steps: rateSteps, evaluateEvery: null, patience: null, learningRate: null };
  return {
    methods: [{ id: yardstick, values }],
    seeds: seeds.slice(0, 1),
    training: settings,
    grid: [],
    order: "sequential",
  };
}

/**
 * A step of a run at each of the rates, in place of its schedule; ends where the loss blows up. Errors: too-large,
 * device-lost; stopped, from `control`.
 */
export async function tryRates(
  engine: Engine,
  request: RunRequest,
  rates: readonly number[],
  control: Control,
  onTrials: (trials: readonly RateTrial[]) => void,
): Promise<readonly RateTrial[]> {
  const trials: RateTrial[] = [];
  const nothing = (): void => undefined;
  const listener = {
    phase: nothing,
    evaluation: nothing,
    selection: nothing,
    steps: (steps: readonly { readonly learningRate: number; readonly loss: number }[]) => {
      trials.push(...steps.map(({ learningRate: rate, loss }) => ({ rate, loss })));
    },
  };
  const rateOf = (step: number): number => rates[step - 1] ?? 0;
  const session = await openSession(engine, { ...request, rateOf }, listener);
  try {
    for (let step = 1; step <= rates.length && !hasBlownUp(trials); step++) {
      await control.gate((step - 1) / rates.length);
      await session.submitStep(step);
      if (step % stepsAtOnce !== 0 && step !== rates.length) continue;
      await session.settle(step);
      onTrials([...trials]);
    }
  } catch (error) {
    // That is how a loss blows up: the steps before it were told.
    if (!(error instanceof AppError && error.code === "not-finite")) throw error;
    onTrials([...trials]);
  } finally {
    session.dispose();
  }
  return trials;
}
