import type { KernelSpan, Phase, Profile, ProfiledPart } from "../../contract/engine/profile.ts";

/** The phases of a step, in their order, and evaluation. */
export const phases: readonly Phase[] = ["forward", "backward", "method", "update", "evaluation"];

/** What a kernel is of: the first word of its name. */
export function familyOf(kernel: string): string {
  return kernel.split("_")[0] ?? kernel;
}

/** Device time of one family of kernels. */
export interface FamilyTime {
  readonly family: string;
  /** Milliseconds a step, or of an evaluation a batch. */
  readonly ms: Readonly<Record<Phase, number>>;
  readonly stepMs: number;
  /** Of the device time of a step, 0 to 1. */
  readonly share: number;
}

/** Where a step's time goes, as means over the profiled steps. */
export interface ProfileSummary {
  /** Steps that are counted. The first is not, where there are others: it makes what all use. */
  readonly stepCount: number;
  /** Largest share first. */
  readonly families: readonly FamilyTime[];
  /** Time in kernels, a step. */
  readonly deviceMs: number;
  /** From the beginning of a step until the device had done it. */
  readonly elapsedMs: number;
  /** Of that, until the CPU had recorded and sent it. */
  readonly recordedMs: number;
  /** Batches of evaluations. */
  readonly evaluationCount: number;
  /** Kernels that found no room to be timed, in all. */
  readonly untimedCount: number;
}

/** Sums up a profile. */
export function summarizeProfile({ parts }: Profile): ProfileSummary {
  const steps = parts.filter(({ step }) => step !== null);
  const counted = steps.length > 1 ? steps.slice(1) : steps;
  const evaluations = parts.filter(({ step }) => step === null);
  const families = familiesOf(counted, evaluations);
  const mean = (of: (part: ProfiledPart) => number): number =>
    counted.reduce((sum, part) => sum + of(part), 0) / Math.max(counted.length, 1);
  return {
    stepCount: counted.length,
    families,
    deviceMs: families.reduce((sum, { stepMs }) => sum + stepMs, 0),
    elapsedMs: mean(({ elapsedMs }) => elapsedMs),
    recordedMs: mean(({ recordedMs }) => recordedMs),
    evaluationCount: evaluations.length,
    untimedCount: parts.reduce((sum, { untimedCount }) => sum + untimedCount, 0),
  };
}

function familiesOf(steps: readonly ProfiledPart[], evaluations: readonly ProfiledPart[]): readonly FamilyTime[] {
  const sums = new Map<string, Record<Phase, number>>();
  const add = (spans: readonly KernelSpan[], share: number): void => {
    for (const { kernel, phase, startMs, endMs } of spans) {
      const family = familyOf(kernel);
      const ms = sums.get(family) ?? { forward: 0, backward: 0, method: 0, update: 0, evaluation: 0 };
      ms[phase] += (endMs - startMs) * share;
      sums.set(family, ms);
    }
  };
  for (const { spans } of steps) add(spans, 1 / steps.length);
  for (const { spans } of evaluations) add(spans, 1 / evaluations.length);
  const rows = [...sums].map(([family, ms]) => ({
    family,
    ms,
    stepMs: ms.forward + ms.backward + ms.method + ms.update,
  }));
  const total = rows.reduce((sum, { stepMs }) => sum + stepMs, 0);
  return rows
    .map((row) => ({ ...row, share: total === 0 ? 0 : row.stepMs / total }))
    .toSorted((left, right) => right.stepMs - left.stepMs);
}
