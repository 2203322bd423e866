import type { RateTrial } from "../../contract/engine/rates.ts";
import { smooth } from "../time/curves.ts";

/** No rate outside is tried: below nothing moves in a few steps, above everything breaks. */
const [lowest, highest] = [1e-7, 1e-1];
/** How far below and above the rate that suits the model's size the search goes. */
const [below, above] = [100, 1000];
/** Of the moving average over the losses, whose batches differ. */
const smoothing = 0.8;
/** A smoothed loss so many times the lowest ends the search. */
const blowUp = 4;

/** Rates that grow by the same factor from step to step, around the one that suits the model. */
export function ratesAround(suited: number, count: number): readonly number[] {
  const [from, to] = [Math.max(lowest, suited / below), Math.min(highest, suited * above)];
  return Array.from({ length: count }, (_, index) => from * (to / from) ** (index / (count - 1)));
}

/** A point of the curve that is drawn. */
export interface RatePoint extends RateTrial {
  readonly smoothed: number;
}

/**
 * The curve of a search: the moving average taken forwards and then backwards, or it would lag some steps behind and speak
 * for twice the rate.
 */
export function rateCurve(trials: readonly RateTrial[]): readonly RatePoint[] {
  const losses = smooth(smooth(lossesOf(trials), smoothing).toReversed(), smoothing).toReversed();
  return trials.map((trial, index) => ({ ...trial, smoothed: losses[index] ?? trial.loss }));
}

/** Whether nothing is to be learnt from still higher rates: the loss is no number, or far above its lowest. */
export function hasBlownUp(trials: readonly RateTrial[]): boolean {
  const losses = smooth(lossesOf(trials), smoothing);
  const last = trials.at(-1)?.loss ?? 0;
  return !Number.isFinite(last) || (losses.at(-1) ?? 0) > blowUp * Math.min(...losses.filter(Number.isFinite));
}

function lossesOf(trials: readonly RateTrial[]): readonly number[] {
  return trials.map(({ loss }) => loss);
}

/**
 * The rate that a search speaks for, to one digit: where the smoothed loss falls most steeply over the logarithm of the
 * rate, and at most a tenth of the rate at which it is lowest, since that is where it is about to rise. null where the loss
 * fell nowhere.
 *
 * Source: Smith 2017, "Cyclical learning rates for training neural networks", section 3.3, the learning-rate range test;
 * the tenth of the minimum is the rule of thumb of the fast.ai library that made it common.
 */
export function suggestedRate(trials: readonly RateTrial[]): number | null {
  const curve = rateCurve(trials).filter(({ smoothed }) => Number.isFinite(smoothed));
  const [first] = curve;
  const lowestAt = curve.reduce(
    (best, { smoothed }, index) => (smoothed < (curve[best]?.smoothed ?? 0) ? index : best),
    0,
  );
  const bottom = curve[lowestAt];
  if (first === undefined || bottom === undefined || lowestAt === 0) return null;
  const slopes = curve.slice(1, lowestAt + 1).map((point, index) => {
    const before = curve[index] ?? first;
    return { rate: point.rate, slope: (point.smoothed - before.smoothed) / Math.log(point.rate / before.rate) };
  });
  const steepest = slopes.reduce((best, one) => (one.slope < best.slope ? one : best));
  return Number(Math.min(steepest.rate, bottom.rate / 10).toPrecision(1));
}
