import { rateCurve, suggestedRate } from "../../analysis/rates/rate-finder.ts";
import { suitedLearningRate } from "../../analysis/rates/learning-rate.ts";
import type { Catalog } from "../../contract/catalog.ts";
import { rateSteps, type RateTrial } from "../../contract/engine/rates.ts";
import { formatNumber } from "../../core/format.ts";
import { catalog } from "../../experiment/catalog.ts";
import { findRate } from "../../experiment/rates/rate-finding.ts";
import { RunControl } from "../../experiment/running/control.ts";
import { trainingSettings } from "../../train/finetuning/settings.ts";
import { exitCodes, type Command } from "../command.ts";
import { interruptible } from "../interrupt.ts";
import { optionsUnder, wrongUsage, type Given, type Option } from "../options.ts";
import { dataOptions, readDataRequest } from "../request/data-request.ts";
import { kernelsOption, openWorkspace, readKernelsRequest } from "../request/kernels-option.ts";
import { load } from "../request/load.ts";
import { readSeeds } from "../request/request.ts";
import { fieldOptions, readFields } from "../request/setting-options.ts";
import { describeDevice } from "../report/describe.ts";
import { formatTable } from "../report/text-table.ts";
import type { Terminal } from "../terminal.ts";

/** Settings that a search has none of: it has its own length and rates. */
const notOfASearch = ["epochs", "steps", "learningRate", "warmupRatio", "warmupSteps", "evaluateEvery", "patience"];

/** `dps find-rate`: which learning rate a model wants on a task, in some dozens of steps. */
export const findRateCommand: Command = {
  name: "find-rate",
  summary: "Find a learning rate: a few dozen steps with a growing rate, and where the loss falls fastest.",
  usage: "dps find-rate --model DIR|ID --train FILE [--dev FILE] [options]",
  options: () => findRateOptions(catalog()),
  async run(given, terminal) {
    return await search(given, catalog(), terminal);
  },
};

function findRateOptions(all: Catalog): readonly Option[] {
  const option = optionsUnder("Search");
  return [
    ...dataOptions(all),
    option("seed", "N", "Seed of the head and of the batches. Default: 1."),
    kernelsOption,
    ...fieldOptions(fieldsOf(all), "Training"),
  ];
}

function fieldsOf({ training }: Catalog): Catalog["training"] {
  return training.filter(({ id }) => !notOfASearch.includes(id));
}

async function search(given: Given, all: Catalog, terminal: Terminal): Promise<number> {
  const data = readDataRequest(given, all, { model: null, sample: null });
  const training = readFields(fieldsOf(all), given);
  const seeds = readSeeds(given.get("seed") ?? "1", "seed");
  if (seeds.length > 1) throw wrongUsage(`--seed names ${seeds.length} seeds; a search has one.`);
  const workspace = await openWorkspace(readKernelsRequest(given), terminal);
  await load(workspace, data, trainingSettings(training).maxLength, terminal);
  const { device } = await workspace.engine();
  terminal.line(describeDevice(device.record));
  try {
    terminal.line("Search  Plain fine-tuning, the rate growing from step to step; every third step is shown");
    terminal.status("Preparing the GPU");
    const control = new RunControl();
    const plan = { methods: [], seeds, training, grid: [], order: "sequential" as const };
    const { trials, planned } = await interruptible(
      () => control.stop(),
      () => findRate(workspace, plan, control, (done) => terminal.status(`Step ${done.length} of ${rateSteps}`)),
    );
    terminal.status("");
    for (const line of searchLines(trials, planned, workspace.modelRecord.hiddenSize)) terminal.line(line);
    return exitCodes.done;
  } finally {
    await workspace.engines.close();
  }
}

/** Every third step, and what follows of all of them. */
function searchLines(trials: readonly RateTrial[], planned: number, hiddenSize: number): readonly string[] {
  const rows = rateCurve(trials).filter((_, index) => index % 3 === 0 || index === trials.length - 1);
  const cells = rows.map(({ rate, loss, smoothed }) => [rate.toExponential(1), loss.toFixed(4), smoothed.toFixed(4)]);
  const ended = trials.length < planned ? [`The loss blew up after ${trials.length} of ${planned} steps.`] : [];
  const rate = suggestedRate(trials);
  const found =
    rate === null
      ? "The loss fell at no rate; try larger batches."
      : `Suggested: --learning-rate ${formatNumber(rate)}, where the loss falls most steeply or, if that is lower, a tenth ` +
        "of the rate at which it is lowest (Smith 2017).";
  const advice = `By its size alone this model wants about ${formatNumber(suitedLearningRate(hiddenSize))}.`;
  return [...formatTable(["rate", "loss", "smoothed"], cells), ...ended, found, advice];
}
