import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fewSeedsWarning } from "../analysis/seeds.ts";
import type { ExperimentResult, RunRecord } from "../contract/run.ts";
import { AppError } from "../core/errors.ts";
import { catalog } from "../experiment/catalog.ts";
import { RunControl } from "../experiment/control.ts";
import { runExperiment } from "../experiment/runner.ts";
import type { Experiment } from "../experiment/runner.ts";
import { Workspace } from "../experiment/workspace.ts";
import type { PlannedRun } from "../experiment/workspace.ts";
import type { Session } from "../train/session.ts";
import { readTrainedModel } from "../train/trained-model.ts";
import { openGpu } from "./adapter.ts";
import { exitCodes } from "./command.ts";
import type { Command } from "./command.ts";
import { describeDevice, describeLimits, describeMemory, describePlan } from "./describe.ts";
import { checkOutputPath, makeFolder } from "./files.ts";
import { load } from "./load.ts";
import type { LoadedData } from "./load.ts";
import { writePredictions } from "./predictions.ts";
import { Progress } from "./progress.ts";
import { caseLines, comparisonLines, fewestCompleted, primaryFirst, resultTable, tableNote } from "./report.ts";
import { finetuneOptions, readRequest } from "./request.ts";
import type { FinetuneRequest } from "./request.ts";
import { saveModel } from "./saved-model.ts";
import type { Terminal } from "./terminal.ts";

/** `dps finetune`: methods x seeds over one model and one data set. */
export const finetune: Command = {
  name: "finetune",
  summary: "Fine-tune a model with one or more methods and seeds, and compare them.",
  usage: "dps finetune --model DIR|ID --train FILE [--dev FILE] [--methods A,B] [--seeds LIST] [options]",
  options: () => finetuneOptions(catalog()),
  async run(given, terminal) {
    const request = readRequest(given, catalog());
    if (request.output !== null) await checkOutputPath("output", request.output);
    if (request.predictions !== null) await makeFolder("predictions", request.predictions);
    if (request.save !== null) await makeFolder("save", request.save);
    const workspace = new Workspace(await openGpu());
    const data = await load(workspace, request, terminal);
    const experiment = await workspace.experiment(request.plan);
    try {
      return await train(workspace, experiment, request, data, terminal);
    } finally {
      experiment.engine.device.destroy();
    }
  },
};

/** Runs the plan, tells of it, writes what was asked for. Resolves with the exit code. */
async function train(
  workspace: Workspace,
  experiment: Experiment,
  request: FinetuneRequest,
  data: LoadedData,
  terminal: Terminal,
): Promise<number> {
  const { config, requests } = experiment;
  announce(experiment, await workspace.estimate(request.plan), data, terminal);
  const metrics = primaryFirst(data.task?.metrics ?? []);
  const progress = new Progress(terminal, requests.length, metrics);
  const control = new RunControl();
  const release = stopOnInterrupt(control, terminal);
  const result = await runExperiment(experiment, control, progress.emit, async (session, run) => {
    await writeRun(request, data, config.model.lowercase, session, run);
  }).finally(release);
  for (const line of ["", ...resultTable(result, metrics, progress.trainMs), tableNote]) terminal.line(line);
  for (const line of metrics.slice(0, 1).flatMap((metric) => comparisonLines(result, metric))) terminal.line(line);
  for (const line of caseLines(result)) terminal.line(line);
  const warning = fewSeedsWarning(fewestCompleted(result));
  if (warning !== null) terminal.line(warning);
  await writeResult(request, result, terminal);
  if (control.stopped) return exitCodes.interrupted;
  const { runs } = result;
  const allCompleted = runs.length === requests.length && runs.every(({ status }) => status === "completed");
  return allCompleted ? exitCodes.done : exitCodes.failed;
}

/** Tells of device, plan and memory. Errors: too-large, for a run that the device cannot hold. */
function announce(
  { engine, config }: Experiment,
  planned: readonly PlannedRun[],
  data: LoadedData,
  terminal: Terminal,
): void {
  terminal.status("");
  terminal.line(describeDevice(engine.device.record));
  for (const line of describeLimits(config, data.record)) terminal.line(line);
  terminal.line(describePlan(config.plan.methods, config.plan.seeds));
  for (const line of describeMemory(planned)) terminal.line(line);
  for (const { method, plan, problem } of planned) {
    if (plan === null) terminal.line(`Note    ${method} will fail: ${problem ?? ""}`);
  }
  const problem = planned.find((run) => run.plan !== null && run.problem !== null)?.problem;
  if (problem) throw new AppError("too-large", problem);
}

/** The first Ctrl+C stops after the step in flight, a second one at once. Returns what ends the watch. */
function stopOnInterrupt(control: RunControl, terminal: Terminal): () => void {
  const onInterrupt = (): void => {
    if (control.stopped) process.exit(exitCodes.interrupted);
    terminal.complain("Stopping after the step in flight; press Ctrl+C again to leave at once.");
    control.stop();
  };
  process.on("SIGINT", onInterrupt);
  return () => process.off("SIGINT", onInterrupt);
}

/** Called with a trained run before its memory is freed. `lowercase`: the tokenizer's. */
async function writeRun(
  request: FinetuneRequest,
  data: LoadedData,
  lowercase: boolean,
  session: Session,
  run: RunRecord,
): Promise<void> {
  if (request.predictions !== null && session.lastDev !== null) {
    const { logits } = session.lastDev;
    const targets = session.request.dev.labels;
    await writePredictions(request.predictions, run.id, { targets, logits, labels: data.labels });
  }
  if (request.save !== null) {
    const model = await readTrainedModel(session, lowercase);
    await saveModel(join(request.save, run.id), model, request.onnx);
  }
}

async function writeResult({ output }: FinetuneRequest, result: ExperimentResult, terminal: Terminal): Promise<void> {
  if (output === null) return;
  await writeFile(output, `${JSON.stringify(result, null, 2)}\n`);
  terminal.line(`Wrote ${output}`);
}
