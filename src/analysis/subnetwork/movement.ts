import type { SelectionRecord } from "../../contract/run.ts";
import type { SubnetworkSnapshot, WatchedLayer } from "../../contract/subnetwork.ts";

/** A layer, or all that lies outside the layers, from one selection to the next. */
export interface LayerMovement {
  readonly layer: number | null;
  /** Selected weights that were not selected before, as a share of the selection. */
  readonly swapped: number;
}

/** How much of the selection was swapped since the one before. */
export interface Movement {
  readonly step: number;
  readonly cycle: number;
  /** Over all layers. */
  readonly swapped: number;
  readonly layers: readonly LayerMovement[];
}

/**
 * Share of a selection that was swapped since the one before: 1 − 2J/(1+J) with the Jaccard index J of both, which is
 * 1 − 2·|A∩B| / (|A| + |B|). Of two random masks that keep a share s it is 1 − s. null where both are empty.
 */
export function swappedShare(before: number, now: number, both: number): number | null {
  return before + now === 0 ? null : 1 - (2 * both) / (before + now);
}

/** The selections among the snapshots: one taken after the last step shows a selection that was shown before. */
export function selectionsIn(snapshots: readonly SubnetworkSnapshot[]): readonly SubnetworkSnapshot[] {
  return snapshots.filter((one, index) => one.layers.length > 0 && one.cycle !== snapshots[index - 1]?.cycle);
}

/** How much moved at each selection but the first. */
export function movementOf(snapshots: readonly SubnetworkSnapshot[]): readonly Movement[] {
  const selections = selectionsIn(snapshots);
  return selections.slice(1).map((now, index) => {
    const before = new Map(selections[index]?.layers.map((one) => [one.layer, one]));
    const pairs = now.layers.flatMap((one) => {
      const was = before.get(one.layer);
      return was === undefined || one.both === null ? [] : [{ layer: one.layer, counts: countsOf(was, one) }];
    });
    return movedBy(now, pairs);
  });
}

type Counts = readonly [before: number, now: number, both: number];

function countsOf(was: WatchedLayer, now: WatchedLayer): Counts {
  return [was.kept, now.kept, now.both ?? 0];
}

function movedBy(
  { step, cycle }: Pick<SelectionRecord, "step" | "cycle">,
  pairs: readonly { readonly layer: number | null; readonly counts: Counts }[],
): Movement {
  const layers = [...new Set(pairs.map(({ layer }) => layer))].sort(byDepth).flatMap((layer) => {
    const swapped = swappedOver(pairs.filter((pair) => pair.layer === layer).map(({ counts }) => counts));
    return swapped === null ? [] : [{ layer, swapped }];
  });
  return { step, cycle, swapped: swappedOver(pairs.map(({ counts }) => counts)) ?? 0, layers };
}

function swappedOver(all: readonly Counts[]): number | null {
  const [before, now, both] = all.reduce<[number, number, number]>(
    (sum, one) => [sum[0] + one[0], sum[1] + one[1], sum[2] + one[2]],
    [0, 0, 0],
  );
  return swappedShare(before, now, both);
}

/** Layers from the first, what lies outside them last. */
function byDepth(one: number | null, other: number | null): number {
  return (one ?? Number.MAX_SAFE_INTEGER) - (other ?? Number.MAX_SAFE_INTEGER);
}

/** The same of a run that nobody watched: of J = both / (before + now − both) follows both = J·(before + now)/(1 + J). */
export function movementOfSelections(selections: readonly SelectionRecord[]): readonly Movement[] {
  return selections.slice(1).map((now, index) => {
    const before = new Map(selections[index]?.matrices.map((one) => [one.name, one.kept]));
    const pairs = now.matrices.flatMap(({ name, layer, kept, overlap }) => {
      const was = before.get(name);
      if (was === undefined || overlap === null) return [];
      const counts: Counts = [was, kept, (overlap * (was + kept)) / (1 + overlap)];
      return [{ layer, counts }];
    });
    return movedBy(now, pairs);
  });
}

/** Share of the weights that the last of the selections keeps; null without one. */
export function keptShare(selections: readonly SelectionRecord[]): number | null {
  const matrices = selections.at(-1)?.matrices ?? [];
  const size = matrices.reduce((sum, one) => sum + one.size, 0);
  return size === 0 ? null : matrices.reduce((sum, one) => sum + one.kept, 0) / size;
}
