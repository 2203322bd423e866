import type { TaskEntry } from "../../contract/catalog.ts";
import type { Values } from "../../contract/fields.ts";
import { fieldWords, toldText } from "../../analysis/grids/setting-text.ts";
import { imbalanceText } from "../../analysis/imbalance.ts";
import { suitedLearningRate } from "../../analysis/rates/learning-rate.ts";
import type {
  ConfigRecord,
  DataRecord,
  DeviceRecord,
  ExperimentPlan,
  ModelRecord,
  SplitRecord,
} from "../../contract/run.ts";
import { formatMebibytes, formatWhole } from "../../core/format.ts";
import { isWrong, type KernelsRecord } from "../../contract/engine/kernels.ts";
import type { MethodMemory } from "../../experiment/workspace.ts";
import { formatTable } from "./text-table.ts";

const mostLabels = 20;
const mostLines = 5;

/** A line on the model, with `explained` one on how it was read, and one for whatever was assumed. */
export function describeModel(model: ModelRecord, explained: boolean): readonly string[] {
  const { name, family, parameterCount, layerCount, hiddenSize, headCount, lowercase } = model;
  const size = `layers ${layerCount}, hidden ${hiddenSize}, heads ${headCount}, ${formatWhole(parameterCount)} parameters`;
  const line = `Model   ${name}: ${family}, ${size}, ${lowercase ? "uncased" : "cased"}`;
  const chain = explained ? [`Read    ${name}: ${model.reading.join(" · ")}`] : [];
  return [line, ...chain, ...model.notes.map((note) => `Note    ${note}`)];
}

/** One line on the device. */
export function describeDevice(device: DeviceRecord): string {
  const { description, vendor, architecture, software } = device;
  const name = description === "" ? `${vendor} ${architecture}` : description;
  return `Device  ${name}${software ? " (software: the CPU plays the GPU)" : ""}`;
}

const origins = { kept: "kept from an earlier run", given: "as given", portable: "portable" } as const;

/** Where the kernels come from, and those that are left out because they compute wrongly here. */
export function describeKernels({ from, tried, elapsedMs }: KernelsRecord): readonly string[] {
  const wrong = tried.filter(isWrong);
  const lines = wrong.map(({ variant, op, reason }) => {
    return `Note    The kernel ${variant} computes ${op} wrongly here and is left out: ${reason?.slice(5) ?? ""}`;
  });
  const origin = from === "timed" ? `chosen in ${(elapsedMs / 1000).toFixed(1)} s` : origins[from];
  return [`Kernels ${origin}`, ...new Set(lines)];
}

/** Task, rows, labels with their counts, and every line that was left out. `labels`: as the file spells them. */
export function describeData(
  data: DataRecord,
  task: TaskEntry | undefined,
  labels: readonly string[],
): readonly string[] {
  const { train, dev } = data;
  const origin = data.devFromTrain ? " (split off train)" : "";
  const sample = data.sample === null ? "" : ` of ${formatWhole(data.sample.of)} (drawn by seed ${data.sample.seed})`;
  return [
    `Task    ${data.task}${task === undefined ? "" : ` (${task.label})`}`,
    `Data    train ${formatWhole(train.count)} rows${sample}, dev ${formatWhole(dev.count)} rows${origin}`,
    ...(train.range === null ? labelTable(data, labels) : rangeLines(train, dev)),
    ...imbalanceLine(data),
    ...cutLine("train", train),
    ...cutLine("dev", dev),
    ...skippedLines("train", train),
    ...skippedLines("dev", dev),
    ...data.transfers.map(({ name, rowCount, mapping }) => {
      return `Also on ${name}, ${formatWhole(rowCount)} rows${mapping === null ? "" : `. ${mapping}`}`;
    }),
    ...data.warnings.map((warning) => `Note    ${warning}`),
  ];
}

function labelTable(data: DataRecord, labels: readonly string[]): readonly string[] {
  const cell = (found: number, { count }: SplitRecord): string =>
    `${formatWhole(found)} (${((100 * found) / Math.max(1, count)).toFixed(1)} %)`;
  const rows = labels.map((label, index) => {
    const name = data.labels[index] ?? label;
    const count = (split: SplitRecord): string => cell(split.labelCounts[index] ?? 0, split);
    return [`  ${name === label ? label : `${label} (${name})`}`, count(data.train), count(data.dev)];
  });
  const { train, dev } = data;
  if (train.withoutLabels + dev.withoutLabels > 0) {
    rows.push(["  none of them", cell(train.withoutLabels, train), cell(dev.withoutLabels, dev)]);
  }
  const more = rows.length > mostLabels ? [`  … and ${rows.length - mostLabels} more`] : [];
  const table = formatTable(["  label", "train", "dev"], rows.slice(0, mostLabels));
  return [`Labels  ${labels.length}`, ...table, ...more];
}

function imbalanceLine({ labels, train }: DataRecord): readonly string[] {
  const text = imbalanceText(labels, train.labelCounts);
  return text === null ? [] : [`Note    ${text} (--class-weights balanced)`];
}

function rangeLines(train: SplitRecord, dev: SplitRecord): readonly string[] {
  const range = (split: SplitRecord): string =>
    (split.range ?? []).map((value) => Number(value.toPrecision(6))).join(" to ");
  return [`Scores  train ${range(train)}, dev ${range(dev)}`];
}

function cutLine(name: string, { truncatedCount }: SplitRecord): readonly string[] {
  return truncatedCount === 0
    ? []
    : [`Note    ${formatWhole(truncatedCount)} ${name} rows are longer than --max-length and were cut.`];
}

function skippedLines(name: string, { skipped, skippedCount }: SplitRecord): readonly string[] {
  if (skippedCount === 0) return [];
  const shown = skipped.slice(0, mostLines).map(({ line, reason }) => `          line ${line}: ${reason}`);
  const more = skippedCount > shown.length ? [`          … and ${formatWhole(skippedCount - shown.length)} more`] : [];
  return [`Skipped ${formatWhole(skippedCount)} ${name} ${skippedCount === 1 ? "line" : "lines"}:`, ...shown, ...more];
}

/** How much of the data is used, where a limit cuts it. */
export function describeLimits(config: ConfigRecord, data: DataRecord): readonly string[] {
  const line = (name: string, used: number, all: number): readonly string[] =>
    used < all
      ? [`Note    Only ${formatWhole(used)} of ${formatWhole(all)} ${name} rows are used, every label's share kept.`]
      : [];
  return [...line("train", config.trainCount, data.train.count), ...line("dev", config.devCount, data.dev.count)];
}

/** The learning rate that suits the model, where it is used for want of another or another was asked for. */
export function describeLearningRate({ plan, model }: ConfigRecord, asked: Values): readonly string[] {
  if (plan.grid.some(({ field }) => field === "learningRate")) return [];
  const [rate, used] = [suitedLearningRate(model.hiddenSize), plan.training["learningRate"]];
  const suits = `${rate.toExponential()} suits a model of hidden size ${model.hiddenSize}`;
  if (typeof asked["learningRate"] !== "number")
    return [`Rate    ${suits} and is used, as no learning rate was given.`];
  return used === rate ? [] : [`Note    As learning rate, ${suits}; given was ${Number(used).toExponential()}.`];
}

/** Memory by purpose, one row a method, in MiB. */
export function describeMemory(planned: readonly MethodMemory[]): readonly string[] {
  const taken = planned.flatMap(({ method, plan }) => (plan === null ? [] : [{ method, plan }]));
  const purposes = [...new Set(taken.flatMap(({ plan }) => Object.keys(plan.bytes)))];
  const rows = taken.map(({ method, plan }) => [
    `  ${method}`,
    ...purposes.map((purpose) => formatMebibytes(plan.bytes[purpose] ?? 0)),
    formatMebibytes(plan.totalBytes),
  ]);
  return formatTable(["Memory, MiB", ...purposes, "total"], rows);
}

/** One line that says how many runs follow, and one for each setting that varies. */
export function describePlan({ methods, seeds, grid, order }: ExperimentPlan, runCount: number): readonly string[] {
  const names = methods.map(({ id }) => id).join(", ");
  const sideBySide = order === "interleaved" ? "; side by side" : "";
  return [
    `Runs    ${runCount}: ${names}; ${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}${sideBySide}`,
    ...grid.map(
      ({ field, values }) =>
        `Grid    ${fieldWords(field)}: ${values.map((value) => toldText(field, value)).join(", ")}`,
    ),
  ];
}

/** The spelling of the class names in the table: GLUE's files number some classes that have names elsewhere. */
export function labelsAsInData(labels: readonly string[], cells: readonly string[]): readonly string[] {
  const numbered = cells.length > 0 && cells.every((cell) => !labels.includes(cell) && /^\d+$/.test(cell));
  return numbered ? labels.map((_, index) => String(index)) : labels;
}
