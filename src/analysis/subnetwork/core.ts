import type { SubnetworkSnapshot } from "../../contract/subnetwork.ts";

/** Weights by the number of selections that they were in. */
export interface Core {
  /** [selections + 1]: share of the weights in none, in one, … in all. */
  readonly shares: readonly number[];
  /** The same of random masks: Binomial(selections, share). */
  readonly chance: readonly number[];
  /** Weights counted. */
  readonly size: number;
}

/** Probabilities of 0 … count successes with probability `share` each. */
export function binomial(count: number, share: number): readonly number[] {
  if (share <= 0 || share >= 1) {
    return Array.from({ length: count + 1 }, (_, times) => (times === (share <= 0 ? 0 : count) ? 1 : 0));
  }
  // By logarithms: (1−p)^count would be 0 for some thousand selections.
  let log = count * Math.log1p(-share);
  const odds = Math.log(share) - Math.log1p(-share);
  return Array.from({ length: count + 1 }, (_, times) => {
    if (times > 0) log += Math.log((count - times + 1) / times) + odds;
    return Math.exp(log);
  });
}

/** The core of a layer, or of all (undefined); null where nothing was counted. */
export function coreOf(
  { layers }: Pick<SubnetworkSnapshot, "layers">,
  share: number,
  layer?: number | null,
): Core | null {
  const counted = layers.filter((one) => layer === undefined || one.layer === layer);
  const count = Math.max(0, ...counted.map(({ times }) => times.length - 1));
  const size = counted.reduce((sum, one) => sum + one.size, 0);
  if (count === 0 || size === 0) return null;
  const shares = Array.from(
    { length: count + 1 },
    (_, times) => counted.reduce((sum, one) => sum + (one.times[times] ?? 0), 0) / size,
  );
  return { shares, chance: binomial(count, share), size };
}
