import { smooth, stageSpans, thin } from "../../analysis/time/curves.ts";
import type { Point, Span } from "../../analysis/time/curves.ts";
import type { GrowingRun } from "./archive.ts";
import { byMethod } from "./by-method.ts";
import { rowsOf, xScale, type Curve, type CurveLine, type CurveRow, type XScale } from "./curve-rows.ts";
import type { ViewSlice, XUnit } from "./view.ts";

/** Values before smoothing, thinned, drawn faintly behind their line. */
interface RawLine {
  readonly key: string;
  readonly method: string;
  readonly points: readonly { readonly x: number; readonly value: number }[];
}

/** Stage II of one or more methods, in the unit of the axis. */
interface Shade extends Span {
  /** The only method that has it here, or null where all staged methods share it. */
  readonly method: string | null;
}

export interface CurveData {
  readonly rows: readonly CurveRow[];
  readonly lines: readonly CurveLine[];
  readonly raw: readonly RawLine[];
  /** [] over seconds: there stage II begins elsewhere in every run. */
  readonly shades: readonly Shade[];
  readonly unit: XUnit;
  /** Both ends of the axis: what a person zoomed to, else from 0 to what is planned while a run goes on, or was done. */
  readonly ends: readonly [number, number];
  /** true where a run over seconds has no times of its steps, so that these are spread evenly. */
  readonly spreadEvenly: boolean;
}

/** All of the axis, whatever part of it is on show. */
export function wholeAxis(runs: readonly GrowingRun[], unit: XUnit): Pick<CurveData, "unit" | "ends"> {
  return frameOf(runs, [], xScale(runs, unit), { zoom: null });
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

/** What all charts of curves have: their axis, and stage II on it. */
function frameOf(
  runs: readonly GrowingRun[],
  visible: readonly GrowingRun[],
  scale: XScale,
  { zoom }: Pick<ViewSlice, "zoom">,
): Pick<CurveData, "shades" | "unit" | "ends" | "spreadEvenly"> {
  const bySecond = scale.unit === "second";
  const begun = runs.filter(({ steps }) => steps.length > 0);
  return {
    unit: scale.unit,
    ends: zoom ?? [0, Math.max(scale.perStep, ...begun.map((run) => endOf(run, scale)))],
    shades: bySecond ? [] : shadesOf(visible, scale.perStep),
    spreadEvenly: bySecond && begun.some(({ times }) => times.length === 0),
  };
}

/** Where a run ends on the axis, at its pace so far while it goes on. */
function endOf(run: GrowingRun, { of, unit }: XScale): number {
  const last = run.steps.at(-1)?.step ?? 1;
  const place = of(run);
  if (run.status !== "running") return place(last);
  return unit === "second" ? (place(last) * run.stepCount) / last : place(run.stepCount);
}

/** Curves of a value that every step has: smoothed, as mean and band over seeds or a line a seed, with stage II. */
export function stepCurves(runs: readonly GrowingRun[], value: StepValue, view: ViewSlice): CurveData {
  const visible = shown(runs, view).filter((run) => run.steps.length > 0);
  const factor = value === "learningRate" ? 0 : view.smoothing;
  const scale = xScale(runs, view.x);
  const curves = visible.map((run): Curve => ({ run, points: smoothed(run, value, factor) }));
  const each = view.seeds === "each" && value !== "learningRate";
  const limit = each
    ? Math.min(meanPointLimit, Math.ceil(totalPointLimit / Math.max(1, curves.length)))
    : meanPointLimit;
  const drawn = rowsOf(curves, scale, { zoom: view.zoom, seeds: each ? "each" : "mean" }, Math.max(60, limit));
  const raw = factor > 0 ? rawLines(visible, value, scale, view.zoom) : [];
  return { ...drawn, raw, ...frameOf(runs, visible, scale, view) };
}

function isWithin(x: number, [from, to]: readonly [number, number]): boolean {
  return x >= from && x <= to;
}

/** The raw values of each method's latest run, where there are few enough of them. */
function rawLines(runs: readonly GrowingRun[], value: StepValue, scale: XScale, zoom: ViewSlice["zoom"]): RawLine[] {
  const groups = byMethod(runs);
  if (groups.length > rawLineLimit) return [];
  return groups.flatMap(([method, own]) => {
    const latest = own.at(-1);
    if (latest === undefined) return [];
    const place = scale.of(latest);
    const inside = pointsOf(latest, value).filter(({ step }) => zoom === null || isWithin(place(step), zoom));
    const points = thin(inside).map((point) => ({ x: place(point.step), value: point.value }));
    return [{ key: `${method}~raw`, method, points }];
  });
}

/** Stage II of each method's longest run; once for all where the methods agree on it as far as they went. */
function shadesOf(runs: readonly GrowingRun[], perStep: number): Shade[] {
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
  const last = Math.max(1, ...runs.map(({ steps }) => steps.at(-1)?.step ?? 1));
  return all.slice(0, shadeLimit).map(({ from, to, method }) => {
    return { from: (from - 0.5) * perStep, to: Math.min(to + 0.5, last) * perStep, method };
  });
}

/** Dev scores at each evaluation: mean and band over seeds, or a line a seed. Scores that are undefined are left out. */
export function scoreCurves(runs: readonly GrowingRun[], metric: string, view: ViewSlice): CurveData {
  const visible = shown(runs, view);
  const curves = visible.flatMap((run) => {
    const points = run.evaluations.flatMap((evaluation) => {
      const value = evaluation.scores[metric];
      return typeof value === "number" ? [{ step: evaluation.step, value }] : [];
    });
    return points.length === 0 ? [] : [{ run, points }];
  });
  const scale = xScale(runs, view.x);
  return { ...rowsOf(curves, scale, view, meanPointLimit), raw: [], ...frameOf(runs, visible, scale, view) };
}
