import { mean, quantileSorted } from "simple-statistics";
import type { Values } from "../../contract/fields.ts";
import { axesIn, cellKey } from "./cells.ts";
import type { ScoredRun } from "../scores/cell-scores.ts";

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

/** What is needed of a run. */
export type SweptRun = ScoredRun;

/** The seeds of a method at one value of the setting. */
export interface SweepGroup {
  readonly method: string;
  readonly value: number;
  readonly scores: readonly number[];
  readonly box: Box;
}

/** Scores after the last epoch by method and value of one setting, as in the paper's figure 2. */
export interface Sweep {
  /** Field id, the same in all methods that have it. */
  readonly field: string;
  /** Ascending. */
  readonly values: readonly number[];
  readonly groups: readonly SweepGroup[];
  /** Methods without this setting. */
  readonly references: readonly { readonly method: string; readonly mean: number; readonly seedCount: number }[];
}

/** Which setting to lay out, and where to stand in the others. */
interface SweepChoice {
  readonly field: string;
  /** Runs at other values of these axes are left out, runs without such an axis stay; {} throws all of them together. */
  readonly at: Values;
}

/**
 * Lays runs side by side, of a grid or of several results; null where no number among their settings varies. Without a
 * choice the first setting that does is taken, and runs are thrown together whatever else they differ in.
 */
export function sweepOf(runs: readonly SweptRun[], score: string, choice: SweepChoice | null = null): Sweep | null {
  const field = choice?.field ?? sweepFields(runs)[0] ?? null;
  if (field === null) return null;
  const chosen = runs.filter((run) => standsAt(run, field, choice?.at ?? {}));
  const scored = chosen.flatMap((run) => {
    const last = run.status === "completed" ? (run.evaluations.at(-1)?.scores[score] ?? null) : null;
    const value = settingsOf(run)[field];
    if (last === null || !Number.isFinite(last)) return [];
    // "All rows", as an axis of the grid may have it, has no place among numbers, and is no lack of the setting either.
    if (typeof value !== "number" && Object.hasOwn(run.setting, field)) return [];
    const { method, seed } = run;
    return [{ key: cellKey(run), method, seed, last, value: typeof value === "number" ? value : null }];
  });
  // The same run may be in several files.
  const once = [...new Map(scored.map((one) => [`${one.key} ${one.value} ${one.seed}`, one])).values()];
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

/** Settings with several numbers among the runs of one method, those of the grid first: what a sweep can be laid out by. */
export function sweepFields(runs: readonly SweptRun[]): readonly string[] {
  const seen = new Map<string, number>();
  const fields = new Set<string>();
  for (const run of runs) {
    for (const [field, value] of Object.entries(settingsOf(run))) {
      if (typeof value !== "number") continue;
      const key = `${run.method} ${field}`;
      if (seen.has(key) && seen.get(key) !== value) fields.add(field);
      else seen.set(key, value);
    }
  }
  const axes = axesIn(runs).filter((field) => fields.has(field));
  return [...new Set([...axes, ...fields])];
}

function settingsOf({ values, setting }: SweptRun): Values {
  return { ...values, ...setting };
}

function standsAt({ setting }: SweptRun, field: string, at: Values): boolean {
  return Object.entries(at).every(
    ([axis, value]) => axis === field || !Object.hasOwn(setting, axis) || setting[axis] === value,
  );
}
