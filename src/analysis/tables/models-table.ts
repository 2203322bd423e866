import type { Catalog } from "../../contract/catalog.ts";
import type { ConfigRecord, SummaryRecord } from "../../contract/run.ts";
import { cellKey, type Place } from "../grids/cells.ts";
import type { ScoredRun } from "../scores/cell-scores.ts";
import { shortTaskLabel } from "../task-label.ts";
import { leadersOf } from "../scores/leader.ts";
import { averageOf, type Figure, type FigureTable } from "./figure-table.ts";

/** The result of one model on one task. */
export interface ModelResult {
  /** What tells its model, and its task, from the others. */
  readonly model: string;
  readonly task: string;
  /** The score that the task is reported in. */
  readonly metric: { readonly id: string; readonly label: string };
  readonly config: Pick<ConfigRecord, "plan" | "task" | "rows">;
  readonly runs: readonly ScoredRun[];
  readonly summary: readonly SummaryRecord[];
}

/**
 * Results of several models, or tasks, as the paper's table has them: a row a model and method, a column a task, with the
 * average where there are several, after the last step. Bold is what leads among a model's methods on a task by more than
 * the luck of seeds (see leadersOf).
 *
 * Source: Zhang et al., NeurIPS 2022, table 4.
 */
export function modelsTable(results: readonly ModelResult[], nameOf: (place: Place) => string): FigureTable {
  const tasks = [...new Map(results.map(({ task, metric }) => [task, metric]))];
  const models = [...new Set(results.map(({ model }) => model))];
  const rows = models.flatMap((model) => {
    const own = results.filter((one) => one.model === model);
    const columns = tasks.map(([task]) => own.find((one) => one.task === task) ?? null);
    const leaders = columns.map((one) => (one === null ? null : leadersOf(one.runs, one.metric.id)));
    return placesOf(own).map((place) => {
      const figures = columns.map((one, index) => one && figureOf(one, place, leaders[index] ?? null));
      const average = tasks.length > 1 ? [averageOf(figures)] : [];
      return { group: model, name: nameOf(place), figures: [...figures, ...average] };
    });
  });
  return {
    caption:
      "Models and methods by task: mean and standard deviation over seeds, × 100, after the last step. Bold: among a " +
      "model's methods, a lead that is more than the luck of seeds.",
    heads: [
      "Model",
      "Method",
      ...tasks.map(([task, { label }]) => `${task}, ${label}`),
      ...(tasks.length > 1 ? ["Avg"] : []),
    ],
    rows,
  };
}

/** The same with tasks as tables call them, "RTE", where that tells them apart. */
export function withTaskLabels(
  results: readonly ModelResult[],
  catalog: Pick<Catalog, "tasks">,
): readonly ModelResult[] {
  const labels = new Map(results.map(({ task, config }) => [task, shortTaskLabel(config, catalog)]));
  const shared = (label: string): boolean => [...labels.values()].filter((one) => one === label).length > 1;
  return results.map((one) => {
    const label = labels.get(one.task) ?? one.task;
    return { ...one, task: shared(label) ? one.task : label };
  });
}

/** Each method at each setting, in the order in which a model's results first have them; those of its plan without a run too. */
function placesOf(results: readonly ModelResult[]): readonly Place[] {
  const found = new Map<string, Place>();
  for (const { summary, runs, config } of results) {
    for (const place of [...summary, ...runs]) if (!found.has(cellKey(place))) found.set(cellKey(place), place);
    for (const { id } of config.plan.methods) {
      const known = [...found.values()].some(({ method }) => method === id);
      if (!known) found.set(id, { method: id, setting: {} });
    }
  }
  return [...found.values()];
}

function figureOf({ metric, summary }: ModelResult, place: Place, leaders: ReadonlySet<string> | null): Figure | null {
  const key = cellKey(place);
  const last = summary.find((one) => one.score === metric.id && one.epoch === "last" && cellKey(one) === key);
  const mean = last?.mean ?? null;
  return mean === null ? null : { mean, std: last?.std ?? null, bold: leaders?.has(key) === true };
}
