/** One point of a curve: x is a step, y a loss, score or norm; y may be NaN where a run broke. */
export interface Point {
  readonly step: number;
  readonly value: number;
}

/** Mean and spread of several seeds at one step. `std` is the sample deviation (n-1), null below two seeds. */
interface BandPoint {
  readonly step: number;
  readonly mean: number;
  readonly std: number | null;
  readonly count: number;
}

/** A run of steps that share a stage, both ends included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** More points than this are never drawn for one series. */
const pointLimit = 600;

/**
 * Exponential moving average without the bias towards zero at the start: m = βm + (1-β)x, shown as m / (1-βⁿ).
 *
 * factor β in [0, 1): 0 returns the values unchanged. A value that is not finite is passed on as it is and leaves the
 * average alone, so that one broken step does not wipe out the rest of the curve.
 */
export function smooth(values: readonly number[], factor: number): number[] {
  let average = 0;
  let remainder = 1;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    average = factor * average + (1 - factor) * value;
    remainder *= factor;
    return average / (1 - remainder);
  });
}

/**
 * Thins a curve to at most `limit` points by keeping the lowest and the highest of each bucket, in their order, so that
 * spikes stay visible. The first and last point are always kept; points that are not finite are left out.
 */
export function thin(points: readonly Point[], limit: number = pointLimit): Point[] {
  const finite = points.filter((point) => Number.isFinite(point.value));
  if (finite.length <= limit) return finite;
  const first = finite.slice(0, 1);
  const last = finite.slice(-1);
  const inner = finite.slice(1, -1);
  const bucketCount = Math.max(1, Math.floor((limit - 2) / 2));
  const kept: Point[] = [];
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    const from = Math.floor((bucket * inner.length) / bucketCount);
    const to = Math.floor(((bucket + 1) * inner.length) / bucketCount);
    kept.push(...extremes(inner.slice(from, to)));
  }
  return [...first, ...kept, ...last];
}

function extremes(bucket: readonly Point[]): readonly Point[] {
  const [head, ...tail] = bucket;
  if (head === undefined) return [];
  let low = head;
  let high = head;
  for (const point of tail) {
    if (point.value < low.value) low = point;
    if (point.value > high.value) high = point;
  }
  if (low === high) return [low];
  return low.step < high.step ? [low, high] : [high, low];
}

/** At most `limit` of the given sorted steps, evenly spread, the first and the last among them. */
export function evenSteps(steps: readonly number[], limit: number = pointLimit): number[] {
  if (steps.length <= limit) return [...steps];
  return Array.from({ length: limit }, (_, index) => {
    const at = Math.round((index * (steps.length - 1)) / (limit - 1));
    return steps[at] ?? 0;
  });
}

/** Every step that occurs in any of the curves (each ascending by step), ascending, each once. */
export function unionOfSteps(curves: readonly (readonly Point[])[]): number[] {
  const steps = new Set<number>();
  let whole = 0;
  for (const curve of curves) {
    // Nearly every curve has all steps from 1 on; only the others need the set.
    if (curve[0]?.step === 1 && curve.at(-1)?.step === curve.length) whole = Math.max(whole, curve.length);
    else for (const point of curve) steps.add(point.step);
  }
  for (let step = 1; step <= whole; step++) steps.add(step);
  return [...steps].sort((a, b) => a - b);
}

/** The curve's value at each of the ascending steps, NaN where it has none. The curve is ascending by step. */
export function valuesAt(curve: readonly Point[], steps: readonly number[]): number[] {
  let at = 0;
  return steps.map((step) => {
    while (at < curve.length && (curve[at]?.step ?? 0) < step) at++;
    const point = curve[at];
    return point?.step === step ? point.value : Number.NaN;
  });
}

/** Mean and sample standard deviation (n-1; null below two values) of the finite values; null when there are none. */
export function meanAndStd(values: readonly number[]): Omit<BandPoint, "step"> | null {
  const finite = values.filter((value) => Number.isFinite(value));
  const count = finite.length;
  if (count === 0) return null;
  const mean = finite.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { mean, std: null, count };
  const squares = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, std: Math.sqrt(squares / (count - 1)), count };
}

/**
 * Mean and standard deviation over seeds at the given ascending steps: the curves (each ascending) are aligned by step
 * number, and at each step only those count that have a finite value there. Steps that no curve has are left out.
 */
export function bandOver(curves: readonly (readonly Point[])[], steps: readonly number[]): BandPoint[] {
  const columns = curves.map((curve) => valuesAt(curve, steps));
  return steps.flatMap((step, index) => {
    const spread = meanAndStd(columns.map((column) => column[index] ?? Number.NaN));
    return spread === null ? [] : [{ step, ...spread }];
  });
}

/** The stretches of consecutive records that carry `stage`. */
export function stageSpans(steps: readonly { readonly step: number; readonly stage: number }[], stage: number): Span[] {
  const spans: { from: number; to: number }[] = [];
  let open: { from: number; to: number } | null = null;
  for (const record of steps) {
    if (record.stage !== stage) {
      open = null;
    } else if (open === null) {
      open = { from: record.step, to: record.step };
      spans.push(open);
    } else {
      open.to = record.step;
    }
  }
  return spans;
}
