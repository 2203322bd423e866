import { mean, quantileSorted } from "simple-statistics";
import type { RunRecord } from "../contract/run.ts";
import type { ScoredRun } from "./summary.ts";

/** Five numbers of a box plot, and what lies beyond its whiskers. */
export interface Box {
  /** Lowest and highest value within one and a half box lengths of the box. */
  readonly whiskers: readonly [number, number];
  readonly quartiles: readonly [number, number];
  readonly median: number;
  readonly outliers: readonly number[];
}

/** Quartiles between the values as NumPy takes them; whiskers after Tukey. null for no values. */
export function boxOf(values: readonly number[]): Box | null {
  const sorted = [...values].sort((left, right) => left - right);
  if (sorted.length === 0) return null;
  const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantileSorted(sorted, share));
  if (low === undefined || median === undefined || high === undefined) return null;
  const reach = 1.5 * (high - low);
  const within = sorted.filter((value) => value >= low - reach && value <= high + reach);
  return {
    whiskers: [Math.min(low, ...within), Math.max(high, ...within)],
    quartiles: [low, high],
    median,
    outliers: sorted.filter((value) => value < low - reach || value > high + reach),
  };
}

/** A run with the settings of its method. */
export type SweptRun = ScoredRun & Pick<RunRecord, "values">;

/** The seeds of a method at one value of the setting. */
export interface SweepGroup {
  readonly method: string;
  readonly value: number;
  readonly scores: readonly number[];
  readonly box: Box;
}

/** Scores after the last epoch by method and value of the one setting that varies, as in the paper's figure 2. */
export interface Sweep {
  /** Field id, the same in all methods that have it. */
  readonly field: string;
  /** Ascending. */
  readonly values: readonly number[];
  readonly groups: readonly SweepGroup[];
  /** Methods without this setting. */
  readonly references: readonly { readonly method: string; readonly mean: number; readonly seedCount: number }[];
}

/** Lays runs of several results side by side; null where no number among the methods' settings varies. */
export function sweepOf(runs: readonly SweptRun[], score: string): Sweep | null {
  const field = varyingField(runs);
  if (field === null) return null;
  const scored = runs.flatMap((run) => {
    const last = run.status === "completed" ? (run.evaluations.at(-1)?.scores[score] ?? null) : null;
    const value = run.values[field];
    if (last === null || !Number.isFinite(last)) return [];
    return [{ method: run.method, seed: run.seed, last, value: typeof value === "number" ? value : null }];
  });
  // The same run may be in several files.
  const once = [...new Map(scored.map((one) => [`${one.method} ${one.value} ${one.seed}`, one])).values()];
  const values = [...new Set(once.flatMap(({ value }) => value ?? []))].sort((left, right) => left - right);
  const methods = [...new Set(once.map(({ method }) => method))];
  const scoresOf = (method: string, value: number | null): number[] =>
    once.filter((one) => one.method === method && one.value === value).map(({ last }) => last);
  return {
    field,
    values,
    groups: values.flatMap((value) =>
      methods.flatMap((method) => {
        const scores = scoresOf(method, value);
        const box = boxOf(scores);
        return box === null ? [] : [{ method, value, scores, box }];
      }),
    ),
    references: methods.flatMap((method) => {
      const scores = scoresOf(method, null);
      return scores.length === 0 ? [] : [{ method, mean: mean(scores), seedCount: scores.length }];
    }),
  };
}

/** The first numeric setting that has several values among the runs of one method. */
function varyingField(runs: readonly SweptRun[]): string | null {
  const seen = new Map<string, unknown>();
  for (const { method, values } of runs) {
    for (const [field, value] of Object.entries(values)) {
      if (typeof value !== "number") continue;
      const key = `${method} ${field}`;
      if (seen.has(key) && seen.get(key) !== value) return field;
      seen.set(key, value);
    }
  }
  return null;
}
