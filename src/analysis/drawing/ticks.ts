import { extentOf } from "../../core/extent.ts";
import { formatFixed } from "../../core/format.ts";

/** An axis: its ends and the round values marked on it. */
export interface Ticks {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  /** Distance of two marks. */
  readonly unit: number;
}

/** The smallest of 1, 2, 5 times a power of ten that is not below `rough`. */
export function niceUnit(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5].find((one) => one * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Marks at multiples of `unit` within [low, high]. */
export function marksAt(low: number, high: number, unit: number): Ticks {
  const first = Math.ceil(low / unit - 1e-9);
  const last = Math.floor(high / unit + 1e-9);
  const ticks = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * unit);
  return { domain: [low, high], ticks: ticks.map((tick) => Number(tick.toPrecision(12))), unit };
}

/** Marks at round values within [low, high], about `count` of them; the ends stay where they are. */
export function innerTicks(low: number, high: number, count: number): Ticks {
  const width = high > low ? high - low : Math.max(Math.abs(high), 1) * 0.01;
  return marksAt(low, low + width, niceUnit(width / Math.max(1, count)));
}

/**
 * Marks at round values around the finite ones of `values`, with the ends moved out to such a value: they hold every
 * value to within a billionth of the distance of two marks.
 */
export function outerTicks(values: readonly number[], count: number): Ticks {
  const finite = values.filter((value) => Number.isFinite(value));
  const [low, high] = extentOf(finite);
  const magnitude = Math.max(Math.abs(low), Math.abs(high));
  // Nothing, and a constant 0, have no scale of their own.
  if (finite.length === 0 || magnitude < 1e-12) return innerTicks(0, 1, count);
  // Values that differ by rounding only are one value, and get an axis of some width all the same.
  const room = high - low > magnitude * 1e-9 ? 0 : magnitude * 0.05;
  const unit = niceUnit((high - low + 2 * room) / Math.max(1, count));
  // A quantity that is never negative gets no axis below zero.
  const from = Math.floor((low >= 0 ? Math.max(0, low - room) : low - room) / unit + 1e-9) * unit;
  const to = Math.ceil((high + room) / unit - 1e-9) * unit;
  return innerTicks(
    Number(from.toPrecision(12)),
    Number(to.toPrecision(12)),
    Math.max(1, Math.round((to - from) / unit)),
  );
}

/** Marks for the logarithm of positive values: powers of ten, with 3 between them, or 2 and 5, where these are few. */
export function logTicks(values: readonly number[]): Pick<Ticks, "ticks" | "domain"> {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value));
  const [low, high] = positive.length === 0 ? [1, 10] : extentOf(positive);
  const [first, last] = [Math.floor(Math.log10(low) + 1e-9), Math.ceil(Math.log10(high) - 1e-9)];
  const factors = last - first > 3 ? [1] : last - first > 1 ? [1, 3] : [1, 2, 5];
  const every = Math.max(1, Math.ceil((last - first) / 6));
  const marks = Array.from({ length: Math.max(1, last - first) + 1 }, (_, index) => first + index).flatMap((power) =>
    (power - first) % every === 0 ? factors.map((factor) => Number(`${factor}e${power}`)) : [],
  );
  // The nearest marks around the values, so that a narrow range is not lost in a whole power of ten.
  const from = marks.findLast((mark) => mark <= low * (1 + 1e-9)) ?? low;
  const to = marks.find((mark) => mark >= high * (1 - 1e-9) && mark > from) ?? high;
  return { domain: [from, to], ticks: marks.filter((mark) => mark >= from && mark <= to) };
}

/** How the marks of a logarithm are written, one way for all. */
export function logFormat({ ticks }: Pick<Ticks, "ticks">): (value: number) => string {
  const plain = ticks.every((tick) => tick >= 1e-3 && tick < 1e5);
  return (value) => (plain ? String(value) : value.toExponential(0).replace("e+", "e"));
}

/** A mark `unit` from the next, with as many decimals as it takes to tell the two apart. */
export function tickText(value: number, unit: number): string {
  return formatFixed(value, Math.min(12, Math.max(0, -Math.floor(Math.log10(unit) + 1e-9))));
}

/** A mark of an axis of scores or shares, × 100. */
export function hundredText(value: number, unit: number): string {
  return tickText(value * 100, unit * 100);
}

/** How the marks of an axis are written, one way for all: decimals, or thousandths and less by a power of ten. */
export function tickFormat({ ticks, unit }: Pick<Ticks, "ticks" | "unit">): (value: number) => string {
  const most = Math.max(...ticks.map(Math.abs));
  if (most === 0 || (most >= 2e-3 && most < 1e7)) return (value) => tickText(value, unit);
  const power = Math.floor(Math.log10(most) + 1e-9);
  return (value) => (value === 0 ? "0" : `${tickText(value / 10 ** power, unit / 10 ** power)}e${power}`);
}
