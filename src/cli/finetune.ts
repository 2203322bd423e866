import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TaskEntry } from "../contract/catalog.ts";
import type { ColumnMapping, DataRecord, ExperimentResult, RunRecord, TableRecord } from "../contract/run.ts";
import { AppError } from "../core/errors.ts";
import { catalog } from "../experiment/catalog.ts";
import { RunControl } from "../experiment/control.ts";
import { runExperiment } from "../experiment/runner.ts";
import { Workspace } from "../experiment/workspace.ts";
import type { Session } from "../train/session.ts";
import { trainingSettings } from "../train/settings.ts";
import { openGpu } from "./adapter.ts";
import type { Command } from "./command.ts";
import {
  describeData,
  describeDevice,
  describeLimits,
  describeMemory,
  describeModel,
  describePlan,
  labelsAsInData,
} from "./describe.ts";
import { readColumns } from "./columns-option.ts";
import { checkOutputPath, makeFolder, openModelPath, openTablePath } from "./files.ts";
import { writePredictions } from "./predictions.ts";
import { Progress } from "./progress.ts";
import { primaryFirst, resultTable, seedWarning } from "./report.ts";
import { finetuneOptions, readRequest } from "./request.ts";
import type { FinetuneRequest } from "./request.ts";
import { saveModel } from "./saved-model.ts";
import type { Terminal } from "./terminal.ts";

/** Exit code of a program that Ctrl+C has ended, as shells have it. */
const interrupted = 130;

/** `dps finetune`: methods x seeds over one model and one data set. */
export const finetune: Command = {
  name: "finetune",
  summary: "Fine-tune a model with one or more methods and seeds, and compare them.",
  usage: "dps finetune --model DIR --train FILE [--dev FILE] [--methods A,B] [--seeds LIST] [options]",
  options: () => finetuneOptions(catalog()),
  async run(given, terminal) {
    const request = readRequest(given, catalog());
    if (request.output !== null) await checkOutputPath("output", request.output);
    if (request.predictions !== null) await makeFolder("predictions", request.predictions);
    if (request.save !== null) await makeFolder("save", request.save);
    const workspace = new Workspace(await openGpu());
    const data = await load(workspace, request, terminal);
    try {
      return await train(workspace, request, data, terminal);
    } finally {
      (await workspace.engine()).device.destroy();
    }
  },
};

/** Train and dev, ready, with what the terminal says of them. */
interface LoadedData {
  readonly record: DataRecord;
  readonly task: TaskEntry | undefined;
  /** Class names as the file spells them. */
  readonly labels: readonly string[];
}

/** Reads model and tables and tells of them. Errors: those of Workspace. */
async function load(workspace: Workspace, request: FinetuneRequest, terminal: Terminal): Promise<LoadedData> {
  const modelFiles = await openModelPath(request.model);
  const trainFile = await openTablePath("train", request.train);
  const devFile = request.dev === null ? null : await openTablePath("dev", request.dev);
  terminal.status("Reading the model");
  terminal.line(describeModel(await workspace.loadModel(modelFiles)));
  terminal.status("Reading the data");
  const train = await workspace.loadTable("train", trainFile);
  const dev = await workspace.loadTable("dev", devFile);
  const trainMapping = mappingOf(request, train);
  const { task, devShare, splitSeed, plan } = request;
  const settings = { task, trainMapping, devMapping: mappingOf(request, dev), devShare, splitSeed };
  const record = await workspace
    .prepareData(settings, trainingSettings(plan.training).maxLength, (done, total) =>
      terminal.status(`Tokenizing ${done}/${total}`),
    )
    .catch((error: unknown) => Promise.reject(withColumnsAdvice(error)));
  const mapping = trainMapping ?? train?.mapping;
  const cells = mapping ? (train?.preview ?? []).map((row) => row[mapping.label] ?? "") : [];
  const entry = catalog().tasks.find(({ id }) => id === record.task);
  const labels = labelsAsInData(record.labels, cells);
  terminal.status("");
  for (const line of describeData(record, entry, labels)) terminal.line(line);
  return { record, task: entry, labels };
}

function withColumnsAdvice(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== "bad-columns") return error;
  const advice =
    "In the terminal: --task pair or --task single, and --columns first,second,label or --columns text,label.";
  return new AppError(error.code, `${error.message} ${advice}`, { cause: error });
}

function mappingOf({ columns }: FinetuneRequest, table: TableRecord | null): ColumnMapping | null {
  return columns === null || table === null ? null : readColumns(columns, table);
}

/** Runs the plan, tells of it, writes what was asked for. Resolves with the exit code. */
async function train(
  workspace: Workspace,
  request: FinetuneRequest,
  data: LoadedData,
  terminal: Terminal,
): Promise<number> {
  terminal.status("Opening the device");
  const planned = await workspace.estimate(request.plan);
  const experiment = await workspace.experiment(request.plan);
  const { engine, config, requests } = experiment;
  terminal.status("");
  terminal.line(describeDevice(engine.device.record));
  for (const line of describeLimits(config, data.record)) terminal.line(line);
  terminal.line(describePlan(config.plan.methods, config.plan.seeds));
  for (const line of describeMemory(planned)) terminal.line(line);
  const problem = planned.find((run) => run.problem !== null)?.problem;
  if (problem) throw new AppError("too-large", problem);
  const metrics = primaryFirst(data.task?.metrics ?? []);
  const progress = new Progress(terminal, requests.length, metrics);
  const control = new RunControl();
  const release = stopOnInterrupt(control, terminal);
  const result = await runExperiment(experiment, control, progress.emit, async (session, run) => {
    await writeRun(request, data, config.model.lowercase, session, run);
  }).finally(release);
  terminal.line("");
  for (const line of resultTable(result, metrics, progress.trainMs)) terminal.line(line);
  terminal.line(
    "Scores × 100 on dev after the last epoch, mean ± standard deviation over seeds; time and memory against the first method.",
  );
  const warning = seedWarning(config.plan.seeds.length);
  if (warning !== null) terminal.line(warning);
  await writeResult(request, result, terminal);
  if (control.stopped) return interrupted;
  return result.runs.length === requests.length && result.runs.every(({ status }) => status === "completed") ? 0 : 1;
}

/** The first Ctrl+C stops after the step in flight, a second one at once. Returns what ends the watch. */
function stopOnInterrupt(control: RunControl, terminal: Terminal): () => void {
  const onInterrupt = (): void => {
    if (control.stopped) process.exit(interrupted);
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
  const { dev, labels } = session.request;
  if (request.predictions !== null && session.lastDev !== null) {
    const { logits } = session.lastDev;
    await writePredictions(request.predictions, run.id, { targets: dev.labels, logits, labels: data.labels });
  }
  if (request.save !== null) {
    const { folder, configJson } = session.request.checkpoint;
    const values = await session.weights();
    const tensors = session.sizes.specs.map(({ name, shape }) => ({
      name,
      shape,
      data: values.get(name) ?? new Float32Array(),
    }));
    await saveModel(join(request.save, run.id), { folder, configJson, lowercase, labels, tensors });
  }
}

async function writeResult({ output }: FinetuneRequest, result: ExperimentResult, terminal: Terminal): Promise<void> {
  if (output === null) return;
  await writeFile(output, `${JSON.stringify(result, null, 2)}\n`);
  terminal.line(`Wrote ${output}`);
}
