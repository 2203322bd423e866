import { bandOver, evenSteps, smooth, stageSpans, thin, unionOfSteps, valuesAt } from "../../analysis/curves.ts";
import type { Point, Span } from "../../analysis/curves.ts";
import type { GrowingRun } from "./archive.ts";
import { byMethod } from "./by-method.ts";
import type { ViewSlice } from "./view.ts";

/** One row of a chart's table: the step, and by key a value or a [low, high] band. */
export type CurveRow = { readonly step: number } & Readonly<Record<string, number | readonly [number, number]>>;

/** A drawn line: its key in the rows, and that of its band where it has one. */
export interface CurveLine {
  readonly key: string;
  readonly band: string | null;
  readonly method: string;
  /** null for a mean over seeds. */
  readonly seed: number | null;
  readonly seedCount: number;
}

/** Values before smoothing, thinned, drawn faintly behind their line. */
interface RawLine {
  readonly key: string;
  readonly method: string;
  readonly points: readonly Point[];
}

/** Stage II of one or more methods, on the step axis. */
interface Shade extends Span {
  /** The only method that has it here, or null where all staged methods share it. */
  readonly method: string | null;
}

export interface CurveData {
  readonly rows: readonly CurveRow[];
  readonly lines: readonly CurveLine[];
  readonly raw: readonly RawLine[];
  readonly shades: readonly Shade[];
  /** Right end of the axis: the steps planned while a run goes on, else the steps done. */
  readonly lastStep: number;
}

/** Which value of a step a chart shows. */
type StepValue = "loss" | "gradNorm" | "learningRate";

const meanPointLimit = 300;
/** With more lines than this the raw values behind them would be a fog. */
const rawLineLimit = 4;
/** Points of all lines together when every seed has its own. */
const totalPointLimit = 6000;
const shadeLimit = 120;

function pointsOf(run: GrowingRun, value: StepValue): Point[] {
  return run.steps.map((step) => ({ step: step.step, value: step[value] }));
}

/** Smoothed curves of runs that have not grown since; most runs of an experiment have ended. */
const kept = new WeakMap<GrowingRun, Map<string, { readonly length: number; readonly points: readonly Point[] }>>();

function smoothed(run: GrowingRun, value: StepValue, factor: number): readonly Point[] {
  const own = kept.get(run) ?? new Map<string, { readonly length: number; readonly points: readonly Point[] }>();
  kept.set(run, own);
  const before = own.get(value);
  const key = run.steps.length + factor;
  if (before?.length === key) return before.points;
  const raw = pointsOf(run, value);
  const values = smooth(
    raw.map((point) => point.value),
    factor,
  );
  const points = raw.map((point, index) => ({ step: point.step, value: values[index] ?? Number.NaN }));
  own.set(value, { length: key, points });
  return points;
}

function shown(runs: readonly GrowingRun[], view: Pick<ViewSlice, "hidden">): GrowingRun[] {
  return runs.filter((run) => !view.hidden.includes(run.method));
}

function lastStepOf(runs: readonly GrowingRun[]): number {
  return Math.max(1, ...runs.map((run) => (run.status === "running" ? run.stepCount : (run.steps.at(-1)?.step ?? 1))));
}

interface Curve {
  readonly method: string;
  readonly seed: number;
  readonly points: readonly Point[];
}

function meanLines(curves: readonly Curve[], steps: readonly number[]): Pick<CurveData, "rows" | "lines"> {
  const rows = new Map<number, Record<string, number | readonly [number, number]>>();
  const lines = byMethod(curves).map(([method, own]): CurveLine => {
    const points = bandOver(
      own.map((curve) => curve.points),
      steps,
    );
    for (const { step, mean, std } of points) {
      const row = rows.get(step) ?? {};
      row[method] = mean;
      if (std !== null) row[`${method}~band`] = [mean - std, mean + std];
      rows.set(step, row);
    }
    return { key: method, band: own.length > 1 ? `${method}~band` : null, method, seed: null, seedCount: own.length };
  });
  return { rows: sorted(rows), lines };
}

function seedLines(curves: readonly Curve[], steps: readonly number[]): Pick<CurveData, "rows" | "lines"> {
  const rows = new Map<number, Record<string, number>>();
  const lines = curves.map(({ method, seed, points }): CurveLine => {
    const key = `${method}~${seed}`;
    const values = valuesAt(points, steps);
    for (const [index, step] of steps.entries()) {
      const value = values[index] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      const row = rows.get(step) ?? {};
      row[key] = value;
      rows.set(step, row);
    }
    return { key, band: null, method, seed, seedCount: 1 };
  });
  return { rows: sorted(rows), lines };
}

function sorted(rows: ReadonlyMap<number, Readonly<Record<string, number | readonly [number, number]>>>): CurveRow[] {
  return [...rows].sort(([a], [b]) => a - b).map(([step, row]) => ({ ...row, step }));
}

/** Curves of a value that every step has: smoothed, as mean and band over seeds or a line a seed, with stage II. */
export function stepCurves(runs: readonly GrowingRun[], value: StepValue, view: ViewSlice): CurveData {
  const visible = shown(runs, view).filter((run) => run.steps.length > 0);
  const factor = value === "learningRate" ? 0 : view.smoothing;
  const curves = visible.map((run) => ({
    method: run.method,
    seed: run.seed,
    points: smoothed(run, value, factor),
  }));
  const each = view.seeds === "each" && value !== "learningRate";
  const limit = each
    ? Math.min(meanPointLimit, Math.ceil(totalPointLimit / Math.max(1, curves.length)))
    : meanPointLimit;
  const steps = evenSteps(unionOfSteps(curves.map((curve) => curve.points)), Math.max(60, limit));
  const drawn = each ? seedLines(curves, steps) : meanLines(curves, steps);
  const raw = factor > 0 ? rawLines(visible, value) : [];
  return { ...drawn, raw, shades: shadesOf(visible), lastStep: lastStepOf(runs) };
}

/** The raw values of each method's latest run, where there are few enough of them. */
function rawLines(runs: readonly GrowingRun[], value: StepValue): RawLine[] {
  const groups = byMethod(runs);
  if (groups.length > rawLineLimit) return [];
  return groups.flatMap(([method, own]) => {
    const latest = own.at(-1);
    return latest === undefined ? [] : [{ key: `${method}~raw`, method, points: thin(pointsOf(latest, value)) }];
  });
}

/** Stage II of each method's longest run; once for all where the methods agree on it as far as they went. */
function shadesOf(runs: readonly GrowingRun[]): Shade[] {
  const spans = byMethod(runs).flatMap(([method, own]) => {
    const longest = own.reduce((best, run) => (run.steps.length > best.steps.length ? run : best));
    const stretches = stageSpans(longest.steps, 2);
    return stretches.length === 0 ? [] : [{ method, stretches }];
  });
  const longest = spans.reduce<Span[]>((best, one) => (one.stretches.length > best.length ? one.stretches : best), []);
  const agree = spans.every(({ stretches }) => stretches.every((span, index) => longest[index]?.from === span.from));
  const all = agree
    ? longest.map((span) => ({ ...span, method: null }))
    : spans.flatMap(({ method, stretches }) => stretches.map((span) => ({ ...span, method })));
  return all.slice(0, shadeLimit);
}

/** Dev scores at each evaluation: mean and band over seeds, or a line a seed. Scores that are undefined are left out. */
export function scoreCurves(runs: readonly GrowingRun[], metric: string, view: ViewSlice): CurveData {
  const visible = shown(runs, view);
  const curves = visible.flatMap((run) => {
    const points = run.evaluations.flatMap((evaluation) => {
      const value = evaluation.scores[metric];
      return typeof value === "number" ? [{ step: evaluation.step, value }] : [];
    });
    return points.length === 0 ? [] : [{ method: run.method, seed: run.seed, points }];
  });
  const steps = evenSteps(unionOfSteps(curves.map((curve) => curve.points)), meanPointLimit);
  const drawn = view.seeds === "each" ? seedLines(curves, steps) : meanLines(curves, steps);
  return { ...drawn, raw: [], shades: shadesOf(visible), lastStep: lastStepOf(runs) };
}
