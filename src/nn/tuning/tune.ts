import type { KernelChoice } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import type { Device } from "../../gpu/device.ts";
import type { Pipelines } from "../../gpu/pipelines.ts";
import { candidatesOf, lanesOf, portableOf, spareBytesOf } from "./candidates.ts";
import { faultOf } from "./gate.ts";
import { workOf, type Work } from "./questions.ts";
import type { Asked, Question } from "./questions.ts";
import { timeOf } from "./trial.ts";

/** What became of a variant that was tried for a question. */
export interface Tried {
  readonly question: string;
  readonly variant: string;
  /** Milliseconds of a call; null where it was not timed. */
  readonly ms: number | null;
  /** Until the first call was done. */
  readonly compileMs: number | null;
  /** Billions of `unit` a second; null where it was not timed. */
  readonly rate: number | null;
  readonly unit: Work["unit"];
  readonly chosen: boolean;
  /** Why it was not timed. */
  readonly reason: string | null;
}

/** A choice with what it was made from. */
export interface Tuning {
  readonly choice: KernelChoice;
  readonly tried: readonly Tried[];
  readonly elapsedMs: number;
}

/** How a choice is made. */
export interface TuningOptions {
  /** No further variant is begun after so many milliseconds; 3,000 by default. */
  readonly budgetMs?: number;
  /** How often a step's calls are repeated: compiling is weighed against them. */
  readonly steps: number;
  readonly progress?: (text: string, done: number, total: number) => void;
}

/** A question, and the best that was found for it. */
interface Contest {
  readonly key: string;
  readonly question: Question;
  readonly calls: number;
  readonly candidates: readonly string[];
  readonly tried: Tried[];
}

/**
 * Chooses a variant for every question by timing: the one whose calls, with its compiling, take least over the run. First
 * the likeliest variant of every question, then the next, until the time is up; a question that was not reached by then
 * takes its likeliest variant. A variant that does not compute what it should is out.
 *
 * Errors: device-lost, and device-error where no variant of an op is right.
 */
export async function tune(
  device: Device,
  pipelines: Pipelines,
  asked: Asked,
  { budgetMs = 3000, steps, progress = () => {} }: TuningOptions,
): Promise<Tuning> {
  const begun = performance.now();
  const lanes = lanesOf(device);
  const contests = [...asked]
    .map(([key, { question, calls }]): Contest => {
      return { key, question, calls, candidates: candidatesOf(question, lanes, spareBytesOf(device)), tried: [] };
    })
    .sort((left, right) => workOf(right.question).amount * right.calls - workOf(left.question).amount * left.calls);
  const total = contests.reduce((sum, { candidates }) => sum + candidates.length, 0);
  const faults = new Map<string, string | null>();
  let done = 0;
  for (let rank = 0; contests.some(({ candidates }) => rank < candidates.length); rank++) {
    for (const contest of contests) {
      const variant = contest.candidates[rank];
      if (variant === undefined) continue;
      const late = performance.now() - begun > budgetMs;
      if (late && rank > 0) contest.tried.push(untimed(contest, variant, "not tried: the time was up"));
      else contest.tried.push(await attempt(contest, variant, !late));
      progress(`${contest.key}: ${variant}`, ++done, total);
    }
  }
  for (const contest of contests) {
    const portable = portableOf(contest.question);
    if (!allWrong(contest) || contest.candidates.includes(portable)) continue;
    contest.tried.push(await attempt(contest, portable, true));
  }

  async function attempt({ key, question }: Contest, variant: string, timed: boolean): Promise<Tried> {
    const kind = `${variant} ${question.real} ${question.op === "matmul" ? question.kind : ""}`;
    const start = performance.now();
    if (!faults.has(kind)) faults.set(kind, await failure(() => faultOf(device, pipelines, question, variant)));
    const fault = faults.get(kind) ?? null;
    if (fault !== null) return untimed({ key, question }, variant, `${out}${fault}`);
    if (!timed) return untimed({ key, question }, variant, unclocked);
    const gateMs = performance.now() - start;
    const { ms, compileMs } = await timeOf(device, pipelines, question, variant);
    const { amount, unit } = workOf(question);
    const common = { question: key, variant, chosen: false, reason: null };
    return { ...common, ms, compileMs: compileMs + gateMs, rate: amount / ms / 1e6, unit };
  }

  /** A variant that the driver refuses is as wrong as one that miscounts; a lost device is neither. */
  async function failure(gate: () => Promise<string | null>): Promise<string | null> {
    try {
      return await gate();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "device-error") throw error;
      return error.message;
    }
  }

  return settled(contests, steps, performance.now() - begun);
}

function untimed({ key, question }: Pick<Contest, "key" | "question">, variant: string, reason: string): Tried {
  const { unit } = workOf(question);
  return { question: key, variant, ms: null, compileMs: null, rate: null, unit, chosen: false, reason };
}

/** Why a variant that is right was not timed. */
const unclocked = "right, but not timed: the time was up";

/** How the reason of a variant begins that does not compute what it should. */
const out = "out: ";

function allWrong({ tried }: Pick<Contest, "tried">): boolean {
  return tried.every(({ reason }) => reason?.startsWith(out) === true);
}

/** Milliseconds of a variant over a run. */
function costOf({ ms, compileMs }: Tried, calls: number): number {
  return ms === null ? Number.POSITIVE_INFINITY : ms * calls + (compileMs ?? 0);
}

function settled(contests: readonly Contest[], steps: number, elapsedMs: number): Tuning {
  const choice: Record<string, string> = {};
  const rows: Tried[] = [];
  for (const { key, calls, tried } of contests) {
    const timed = tried.filter(({ ms }) => ms !== null);
    if (allWrong({ tried })) {
      const found = tried.map(({ variant, reason }) => `${variant} ${reason ?? ""}`).join("; ");
      throw new AppError("device-error", `No kernel computes "${key}" rightly on this device: ${found}.`);
    }
    const best = timed.toSorted((left, right) => costOf(left, calls * steps) - costOf(right, calls * steps))[0];
    const name = best?.variant ?? tried.find(({ reason }) => reason === unclocked)?.variant;
    if (name !== undefined) choice[key] = name;
    rows.push(...tried.map((one) => ({ ...one, chosen: one.variant === name })));
  }
  return { choice, tried: rows, elapsedMs };
}
