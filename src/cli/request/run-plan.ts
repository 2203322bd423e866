import { join } from "node:path";
import { traceOf } from "../../analysis/time/trace.ts";
import { fieldWords, toldText } from "../../analysis/grids/setting-text.ts";
import type { MetricEntry, Recipe } from "../../contract/catalog.ts";
import type { ExperimentPlan, ExperimentResult, ModelRecord, RunEvent, RunRecord } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import { RunControl } from "../../experiment/running/control.ts";
import type { Experiment } from "../../experiment/experiment.ts";
import { withRecipe } from "../../contract/recipe.ts";
import { RunningExperiment } from "../../experiment/running/runner.ts";
import type { KernelsRecord } from "../../contract/engine/kernels.ts";
import type { MethodMemory } from "../../experiment/workspace.ts";
import { exportedFiles, onnxOf } from "../../models/export.ts";
import type { Session } from "../../train/finetuning/session.ts";
import { trainingSettings } from "../../train/finetuning/settings.ts";
import { readTrainedModel } from "../../train/finetuning/trained-model.ts";
import { exitCodes } from "../command.ts";
import {
  describeDevice,
  describeKernels,
  describeLearningRate,
  describeLimits,
  describeMemory,
  describePlan,
} from "../report/describe.ts";
import { makeFolder } from "../files.ts";
import { interruptible } from "../interrupt.ts";
import { checkOutputPath, holdingOutput, writeFiles, writeOutput } from "../output-file.ts";
import { openWorkspace } from "./kernels-option.ts";
import { load, type LoadedData } from "./load.ts";
import { predictionsTable } from "../report/predictions.ts";
import { Progress } from "../report/progress.ts";
import { profileLines } from "../report/profile-lines.ts";
import { primaryFirst, reportLines } from "../report/report.ts";
import type { PlanRequest } from "./request.ts";
import { openSaved, type SavedResult } from "./saved-result.ts";
import { SavedRuns } from "./saved-runs.ts";
import type { Terminal } from "../terminal.ts";

/** What came of a plan. */
export interface PlanOutcome {
  readonly exitCode: number;
  readonly result: ExperimentResult;
  /** The task's, the one that the paper reports first. */
  readonly metrics: readonly MetricEntry[];
}

/** Loads model and data, runs a plan on them, tells of it and writes what was asked for. */
export async function runPlan(request: PlanRequest, terminal: Terminal): Promise<PlanOutcome> {
  const { output } = request;
  if (output === null) return await runChecked(request, terminal);
  return await holdingOutput("output", output, async () => await runChecked(request, terminal));
}

async function runChecked(asked: PlanRequest, terminal: Terminal): Promise<PlanOutcome> {
  if (asked.predictions !== null) await makeFolder("predictions", asked.predictions);
  if (asked.save !== null) await makeFolder("save", asked.save);
  if (asked.trace !== null) await checkOutputPath("profile", asked.trace);
  const saved = await openSaved(asked, terminal);
  const workspace = await openWorkspace(asked, terminal);
  // Only with the same kernels, and looked at in the same way, do the missing runs end as they would have.
  if (saved?.before?.kernels) workspace.useKernels(saved.before.kernels);
  const watched = saved?.watched ?? asked.watched;
  const data = await load(workspace, asked, trainingSettings(asked.plan.training).maxLength, terminal);
  const request = { ...asked, plan: prescribed(asked, workspace.modelRecord, data, terminal) };
  const kernels = await workspace.tune(request.plan, (text, done, total) =>
    terminal.status(`Preparing the GPU ${done}/${total}: ${text}`),
  );
  const experiment = await workspace.experiment(request.plan, { profiled: request.profile, watched });
  try {
    await saved?.begin(experiment.config, experiment.runs);
    announce(experiment, kernels, await workspace.estimate(request.plan), request, data, terminal);
    return await train(experiment, request, data, saved, terminal);
  } finally {
    await workspace.engines.close();
  }
}

/** The plan with the recipe of the model's family, which is told; a sample task is none of those that recipes are for. */
function prescribed(
  { plan, recipes, sample }: PlanRequest,
  { family }: ModelRecord,
  data: LoadedData,
  terminal: Terminal,
): ExperimentPlan {
  if (recipes.length === 0) return plan;
  const task = sample === null ? data.record.task : null;
  const found = withRecipe(plan, recipes, family, task);
  const on = `${family} on ${sample === null ? data.record.task : `the sample task ${sample}`}`;
  terminal.line(
    found.recipe === null
      ? `Note    The paper has no recipe for ${on}: the plan's own training is used.`
      : `Recipe  of the paper for ${on}: ${recipeText(found.recipe)}`,
  );
  return found.plan;
}

function recipeText({ training }: Recipe): string {
  return Object.entries(training)
    .map(([field, value]) => `${fieldWords(field)} ${toldText(field, value)}`)
    .join(", ");
}

/** Runs the plan, tells of it, writes what was asked for. */
async function train(
  experiment: Experiment,
  request: PlanRequest,
  data: LoadedData,
  saved: SavedResult | null,
  terminal: Terminal,
): Promise<PlanOutcome> {
  const { config, runs: planned } = experiment;
  const metrics = primaryFirst(data.task?.metrics ?? []);
  const progress = new Progress(terminal, metrics);
  const control = new RunControl();
  const writeResult = (): void => saved?.later(() => running.result());
  const under = saved && new SavedRuns(saved, request.checkpointEveryMs, writeResult);
  for (const line of (await under?.begin(planned)) ?? []) terminal.line(line);
  const emit = (event: RunEvent): void => {
    progress.emit(event);
    if (event.kind === "summary") writeResult();
    under?.see(event);
  };
  const onTrained = async (session: Session, run: RunRecord): Promise<void> => {
    await writeRun(request, data, config.model.lowercase, session, run);
    await saved?.keepMasks(run);
  };
  const running = new RunningExperiment(
    experiment,
    control,
    emit,
    onTrained,
    saved?.before,
    saved?.kept,
    under?.checkpoints,
  );
  const stop = (): void => {
    const saving = saved === null ? "" : " and saving";
    terminal.complain(`Stopping after the step in flight${saving}; press Ctrl+C again to leave at once.`);
    control.stop({ saving: saved !== null });
  };
  const result = await interruptible(stop, async () => await running.run());
  for (const line of reportLines(result, metrics)) terminal.line(line);
  await writeProfile(request, experiment, terminal);
  await saved?.finish(result);
  await under?.finish(result.runs);
  const missing = result.runs.filter(({ status }) => status !== "completed").length;
  if (saved !== null && missing > 0) {
    terminal.line(`${missing} of ${result.runs.length} runs are missing; the same command with --resume runs them.`);
  }
  const exitCode = control.stopped ? exitCodes.interrupted : missing === 0 ? exitCodes.done : exitCodes.failed;
  return { exitCode, result, metrics };
}

/** Tells of device, kernels, plan and memory. Errors: too-large, for a run that the device cannot hold. */
function announce(
  { engine, config, runs }: Experiment,
  kernels: KernelsRecord,
  planned: readonly MethodMemory[],
  request: PlanRequest,
  data: LoadedData,
  terminal: Terminal,
): void {
  terminal.status("");
  terminal.line(describeDevice(engine.device.record));
  for (const line of describeKernels(kernels)) terminal.line(line);
  for (const line of describeLimits(config, data.record)) terminal.line(line);
  for (const line of describePlan(config.plan, runs.length)) terminal.line(line);
  for (const line of describeLearningRate(config, request.plan.training)) terminal.line(line);
  for (const line of describeMemory(planned)) terminal.line(line);
  for (const { method, plan, problem } of planned) {
    if (plan === null) terminal.line(`Note    ${method} will fail: ${problem ?? ""}`);
  }
  const problem = planned.find((run) => run.plan !== null && run.problem !== null)?.problem;
  if (problem) throw new AppError("too-large", problem);
}

/** Called with a trained run before its memory is freed. `lowercase`: the tokenizer's. */
async function writeRun(
  request: PlanRequest,
  data: LoadedData,
  lowercase: boolean,
  session: Session,
  run: RunRecord,
): Promise<void> {
  if (request.predictions !== null && session.lastDev !== null) {
    const { logits } = session.lastDev;
    const { dev, task } = session.request;
    const table = predictionsTable({ targets: dev.labels, logits, kind: task.kind, labels: data.labels });
    await writeOutput(join(request.predictions, `${run.id}.tsv`), table);
  }
  if (request.save !== null) {
    const model = await readTrainedModel(session, lowercase);
    await writeFiles(join(request.save, run.id), exportedFiles(model, request.onnx ? onnxOf(model) : null));
  }
}

async function writeProfile({ trace }: PlanRequest, { engine }: Experiment, terminal: Terminal): Promise<void> {
  const profile = engine.profiler?.profile;
  if (profile === undefined) return;
  for (const line of profileLines(profile)) terminal.line(line);
  if (trace === null) return;
  await writeOutput(trace, JSON.stringify(traceOf(profile)));
  terminal.line(`Wrote ${trace}; open it at ui.perfetto.dev`);
}
