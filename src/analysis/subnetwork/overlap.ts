import type { RunRecord } from "../../contract/run.ts";
import type { SubnetworkOverlaps } from "../../contract/subnetwork.ts";
import type { Cell } from "../grids/cells.ts";
import { drawnOf } from "./run.ts";

/** Jaccard index that two random masks of these shares are expected to have: ab / (a + b − ab). */
export function chanceJaccard(one: number, other: number): number {
  const both = one * other;
  return one + other === 0 ? 0 : both / (one + other - both);
}

/** How alike two runs' last selections are; null: not measured, or nothing that both select from. */
export function jaccardBetween(overlaps: SubnetworkOverlaps, one: string, other: string): number | null {
  return overlaps.jaccard[overlaps.runs.indexOf(one)]?.[overlaps.runs.indexOf(other)] ?? null;
}

/** Two runs and how alike their last selections are. */
interface RunPair {
  readonly one: RunRecord;
  readonly other: RunRecord;
  readonly jaccard: number;
}

/** How alike the selections of two methods are; of one method, with each other over its seeds. */
export interface CellOverlap {
  readonly one: Cell<RunRecord>;
  readonly other: Cell<RunRecord>;
  /** Never empty. */
  readonly pairs: readonly RunPair[];
  readonly mean: number;
  /** Jaccard index that random masks would have. */
  readonly chance: number;
}

/** Every cell with itself, over pairs of seeds, and with every later one, seed by seed; those of which a pair was measured. */
export function overlapsOfCells(
  cells: readonly Cell<RunRecord>[],
  overlaps: SubnetworkOverlaps,
): readonly CellOverlap[] {
  const places = new Map(overlaps.runs.map((id, place) => [id, place]));
  const between = (one: RunRecord, other: RunRecord): readonly RunPair[] => {
    const jaccard = overlaps.jaccard[places.get(one.id) ?? -1]?.[places.get(other.id) ?? -1] ?? null;
    return jaccard === null ? [] : [{ one, other, jaccard }];
  };
  const pairsOf = (one: Cell<RunRecord>, other: Cell<RunRecord>): readonly RunPair[] =>
    one === other
      ? one.runs.flatMap((run, at) => one.runs.slice(at + 1).flatMap((later) => between(run, later)))
      : one.runs.flatMap((run) =>
          other.runs.filter(({ seed }) => seed === run.seed).flatMap((its) => between(run, its)),
        );
  return cells.flatMap((one, at) =>
    cells.slice(at).flatMap((other) => {
      const pairs = pairsOf(one, other);
      const [first] = pairs;
      if (first === undefined) return [];
      const mean = pairs.reduce((sum, { jaccard }) => sum + jaccard, 0) / pairs.length;
      return [{ one, other, pairs, mean, chance: chanceJaccard(drawnOf(first.one).share, drawnOf(first.other).share) }];
    }),
  );
}
