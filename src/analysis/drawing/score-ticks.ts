import type { ComparisonRecord } from "../../contract/comparison.ts";
import { extentOf } from "../../core/extent.ts";
import { innerTicks, outerTicks, type Ticks } from "./ticks.ts";

/** The axis of every seed's score, with about `count` marks. scores: from 0 to 1, at least one. */
export function seedTicks(scores: readonly number[], count: number): Ticks {
  const [low, high] = extentOf(scores);
  // Less than two points from end to end would make a mountain of nothing.
  const room = Math.max((high - low) * 0.06, (0.02 - (high - low)) / 2);
  return innerTicks(low - room, high + room, count);
}

/**
 * One axis for comparisons, with about `count` marks. It holds zero and every seed; an interval of two seeds may be far
 * wider and runs off it.
 */
export function differenceTicks(
  records: readonly Pick<ComparisonRecord, "differences" | "interval">[],
  count: number,
): Ticks {
  const differences = records.flatMap((record) => record.differences);
  const most = 2.5 * extentOf([0.01, ...differences.map(Math.abs)])[1];
  const ends = records.flatMap(({ interval }) => interval ?? []).map((end) => Math.max(-most, Math.min(most, end)));
  const [low, high] = extentOf([-0.005, 0.005, ...differences, ...ends]);
  const room = (high - low) * 0.05;
  // Both ends get a mark: an interval that reaches past the last one could not be read.
  return outerTicks([low - room, high + room], count);
}
