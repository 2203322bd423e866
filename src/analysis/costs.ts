import type { MemoryRecord, RunRecord } from "../contract/run.ts";
import { cellsOf, type Cell, type Place } from "./grids/cells.ts";
import { memoryInPaper, timeInPaper } from "./paper.ts";
import { referencesOf } from "./comparison/reference.ts";

/** What a run took. */
interface Spending extends Place, Pick<RunRecord, "values" | "memoryBytes"> {
  /** Time, without that of its opening. */
  readonly spentMs: number;
  /** Steps done in it. */
  readonly stepCount: number;
}

/** What a method takes at one setting, also as a multiple of what its reference takes; null where that is not known. */
export interface Cost extends Place {
  readonly key: string;
  /** Mean over its runs; null before any took a step, as the next two. */
  readonly msPerRun: number | null;
  readonly msPerStep: number | null;
  readonly timeRatio: number | null;
  /** Mean over its runs. */
  readonly bytes: number;
  readonly byPurpose: MemoryRecord;
  readonly memoryRatio: number | null;
  /** Of the memory that grows with the model alone: weights, gradients, moments and what the method keeps. */
  readonly stateRatio: number | null;
  /** The paper's ratios of the two methods, from a much larger model on another device. */
  readonly paper: { readonly time: number | null; readonly memory: number | null };
}

/** The rest of the memory grows with the batch. */
const statePurposes: readonly string[] = ["weights", "gradients", "moments", "method"];

/** Costs by method and setting of the runs that completed, in the order in which these first come. */
export function costsOfCompleted(
  runs: readonly Pick<
    RunRecord,
    "method" | "setting" | "values" | "status" | "stepCount" | "memoryBytes" | "elapsedMs" | "openMs"
  >[],
): readonly Cost[] {
  const completed = runs.filter(({ status }) => status === "completed");
  return costsOf(completed.map((run) => ({ ...run, spentMs: run.elapsedMs - run.openMs })));
}

/** Costs by method and setting, in the order in which these first come. Time includes the scoring within a run. */
export function costsOf(runs: readonly Spending[]): readonly Cost[] {
  const plain = cellsOf(runs).map(plainCost);
  const references = referencesOf(plain);
  return plain.map((cost, place) => {
    const reference = references[place] ?? null;
    return {
      ...cost,
      timeRatio: ratio(cost.msPerStep, reference?.msPerStep),
      memoryRatio: ratio(cost.bytes, reference?.bytes),
      stateRatio: ratio(stateBytes(cost), reference === null ? null : stateBytes(reference)),
      paper: {
        time: reference === null ? null : timeInPaper(cost.method, reference.method),
        memory: reference === null ? null : memoryInPaper(cost.method, reference.method),
      },
    };
  });
}

type PlainCost = Omit<Cost, "timeRatio" | "memoryRatio" | "stateRatio" | "paper">;

function plainCost({ key, method, setting, runs }: Cell<Spending>): PlainCost {
  const worked = runs.filter(({ stepCount }) => stepCount > 0);
  const stepCount = worked.reduce((sum, run) => sum + run.stepCount, 0);
  const spentMs = worked.reduce((sum, run) => sum + run.spentMs, 0);
  // A run that waits, or whose opening failed, has reserved nothing.
  const held = runs.map(({ memoryBytes }) => memoryBytes).filter((bytes) => totalBytes(bytes) > 0);
  const byPurpose: Record<string, number> = {};
  for (const bytes of held) {
    for (const [purpose, own] of Object.entries(bytes)) {
      byPurpose[purpose] = (byPurpose[purpose] ?? 0) + own / held.length;
    }
  }
  const known = worked.length > 0;
  return {
    key,
    method,
    setting,
    msPerRun: known ? spentMs / worked.length : null,
    msPerStep: known ? spentMs / stepCount : null,
    bytes: totalBytes(byPurpose),
    byPurpose,
  };
}

/** All purposes together, but for what looking at a run takes, which is no method's. */
function totalBytes(memory: MemoryRecord): number {
  return Object.entries(memory).reduce((sum, [purpose, bytes]) => sum + (purpose === "view" ? 0 : bytes), 0);
}

function stateBytes({ byPurpose }: Pick<Cost, "byPurpose">): number {
  return statePurposes.reduce((sum, purpose) => sum + (byPurpose[purpose] ?? 0), 0);
}

function ratio(value: number | null, base: number | null = null): number | null {
  return value === null || base === null || value === 0 || base === 0 ? null : value / base;
}
