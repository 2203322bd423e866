import { parseArgs } from "node:util";
import { summarizeProfile } from "../../src/analysis/profile.ts";
import { openGpu } from "../../src/cli/adapter.ts";
import { defaultValues } from "../../src/contract/fields.ts";
import { openDevice } from "../../src/gpu/device.ts";
import { Pipelines } from "../../src/gpu/pipelines.ts";
import { methods } from "../../src/methods/index.ts";
import type { Method } from "../../src/methods/method.ts";
import { likelyKernels } from "../gpu/kernels.ts";
import { openSession } from "../../src/train/finetuning/session.ts";
import type { Listener } from "../../src/train/finetuning/run-reporter.ts";
import type { Engine } from "../../src/train/engine.ts";
import type { Session } from "../../src/train/finetuning/session.ts";
import { Profiler } from "../../src/train/profiler.ts";
import { trainingSettings } from "../../src/train/finetuning/settings.ts";
import { syntheticCheckpoint, syntheticSplit, syntheticTask } from "../train/synthetic.ts";

/**
 * npm run bench: one training step of BERT-tiny's shape for every method, side by side in one run, as ratios to the
 * first method. Every method gets the same dropout (0), so that a ratio is the method's own.
 */
const bertTiny = {
  vocab_size: 30_522,
  hidden_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 512,
};
const batch = { size: 16, length: 128 };
/** The paper trains three epochs: over so many a pass before step 1 is shared out. */
const epochs = 3;

/** One method's figures. */
interface Figures {
  readonly id: string;
  /** A step, with its share of the preparation where a run has three epochs. */
  readonly stepMs: number;
  readonly preparationMs: number;
  readonly stageMs: Readonly<Record<number, number>>;
  readonly tokensPerSecond: number;
  readonly bytes: Readonly<Record<string, number>>;
  readonly familyShare: Readonly<Record<string, number>>;
}

const silent: Listener = { phase: () => {}, steps: () => {}, evaluation: () => {}, selection: () => {} };

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    cycles: { type: "string", default: "1" },
    steps: { type: "string", default: "400" },
  },
});
const maxSteps = Number(options.steps);
const cycles = Number(options.cycles);

async function open(engine: Engine, method: Method): Promise<Session> {
  const fields = defaultValues(method.fields);
  const matched = { ...fields, ...("dropout" in fields ? { dropout: 0 } : {}) };
  const training = {
    steps: maxSteps,
    batchSize: batch.size,
    maxLength: batch.length,
    learningRate: 1e-4,
    order: "file",
  };
  const request = {
    checkpoint: syntheticCheckpoint(bertTiny),
    task: syntheticTask,
    labels: ["no", "yes"],
    train: syntheticSplit(batch.size * 8, batch.length, bertTiny.vocab_size),
    dev: syntheticSplit(batch.size, batch.length, bertTiny.vocab_size),
    transfers: [],
    method,
    values: matched,
    seed: 1,
    settings: trainingSettings(training),
  };
  return await openSession(engine, request, silent);
}

async function timedStep(engine: Engine, session: Session, step: number): Promise<number> {
  const start = performance.now();
  await session.submitStep(step);
  await engine.device.gpu.queue.onSubmittedWorkDone();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Time of what a method does with the training rows before step 1, once everything is warm. */
async function timedPreparation(engine: Engine, session: Session): Promise<number> {
  let ms = 0;
  for (let turn = 0; turn < 2; turn++) {
    const start = performance.now();
    await session.prepare({ gate: () => Promise.resolve() });
    await engine.device.gpu.queue.onSubmittedWorkDone();
    ms = performance.now() - start;
  }
  return ms;
}

/** Steps of the longest cycle any method has, its last stage included. */
function cycleOf(sessions: readonly Session[]): number {
  const lengths = sessions.map(({ parts }) => {
    let last = 1;
    while (last < maxSteps && parts.method.stage(last) <= parts.method.stage(last + 1)) last++;
    return last < maxSteps ? last : 1;
  });
  return Math.max(...lengths);
}

/**
 * Steps of the methods in turn, so that a drift of the machine meets all alike. The first cycle compiles and warms;
 * the whole cycles after it are counted, selection and all.
 */
async function measure(engine: Engine): Promise<{ readonly figures: readonly Figures[]; readonly cycle: number }> {
  const sessions: Session[] = [];
  for (const method of methods) sessions.push(await open(engine, method));
  const cycle = cycleOf(sessions);
  const preparations: number[] = [];
  for (const session of sessions) preparations.push(await timedPreparation(engine, session));
  const times = sessions.map((): { stage: number; ms: number }[] => []);
  for (let step = 1; step <= (1 + cycles) * cycle; step++) {
    for (const [index, session] of sessions.entries()) {
      const ms = await timedStep(engine, session, step);
      if (step > cycle) times[index]?.push({ stage: session.parts.method.stage(step), ms });
    }
  }
  const figures = sessions.map((session, index) => figuresOf(session, times[index] ?? [], preparations[index] ?? 0));
  for (const session of sessions) session.dispose();
  return { figures, cycle };
}

function figuresOf(session: Session, times: readonly { stage: number; ms: number }[], preparationMs: number): Figures {
  const stages = [...new Set(times.map(({ stage }) => stage))];
  const ofStage = (stage: number): number[] => times.filter((entry) => entry.stage === stage).map(({ ms }) => ms);
  const preparedMs = preparationMs / (epochs * session.sizes.stepsPerEpoch);
  const stepMs = preparedMs + times.reduce((sum, { ms }) => sum + ms, 0) / times.length;
  return {
    id: session.request.method.id,
    stepMs,
    preparationMs,
    stageMs: Object.fromEntries(stages.map((stage) => [stage, median(ofStage(stage))])),
    tokensPerSecond: (batch.size * batch.length * 1000) / stepMs,
    bytes: session.plan.bytes,
    familyShare: {},
  };
}

const modelPurposes = ["weights", "gradients", "moments", "method"];

function modelState(figures: Figures): number {
  return modelPurposes.reduce((sum, purpose) => sum + (figures.bytes[purpose] ?? 0), 0);
}

/** Share of device time by kernel family over one warm cycle; {} where the device has no timestamps. */
async function shares(engine: Engine, cycle: number): Promise<ReadonlyMap<string, Figures["familyShare"]>> {
  const found = new Map<string, Figures["familyShare"]>();
  for (const method of methods) {
    const profiler = new Profiler(engine.device, cycle);
    const session = await open({ ...engine, profiler }, method);
    for (let step = 1; step <= cycle; step++) await session.submitStep(step);
    session.dispose();
    const { families } = summarizeProfile(profiler.profile);
    profiler.dispose();
    found.set(method.id, Object.fromEntries(families.map(({ family, share }) => [family, share])));
  }
  return found;
}

function print(figures: readonly Figures[], adapter: string): void {
  const [first] = figures;
  if (first === undefined) return;
  console.log(`BERT-tiny's shape, batch ${batch.size} x ${batch.length} tokens, dropout 0, on ${adapter}\n`);
  const rows = figures.map((row) => [
    row.id,
    row.stepMs.toFixed(1),
    Object.entries(row.stageMs)
      .map(([stage, ms]) => `${stage}: ${ms.toFixed(1)}`)
      .join("  "),
    row.tokensPerSecond.toFixed(0),
    (row.stepMs / first.stepMs).toFixed(3),
    (modelState(row) / modelState(first)).toFixed(3),
  ]);
  printTable([["method", "ms/step", "ms by stage", "tokens/s", "x time", "x model state"], ...rows]);
  const purposes = [...new Set(figures.flatMap((row) => Object.keys(row.bytes)))];
  const bytes = figures.map((row) => [
    row.id,
    ...purposes.map((purpose) => ((row.bytes[purpose] ?? 0) / 2 ** 20).toFixed(2)),
  ]);
  printTable([["MiB", ...purposes], ...bytes]);
  const most = (family: string): number => Math.max(...figures.map((row) => row.familyShare[family] ?? 0));
  const families = [...new Set(figures.flatMap((row) => Object.keys(row.familyShare)))]
    .filter((family) => most(family) >= 0.0005)
    .sort((left, right) => most(right) - most(left));
  printTable([
    ["share of device time", ...figures.map(({ id }) => id)],
    ...families.map((name) => [name, ...figures.map((row) => `${((row.familyShare[name] ?? 0) * 100).toFixed(1)} %`)]),
  ]);
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  for (const row of rows) {
    console.log(
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join("  "),
    );
  }
  console.log();
}

const device = await openDevice(await openGpu());
const kernels = likelyKernels(device);
const pipelines = new Pipelines(device);
const engine: Engine = { device, pipelines, kernels, choice: {}, profiler: null };
const measured = await measure(engine);
const familyShares = await shares(engine, measured.cycle);
const figures = measured.figures.map((row) => ({ ...row, familyShare: familyShares.get(row.id) ?? {} }));
const { record } = device;
const [base] = figures;
if (options.json === true && base !== undefined) {
  const ratioToVanilla = Object.fromEntries(
    figures.map((row) => [row.id, { time: row.stepMs / base.stepMs, modelState: modelState(row) / modelState(base) }]),
  );
  console.log(JSON.stringify({ device: record, batch, methods: figures, ratioToVanilla }));
} else {
  print(figures, `${record.vendor} ${record.architecture} ${record.description}`.trim());
}
device.destroy();
process.exit(0);
