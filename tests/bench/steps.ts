import { familyOf } from "../../src/analysis/time/profile.ts";
import type { MemoryRecord } from "../../src/contract/run.ts";
import { methods } from "../../src/methods/index.ts";
import type { Method } from "../../src/methods/method.ts";
import type { Engine } from "../../src/train/engine.ts";
import type { Session } from "../../src/train/finetuning/session.ts";
import { openSession } from "../../src/train/finetuning/session.ts";
import { Profiler } from "../../src/train/profiler.ts";
import { paperRun } from "./paper-run.ts";
import { weightedRun } from "./shapes.ts";
import type { BatchSize, Shape } from "./shapes.ts";

/** What is trained. */
export interface StepBench {
  readonly engine: Engine;
  readonly shape: Shape;
  readonly batch: BatchSize;
  /** Of the program's time: after so many, nothing is begun but what must be measured. */
  readonly seconds: number;
}

/** One method's figures. */
export interface Figures {
  readonly id: string;
  /** A step, as a mean over a cycle of the paper's length, with its share of the preparation. */
  readonly stepMs: number;
  /** All that a method does before step 1. */
  readonly preparationMs: number;
  /** Milliseconds of a step by stage; an unstaged method has stage 0 alone. */
  readonly stages: ByStage;
  readonly bytes: MemoryRecord;
  /** Of the device time of the same mean step; {} where the device has no timestamps. */
  readonly familyShare: Readonly<Record<string, number>>;
}

/** A run's stages are a twentieth of it: these have two steps, so that a cycle of two stages is soon over. */
const runSteps = 40;
const stageSteps = 2;
const cycleSteps = 2 * stageSteps;
const preparationTurns = 3;
const silent = { phase: () => {}, steps: () => {}, evaluation: () => {}, selection: () => {} };

/** A step's place: which stage, and whether it opens one. */
interface Place {
  readonly stage: number;
  readonly opens: boolean;
}

function placeOf({ parts }: Session, step: number): Place {
  const { method } = parts;
  const staged = method.stage(1) !== method.stage(1 + stageSteps);
  return { stage: staged ? method.stage(step) : 0, opens: staged && (step - 1) % stageSteps === 0 };
}

/** How many steps of a paper's stage such a step stands for. */
function weightOf({ opens }: Place): number {
  return opens ? 1 : paperRun.stageSteps - 1;
}

/** Trains all methods side by side. */
export async function measureSteps(bench: StepBench): Promise<readonly Figures[]> {
  const sessions: Session[] = [];
  for (const method of methods) sessions.push(await open(bench, bench.engine, method));
  const preparations: number[] = [];
  for (const session of sessions) preparations.push(await timedPreparation(bench.engine, session));
  const times = await timedCycles(bench, sessions);
  for (const session of sessions) session.dispose();
  const figures: Figures[] = [];
  for (const [index, session] of sessions.entries()) {
    const preparationMs = preparations[index] ?? 0;
    const timed = figuresOf(session, times[index] ?? [], preparationMs);
    figures.push({ ...timed, familyShare: await familyShares(bench, session.request.method) });
  }
  return figures;
}

async function open({ shape, batch }: StepBench, engine: Engine, method: Method): Promise<Session> {
  return await openSession(engine, weightedRun(shape, batch, method, runSteps), silent);
}

const free = { gate: () => Promise.resolve() };

/** Time of what a method does with the training rows before step 1: of the fastest turn. */
async function timedPreparation({ device }: Engine, session: Session): Promise<number> {
  if (session.parts.method.prepare === undefined) return 0;
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < preparationTurns; turn++) {
    const begun = performance.now();
    await session.prepare(free);
    await device.gpu.queue.onSubmittedWorkDone();
    least = Math.min(least, performance.now() - begun);
  }
  return least;
}

/** A step that was timed. */
export interface TimedStep extends Place {
  /** In its cycle, from 0. */
  readonly place: number;
  readonly ms: number;
}

/**
 * Steps of the methods in turn, so that a drift of the machine meets all alike. The first cycle compiles and warms; the
 * whole cycles after it are counted, selection and all. Another is begun where it and the shares, which take as long, are
 * likely to end in time.
 */
async function timedCycles(
  { engine, seconds }: StepBench,
  sessions: readonly Session[],
): Promise<readonly (readonly TimedStep[])[]> {
  const times = sessions.map((): TimedStep[] => []);
  let begun = performance.now();
  for (let step = 1; step <= runSteps; step++) {
    if (step % cycleSteps === 1) {
      const [now, cycleMs] = [performance.now(), performance.now() - begun];
      if (step > 2 * cycleSteps && now + 2 * cycleMs > seconds * 1000) break;
      begun = now;
    }
    for (const [index, session] of sessions.entries()) {
      const start = performance.now();
      await session.submitStep(step);
      await engine.device.gpu.queue.onSubmittedWorkDone();
      const ms = performance.now() - start;
      const place = (step - 1) % cycleSteps;
      if (step > cycleSteps) times[index]?.push({ ...placeOf(session, step), place, ms });
    }
  }
  return times;
}

/** Milliseconds of a usual step and of one that opens a stage, by stage. */
export type ByStage = Readonly<Record<number, { readonly usual: number; readonly opening: number | null }>>;

/**
 * Each kind of step by the fastest of its place in the cycle, for other programs take time from a few and never give any;
 * every place was there as often, whatever the method.
 */
export function byStage(times: readonly TimedStep[]): ByStage {
  const of = (stage: number, opens: boolean): number | null => {
    const alike = times.filter((one) => one.stage === stage && one.opens === opens);
    const places = [...new Set(alike.map(({ place }) => place))];
    const least = places.map((at) => Math.min(...alike.flatMap(({ place, ms }) => (place === at ? [ms] : []))));
    return least.length === 0 ? null : least.reduce((sum, ms) => sum + ms, 0) / least.length;
  };
  const stages = [...new Set(times.map(({ stage }) => stage))];
  return Object.fromEntries(
    stages.map((stage) => [stage, { usual: of(stage, false) ?? Number.NaN, opening: of(stage, true) }]),
  );
}

/** The mean over a cycle of stages of the paper's length: an opening step in each, and all others as usual. */
export function meanOf(stages: ByStage): number {
  const means = Object.values(stages).map(({ usual, opening }) => {
    return usual + ((opening ?? usual) - usual) / paperRun.stageSteps;
  });
  return means.reduce((sum, mean) => sum + mean, 0) / means.length;
}

function figuresOf(session: Session, times: readonly TimedStep[], preparationMs: number): Omit<Figures, "familyShare"> {
  const stages = byStage(times);
  // A run of three epochs goes over the rows three times, and the preparation once.
  const preparedMs = preparationMs / (paperRun.epochs * session.sizes.stepsPerEpoch);
  return {
    id: session.request.method.id,
    stepMs: meanOf(stages) + preparedMs,
    preparationMs,
    stages,
    bytes: session.plan.bytes,
  };
}

/** Share of device time by kernel family. The first step makes what all use and is not counted. */
async function familyShares(bench: StepBench, method: Method): Promise<Figures["familyShare"]> {
  const profiler = new Profiler(bench.engine.device, cycleSteps);
  const session = await open(bench, { ...bench.engine, profiler }, method);
  await session.prepare(free);
  const sums = new Map<string, number>();
  for (let step = 1; step <= cycleSteps; step++) {
    await session.submitStep(step);
    const spans = profiler.profile.parts.at(-1)?.spans ?? [];
    const weight = step === 1 ? 0 : weightOf(placeOf(session, step));
    for (const { kernel, startMs, endMs } of spans) {
      const family = familyOf(kernel);
      sums.set(family, (sums.get(family) ?? 0) + weight * (endMs - startMs));
    }
  }
  session.dispose();
  profiler.dispose();
  const total = [...sums.values()].reduce((sum, ms) => sum + ms, 0);
  const sorted = [...sums].toSorted(([, left], [, right]) => right - left);
  return Object.fromEntries(sorted.map(([family, ms]) => [family, ms / total]));
}

const modelPurposes = ["weights", "gradients", "moments", "method"];

/** Bytes that do not grow with the batch. */
export function modelState({ bytes }: Pick<Figures, "bytes">): number {
  return modelPurposes.reduce((sum, purpose) => sum + (bytes[purpose] ?? 0), 0);
}
