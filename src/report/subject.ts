import { shownAxes, placeText, type ShownAxis } from "../analysis/grids/axes.ts";
import { cellsOf, type Cell, type Place } from "../analysis/grids/cells.ts";
import { methodLooks, type MethodLook } from "../analysis/drawing/method-looks.ts";
import { taskLabel } from "../analysis/task-label.ts";
import { metricsIn } from "../analysis/scores/summary.ts";
import type { Catalog } from "../contract/catalog.ts";
import type { ExperimentResult, RunRecord } from "../contract/run.ts";
import { shortened } from "./markup.ts";

/** What a report is made of. */
export interface ReportInput {
  readonly result: ExperimentResult;
  /** What methods, tasks and settings are called; what it does not know is called as the result calls it. */
  readonly catalog: Catalog;
  /** What the result is called. */
  readonly name: string;
  /** When its file was written; null where nobody knows. */
  readonly date: Date | null;
  /** Of the program that writes the report. */
  readonly version: string;
}

/** A score and what it is called. */
interface NamedMetric {
  readonly id: string;
  readonly label: string;
}

/** The result of a report with everything in it named. */
export interface Subject extends ReportInput {
  /** Dev scores, the one that the paper reports first. */
  readonly metrics: readonly NamedMetric[];
  /** The first of them; null where nothing was scored. */
  readonly metric: NamedMetric | null;
  readonly task: string;
  readonly axes: readonly ShownAxis[];
  readonly cells: readonly Cell<RunRecord>[];
  /** The look of a method, with its label cut to a sensible length. */
  readonly look: (method: string) => MethodLook;
  /** "DPS Dense", with its place in a grid: "DPS Dense, Frozen share 0.3". */
  readonly nameOf: (place: Place) => string;
}

/** Names everything in a result. */
export function subjectOf(input: ReportInput): Subject {
  const { result, catalog } = input;
  const { config, runs } = result;
  const entry = catalog.tasks.find(({ id }) => id === config.task);
  const looks = methodLooks(catalog, runs);
  const axes = shownAxes(catalog, config.plan.grid);
  const look = (method: string): MethodLook => {
    const own = looks(method);
    return { ...own, label: shortened(own.label, 40) };
  };
  const known = [...(entry?.metrics ?? [])].sort((left, right) => Number(right.primary) - Number(left.primary));
  const present = metricsIn(runs).filter((id) => !id.includes("@"));
  const metrics = [
    ...known.filter(({ id }) => present.includes(id)).map(({ id, label }) => ({ id, label })),
    ...present.filter((id) => known.every((one) => one.id !== id)).map((id) => ({ id, label: shortened(id, 40) })),
  ];
  return {
    ...input,
    metrics,
    metric: metrics[0] ?? null,
    task: shortened(taskLabel(config, catalog)),
    axes,
    cells: cellsOf(runs),
    look,
    nameOf({ method, setting }) {
      const at = placeText(axes, setting);
      return shortened(at === "" ? look(method).label : `${look(method).label}, ${at}`);
    },
  };
}
