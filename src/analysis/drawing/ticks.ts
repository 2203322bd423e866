/** An axis: its ends and the round values marked on it. */
export interface Ticks {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  /** Distance of two marks. */
  readonly unit: number;
}

/** The smallest of 1, 2, 5 times a power of ten that is not below `rough`. */
function niceUnit(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5].find((one) => one * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Marks at round values within [low, high], about `count` of them; the ends stay where they are. */
export function innerTicks(low: number, high: number, count: number): Ticks {
  const width = high > low ? high - low : Math.max(Math.abs(high), 1) * 0.01;
  const unit = niceUnit(width / Math.max(1, count));
  const first = Math.ceil(low / unit - 1e-9);
  const last = Math.floor((low + width) / unit + 1e-9);
  const ticks = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * unit);
  return { domain: [low, low + width], ticks: ticks.map((tick) => Number(tick.toPrecision(12))), unit };
}

/**
 * Marks at round values around the finite ones of `values`, with the ends moved out to such a value: they hold every
 * value to within a billionth of the distance of two marks.
 */
export function outerTicks(values: readonly number[], count: number): Ticks {
  const finite = values.filter((value) => Number.isFinite(value));
  if (finite.length === 0) return innerTicks(0, 1, count);
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const magnitude = Math.max(Math.abs(low), Math.abs(high), 1e-12);
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
