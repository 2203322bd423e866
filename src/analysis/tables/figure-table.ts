import { mean } from "simple-statistics";
import type { ConfigRecord, SummaryRecord } from "../../contract/run.ts";
import { cellKey, type Place } from "../grids/cells.ts";
import type { ScoredRun } from "../scores/cell-scores.ts";
import { leadersOf } from "../scores/leader.ts";
import { paperScores, scoreInPaper, taskInPaper } from "../paper.ts";

/** A mean and its deviation, as scores from 0 to 1. */
export interface Figure {
  readonly mean: number;
  readonly std: number | null;
  readonly bold: boolean;
}

/** A table of means and deviations, as papers print them. */
export interface FigureTable {
  readonly caption: string;
  /** Over the rows' names, and over the figures. */
  readonly heads: readonly string[];
  readonly rows: readonly FigureRow[];
}

/** A row of such a table. */
interface FigureRow {
  /** What it stands under with others, in a column before its name, in all rows or in none: a model. */
  readonly group?: string;
  readonly name: string;
  /** null: nothing completed, or not reported. */
  readonly figures: readonly (Figure | null)[];
}

/** What stands before a row's figures. */
export function namesOf({ group, name }: FigureRow): readonly string[] {
  return group === undefined ? [name] : [group, name];
}

interface PaperTableParts {
  readonly config: ConfigRecord;
  readonly runs: readonly ScoredRun[];
  readonly summary: readonly SummaryRecord[];
  /** What the task is called, and its scores on dev; the first is the one that the paper reports, where `primary`. */
  readonly task: string;
  readonly metrics: readonly { readonly id: string; readonly label: string }[];
  readonly primary: boolean;
  readonly nameOf: (place: Place) => string;
}

/** A column: a score, and where it is what the paper reports the task of it. */
interface Column {
  readonly head: string;
  readonly score: string;
}

/**
 * A result as the paper's tables have it: rows are methods, columns the task and the sets of other sources, with their
 * average where there are several, after the last step; the paper's own figures beside ours where it has any. Bold is
 * what leads by more than the luck of seeds (see leadersOf).
 *
 * Source: Zhang et al., NeurIPS 2022, tables 1 to 3.
 */
export function paperTable(parts: PaperTableParts): FigureTable {
  const { config, runs, summary, task, metrics, nameOf } = parts;
  const [first] = metrics;
  const dev = metrics.map(({ id, label }): Column => ({ head: `${task}, ${label}`, score: id }));
  const far = config.transfers.map(({ name }): Column => ({ head: name, score: `${first?.id ?? ""}@${name}` }));
  const columns = [...dev, ...far];
  const leaders = columns.map(({ score }) => leadersOf(runs, score));
  const places = [
    ...new Map(summary.filter(({ seeds }) => seeds.length > 0).map((one) => [cellKey(one), one])).values(),
  ];
  const inPaper = parts.primary ? taskInPaper(config) : null;
  const published = places.map(({ method }) => scoreInPaper(method, inPaper));
  const beside = published.some((one) => one !== null);
  const rows = places.map((place, index) => {
    const key = cellKey(place);
    const figures = columns.map(({ score }, at): Figure | null => {
      const found = summary.find((one) => one.score === score && one.epoch === "last" && cellKey(one) === key);
      const own = found?.mean ?? null;
      return own === null ? null : { mean: own, std: found?.std ?? null, bold: leaders[at]?.has(key) === true };
    });
    const theirs = published[index] ?? null;
    const paper = beside ? [theirs === null ? null : { ...theirs, bold: false }] : [];
    const average = far.length > 1 ? [averageOf(figures.slice(dev.length))] : [];
    return { name: nameOf(place), figures: [...figures.slice(0, 1), ...paper, ...figures.slice(1), ...average] };
  });
  const heads = columns.map(({ head }) => head);
  const { model, table, seeds } = paperScores;
  return {
    caption:
      `${config.model.name} on ${task}: mean and standard deviation over seeds, × 100, after the last step. Bold: a lead ` +
      `that is more than the luck of seeds.${beside ? ` Paper: ${model}, ${seeds}, its ${table}.` : ""}`,
    heads: [
      "Method",
      ...heads.slice(0, 1),
      ...(beside ? [`Paper, ${model}`] : []),
      ...heads.slice(1),
      ...(far.length > 1 ? ["Avg of sets"] : []),
    ],
    rows,
  };
}

/** Means of the means and of the deviations, as the paper averages; null where one is missing. */
export function averageOf(figures: readonly (Figure | null)[]): Figure | null {
  const all = figures.filter((one) => one !== null);
  if (all.length < figures.length) return null;
  const stds = all.flatMap(({ std }) => std ?? []);
  return { mean: mean(all.map((one) => one.mean)), std: stds.length < all.length ? null : mean(stds), bold: false };
}
