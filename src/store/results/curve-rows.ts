import { evenSteps, meanAndStd, unionOfSteps, valuesAt, type Point } from "../../analysis/time/curves.ts";
import { evenSeconds, secondsUntil, valuesAtSeconds } from "../../analysis/time/device-time.ts";
import type { RunRecord } from "../../contract/run.ts";
import { extentOf } from "../../core/extent.ts";
import type { GrowingRun } from "./archive.ts";
import { byMethod } from "./by-method.ts";
import type { ViewSlice, XUnit } from "./view.ts";

/** One row of a chart's table: x in the axis' unit, and by key a value or a [low, high] band. */
export type CurveRow = { readonly x: number } & Readonly<Record<string, number | readonly [number, number]>>;

/** A drawn line: its key in the rows, and that of its band where it has one. */
export interface CurveLine {
  readonly key: string;
  readonly band: string | null;
  readonly method: string;
  /** null for a mean over seeds. */
  readonly seed: number | null;
  readonly seedCount: number;
}

/** The values of a run, by step. */
export interface Curve {
  readonly run: GrowingRun;
  readonly points: readonly Point[];
}

/** The unit along the bottom, and how a run's steps are placed on it. */
export interface XScale {
  readonly unit: XUnit;
  readonly of: (run: GrowingRun) => (step: number) => number;
  /** Epochs a step; 1 for the other units. */
  readonly perStep: number;
}

/** Where steps stand on the axis. Epochs are known from the first evaluation on; until then it has steps. */
export function xScale(runs: readonly GrowingRun[], unit: XUnit): XScale {
  if (unit === "second") return { unit, of: secondsUntil, perStep: 1 };
  const perStep = unit === "epoch" ? epochsPerStep(runs) : null;
  const one = perStep ?? 1;
  return { unit: perStep === null ? "step" : unit, of: () => (step) => step * one, perStep: one };
}

/** Share of an epoch that a step is; null before any run was evaluated. */
export function epochsPerStep(runs: readonly Pick<RunRecord, "evaluations">[]): number | null {
  for (const { evaluations } of runs) {
    const last = evaluations.at(-1);
    if (last !== undefined && last.step > 0 && last.epoch > 0) return last.epoch / last.step;
  }
  return null;
}

/** Values at ascending x, one column a curve; NaN where a curve has none. */
interface Columns {
  readonly xs: readonly number[];
  readonly columns: readonly (readonly number[])[];
  /** Whether a method's mean begins only where all its seeds have begun: each does at a second of its own. */
  readonly together: boolean;
}

interface Rows {
  readonly rows: readonly CurveRow[];
  readonly lines: readonly CurveLine[];
}

/** Curves as lines over one axis: a line a seed, or a mean and a band a method. At most `limit` points a line. */
export function rowsOf(
  curves: readonly Curve[],
  scale: XScale,
  { seeds, zoom }: Pick<ViewSlice, "seeds" | "zoom">,
  limit: number,
): Rows {
  const laid = scale.unit === "second" ? bySecond(curves, scale, zoom, limit) : byStep(curves, scale, zoom, limit);
  return seeds === "each" ? seedLines(curves, laid) : meanLines(curves, laid);
}

function byStep(curves: readonly Curve[], { perStep }: XScale, zoom: ViewSlice["zoom"], limit: number): Columns {
  const all = unionOfSteps(curves.map(({ points }) => points));
  const steps = evenSteps(within(all, zoom === null ? null : [zoom[0] / perStep, zoom[1] / perStep]), limit);
  return {
    xs: steps.map((step) => step * perStep),
    columns: curves.map(({ points }) => valuesAt(points, steps)),
    together: false,
  };
}

/** Those of an ascending list within both ends, and their neighbours: lines go on to the edge. */
function within(xs: readonly number[], ends: readonly [number, number] | null): readonly number[] {
  if (ends === null) return xs;
  const first = xs.findIndex((x) => x >= ends[0]);
  const last = xs.findLastIndex((x) => x <= ends[1]);
  return first < 0 ? xs.slice(-1) : xs.slice(Math.max(0, first - 1), last + 2);
}

/** All runs at the same seconds of the device, whatever steps they had done by then. */
function bySecond(curves: readonly Curve[], { of }: XScale, zoom: ViewSlice["zoom"], limit: number): Columns {
  const placed = curves.map(({ run, points }) => ({ run, points, until: of(run) }));
  const ends = placed.flatMap(({ points, until }) => {
    const [first, last] = [points[0], points.at(-1)];
    return first === undefined || last === undefined ? [] : [until(first.step), until(last.step)];
  });
  if (ends.length === 0) return { xs: [], columns: curves.map(() => []), together: true };
  const [from, to] = [Math.max(Math.min(...ends), zoom?.[0] ?? 0), Math.min(Math.max(...ends), zoom?.[1] ?? Infinity)];
  const xs = to < from ? [] : evenSeconds(from, to, to > from ? limit : 1);
  const columns = placed.map(({ run, points, until }) =>
    valuesAtSeconds(points, until, xs, run.status === "completed"),
  );
  return { xs, columns, together: true };
}

type Cell = number | readonly [number, number];

function meanLines(curves: readonly Curve[], { xs, columns, together }: Columns): Rows {
  const rows = xs.map((): Record<string, Cell> => ({}));
  const own = curves.map(({ run }, index) => ({ method: run.method, column: columns[index] ?? [] }));
  const lines = byMethod(own).map(([method, seeds]): CurveLine => {
    const begun = together ? firstCommon(seeds.map(({ column }) => column)) : 0;
    for (const [index, row] of rows.entries()) {
      const spread = index < begun ? null : meanAndStd(seeds.map(({ column }) => column[index] ?? Number.NaN));
      if (spread === null) continue;
      row[method] = spread.mean;
      if (spread.std !== null) row[`${method}~band`] = [spread.mean - spread.std, spread.mean + spread.std];
    }
    const band = seeds.length > 1 ? `${method}~band` : null;
    return { key: method, band, method, seed: null, seedCount: seeds.length };
  });
  return { rows: filled(xs, rows), lines };
}

/** The first row in which every seed has a value: before it, a mean would jump as one more seed comes in. 0 for none. */
function firstCommon(columns: readonly (readonly number[])[]): number {
  const found = (columns[0] ?? []).findIndex((_, row) => columns.every((column) => Number.isFinite(column[row])));
  return Math.max(0, found);
}

function seedLines(curves: readonly Curve[], { xs, columns }: Columns): Rows {
  const rows = xs.map((): Record<string, Cell> => ({}));
  const lines = curves.map(({ run: { method, seed } }, place): CurveLine => {
    const key = `${method}~${seed}`;
    for (const [index, row] of rows.entries()) {
      const value = columns[place]?.[index] ?? Number.NaN;
      if (Number.isFinite(value)) row[key] = value;
    }
    return { key, band: null, method, seed, seedCount: 1 };
  });
  return { rows: filled(xs, rows), lines };
}

function filled(xs: readonly number[], rows: readonly Readonly<Record<string, Cell>>[]): CurveRow[] {
  return rows.flatMap((row, index) => (Object.keys(row).length === 0 ? [] : [{ ...row, x: xs[index] ?? 0 }]));
}

/** What of rows and lines a logarithm has a place for; a band is cut at the lowest value that is drawn. */
export function aboveZero(rows: readonly CurveRow[], lines: readonly CurveLine[]): readonly CurveRow[] {
  const positive = (value: unknown): value is number => typeof value === "number" && value > 0;
  const [lowest] = extentOf(rows.flatMap((row) => lines.map(({ key }) => row[key]).filter(positive)));
  return rows.flatMap((row) => {
    const kept: Record<string, Cell> = {};
    for (const { key, band } of lines) {
      const [value, spread] = [row[key], band === null ? undefined : row[band]];
      if (!positive(value)) continue;
      kept[key] = value;
      if (band !== null && typeof spread === "object") kept[band] = [Math.max(lowest, spread[0]), spread[1]];
    }
    return Object.keys(kept).length === 0 ? [] : [{ ...kept, x: row.x }];
  });
}

/** The row nearest to x, which hovering asks for; undefined without any. Rows ascend by x. */
export function rowNear(rows: readonly CurveRow[], x: number): CurveRow | undefined {
  const after = rows.findIndex((row) => row.x >= x);
  const [before, next] = [rows[(after < 0 ? rows.length : after) - 1], after < 0 ? undefined : rows[after]];
  if (before === undefined || next === undefined) return next ?? before;
  return x - before.x < next.x - x ? before : next;
}
