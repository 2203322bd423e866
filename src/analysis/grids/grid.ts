import { mean } from "simple-statistics";
import { formatScore } from "../../core/format.ts";
import { scoresOf, type CellScores, type ScoredRun } from "../scores/cell-scores.ts";
import { cellKey, cellsOf, type Place } from "./cells.ts";
import { meanAndStd } from "../time/curves.ts";

/** How a method did at one setting, after the last epoch. */
export interface GridCell extends Place {
  readonly key: string;
  /** null without a completed seed. */
  readonly mean: number | null;
  /** Sample deviation; null below two seeds. */
  readonly std: number | null;
  readonly seedCount: number;
}

/** A method at every setting of it that was run. */
export interface MethodGrid {
  readonly method: string;
  readonly label: string;
  /** In the order in which they were run. */
  readonly cells: readonly GridCell[];
  /** The highest mean, the first of equals; null without any. */
  readonly best: GridCell | null;
  /** What choosing is worth; null below two seeds, and where there was nothing to choose. */
  readonly chosen: ChosenScore | null;
}

/** Mean score of settings that were chosen without the seeds they are scored on. */
interface ChosenScore {
  readonly mean: number;
  readonly seedCount: number;
}

/** Means that agree to this are equal but for rounding, scores being 1 at most. */
const rounding = 1e-12;

/** Every method of an experiment over its settings in one score, in the order in which methods first come. */
export function gridOf(runs: readonly ScoredRun[], score: string): readonly MethodGrid[] {
  const methods = [...new Set(runs.map(({ method }) => method))];
  return methods.map((method) => {
    const own = cellsOf(runs.filter((run) => run.method === method)).map((cell) => scoresOf(cell, score, "last"));
    const cells = own.map((cell): GridCell => {
      const spread = meanAndStd([...cell.bySeed.values()]);
      const { setting } = cell;
      const figures = { mean: spread?.mean ?? null, std: spread?.std ?? null, seedCount: cell.bySeed.size };
      return { key: cellKey(cell), method, setting, ...figures };
    });
    const best = highest(cells, ({ mean: own }) => own);
    return { method, label: own[0]?.label ?? method, cells, best, chosen: chosenScore(own) };
  });
}

/**
 * Leaves out one seed after the other, takes the setting that is best over the rest, and scores it on the seed left
 * out; of settings that lack this seed none is taken.
 *
 * The best setting's own mean is the luckiest of several and so is optimistic. This mean is free of the luck of the seeds, and
 * a little low, as each choice has a seed fewer to go by. Of the luck of the dev rows it is not free: all seeds are
 * scored on the same ones, so a setting that suits just these rows is chosen every time. Only rows that no choice was
 * made on would tell.
 */
function chosenScore(cells: readonly CellScores[]): ChosenScore | null {
  if (cells.length < 2) return null;
  const seeds = [...new Set(cells.flatMap(({ bySeed }) => [...bySeed.keys()]))];
  const scores = seeds.flatMap((seed) => {
    const having = cells.filter(({ bySeed }) => bySeed.has(seed));
    return highest(having, ({ bySeed }) => meanWithout(bySeed, seed))?.bySeed.get(seed) ?? [];
  });
  return scores.length === 0 ? null : { mean: mean(scores), seedCount: scores.length };
}

function meanWithout(bySeed: CellScores["bySeed"], seed: number): number | null {
  const others = [...bySeed].flatMap(([own, score]) => (own === seed ? [] : [score]));
  return others.length === 0 ? null : mean(others);
}

/** The first of those with the highest value; null where none has one. */
function highest<T>(items: readonly T[], valueOf: (item: T) => number | null): T | null {
  let best: { readonly item: T; readonly value: number } | null = null;
  for (const item of items) {
    const value = valueOf(item);
    if (value !== null && (best === null || value > best.value + rounding)) best = { item, value };
  }
  return best?.item ?? null;
}

/** What a reader should know of the best of several settings; null where nothing was chosen. In points, score × 100. */
export function choiceWarning({ label, cells, best, chosen }: MethodGrid): string | null {
  const tried = cells.filter(({ seedCount }) => seedCount > 0).length;
  if (best === null || best.mean === null || tried < 2) return null;
  const optimistic = `${label}: ${formatScore(best.mean)} is the best of ${tried} settings, chosen on the dev rows that score it, and so is optimistic.`;
  if (chosen === null) return `${optimistic} By how much cannot be told from a single seed.`;
  return (
    `${optimistic} Chosen each time on the other seeds and scored on the one left out, the mean of ${chosen.seedCount} ` +
    `seeds is ${formatScore(chosen.mean)}, still with the luck of these dev rows in it.`
  );
}
