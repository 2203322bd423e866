import type { FileHandle } from "node:fs/promises";
import type { PredictionSummary } from "../../contract/prediction.ts";
import { formatWhole } from "../../core/format.ts";
import { readTable } from "../../data/tables/read-table.ts";
import { checkedLength } from "../../experiment/encoding.ts";
import { openFineTuned, tasksOf, type FineTuned } from "../../experiment/prediction/fine-tuned.ts";
import { predictTable, readAs, type ReadTable } from "../../experiment/prediction/predict-table.ts";
import { predictionHeader, predictionLine } from "../../experiment/prediction/prediction-lines.ts";
import { limitsOnGpu, type Answering } from "../../experiment/trained/asked-model.ts";
import { RunControl } from "../../experiment/running/control.ts";
import {
  askedByPrediction,
  openPrediction,
  type PredictionSession,
} from "../../train/prediction/prediction-session.ts";
import { exitCodes, type Command } from "../command.ts";
import { openTablePath } from "../files.ts";
import { holdingOutput, writeOutputBy } from "../output-file.ts";
import { interruptible } from "../interrupt.ts";
import { openWorkspace } from "../request/kernels-option.ts";
import { openModel } from "../request/model-source.ts";
import { predictOptions, readPredictRequest, textColumnsOf, type PredictRequest } from "../request/predict-request.ts";
import { describeReading } from "../request/reading-options.ts";
import { describeDevice, describeKernels } from "../report/describe.ts";
import { predictionLines } from "../report/prediction-report.ts";
import { progressBar, type Terminal } from "../terminal.ts";

/** `dps predict`: what a fine-tuned model says of the rows of a file, with or without labels. */
export const predict: Command = {
  name: "predict",
  summary:
    "Predict the rows of a file with a fine-tuned model: class and probabilities, or score. The file needs no labels; " +
    "where it has some, the predictions are scored.",
  usage: "dps predict --model DIR --input FILE --output FILE [options]",
  options: () => predictOptions(),
  async run(given, terminal) {
    const request = readPredictRequest(given);
    return await holdingOutput("output", request.output, async () => await predictInput(request, terminal));
  },
};

async function predictInput(request: PredictRequest, terminal: Terminal): Promise<number> {
  const input = await openTablePath("input", request.input);
  const { files } = await openModel(request.model, request.revision, terminal);
  terminal.status("Reading the model");
  const model = await openFineTuned(files, request.labels);
  terminal.status("Reading the file");
  const table = await readTable(input.file, input.path, request.reading);
  terminal.status("");
  for (const line of describeReading(table.name, table.reading, request.explained)) terminal.line(line);
  const read = readAs(table, tasksOf(model), textColumnsOf(request, table));
  return await predictFile(request, model, read, terminal);
}

async function predictFile(
  request: PredictRequest,
  model: FineTuned,
  read: ReadTable,
  terminal: Terminal,
): Promise<number> {
  const maxLength = checkedLength(request.maxLength, model.model.sizes.maxPositions);
  const limits = limitsOnGpu(maxLength);
  const prediction = { ...model, outputCount: Math.max(1, model.labels.length), limits };
  const workspace = await openWorkspace(request, terminal);
  const steps = Math.ceil(read.table.rows.length / limits.sequenceCount);
  const kernels = await workspace.tuneFor({ asked: askedByPrediction(prediction), steps }, (text, done, total) =>
    terminal.status(`Preparing the GPU ${done}/${total}: ${text}`),
  );
  const engine = await workspace.engine();
  try {
    terminal.status("");
    terminal.line(describeDevice(engine.device.record));
    for (const line of describeKernels(kernels)) terminal.line(line);
    for (const line of describeInput(model, read)) terminal.line(line);
    const session = await openPrediction(engine, prediction, (text, done, total) =>
      terminal.status(`${text} ${done}/${total}`),
    );
    const answering = { ...prediction, run: (batch: Parameters<PredictionSession["run"]>[0]) => session.run(batch) };
    const summary = await written(request, answering, read, terminal);
    session.dispose();
    if (summary === null) return exitCodes.interrupted;
    for (const line of predictionLines(summary, model.labels)) terminal.line(line);
    terminal.line(`Wrote   ${request.output}`);
    return exitCodes.done;
  } finally {
    engine.device.destroy();
  }
}

/** null after Ctrl+C. */
async function written(
  { output }: PredictRequest,
  model: Answering,
  read: ReadTable,
  terminal: Terminal,
): Promise<PredictionSummary | null> {
  const control = new RunControl();
  const stop = (): void => control.stop();
  try {
    return await interruptible(stop, () =>
      writeOutputBy(output, (file) => writeRows(file, model, read, control, terminal)),
    );
  } catch (error) {
    if (!control.stopped) throw error;
    terminal.status("");
    terminal.complain(`Stopped; ${output} was not written.`);
    return null;
  }
}

async function writeRows(
  file: FileHandle,
  model: Answering,
  read: ReadTable,
  control: RunControl,
  terminal: Terminal,
): Promise<PredictionSummary> {
  const layout = { labels: model.labels, labelled: read.mapping.label !== null };
  await file.write(predictionHeader(layout));
  const summary = await predictTable(
    read,
    model,
    async (rows) => void (await file.write(rows.map((row) => predictionLine(row, layout)).join(""))),
    async (done, total) => {
      await control.gate();
      terminal.status(`Predicting ${progressBar(done / total)} ${formatWhole(done)} of ${formatWhole(total)} rows`);
    },
  );
  terminal.status("");
  return summary;
}

/** What is read, as what. */
function describeInput(model: FineTuned, { table, mapping, task }: ReadTable): readonly string[] {
  const name = (column: number): string => {
    const own = table.header?.[column]?.trim() ?? "";
    return own === "" ? `column ${column + 1}` : own;
  };
  const { first, second, label } = mapping;
  const texts = second === null ? name(first) : `${name(first)} and ${name(second)}`;
  const classes = model.labels.length === 0 ? "a score" : model.labels.join(", ");
  const known = model.task === null ? "" : `, trained for ${task.id}`;
  const labels = label === null ? ", without labels" : `; labels in ${name(label)}`;
  return [
    `Model   ${model.name}: ${classes}${known}`,
    `Reading ${texts} of ${table.name}, ${formatWhole(table.rows.length)} rows${labels}`,
  ];
}
