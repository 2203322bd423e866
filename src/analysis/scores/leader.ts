import { mean } from "simple-statistics";
import { scoresOf, type CellScores, type ScoredRun } from "./cell-scores.ts";
import { cellKey, cellsOf, sharedKey, type Cell } from "../grids/cells.ts";
import { pairedInterval, settled } from "../comparison/comparison.ts";
import { fewestSeeds } from "./seeds.ts";

/**
 * What a table may print bold in one score, as cell keys: of all that stand at the same values of the axes that all
 * methods have, the one whose lead is more than the luck of seeds. Only the seeds that all of them completed count, at
 * least five; the mean over these must be the highest, and the 95 % interval of the paired difference to each of the
 * others must leave out zero. Nothing leads on a tie, and nothing where there is nothing to compare.
 */
export function leadersOf(runs: readonly ScoredRun[], score: string): ReadonlySet<string> {
  const groups = new Map<string, Cell<ScoredRun>[]>();
  for (const cell of cellsOf(runs)) groups.set(sharedKey(cell), [...(groups.get(sharedKey(cell)) ?? []), cell]);
  const leaders = [...groups.values()].flatMap((cells) => {
    const leader = leaderOf(cells.map((cell) => scoresOf(cell, score, "last")));
    return leader === null ? [] : [cellKey(leader)];
  });
  return new Set(leaders);
}

function leaderOf(cells: readonly CellScores[]): CellScores | null {
  // What has no score yet is in no table.
  const [first, ...others] = cells.filter(({ bySeed }) => bySeed.size > 0);
  if (first === undefined || others.length === 0) return null;
  const seeds = [...first.bySeed.keys()].filter((seed) => others.every(({ bySeed }) => bySeed.has(seed)));
  if (seeds.length < fewestSeeds) return null;
  const scores = ({ bySeed }: CellScores): number[] => seeds.map((seed) => bySeed.get(seed) ?? 0);
  const best = others.reduce((high, cell) => (mean(scores(cell)) > mean(scores(high)) ? cell : high), first);
  const own = scores(best);
  const leads = [first, ...others].every((other) => {
    if (other === best) return true;
    const theirs = scores(other);
    const interval = pairedInterval(own.map((value, index) => settled(value - (theirs[index] ?? 0))));
    return interval !== null && interval[0] > 0;
  });
  return leads ? best : null;
}
