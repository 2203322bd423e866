import { sweepOf, type SweptRun } from "../../analysis/grids/sweep.ts";
import type { ModelResult } from "../../analysis/tables/models-table.ts";
import { shortTaskLabel, taskLabel } from "../../analysis/task-label.ts";
import type { Catalog } from "../../contract/catalog.ts";
import { sameModel } from "../../contract/growing.ts";
import type { ConfigRecord, ExperimentResult, RunRecord } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import type { Slot } from "../slot.ts";

/** Results that were opened together, or came of several models, to lay side by side. */
interface SweepSlice {
  /** The runs of all of them, without their steps; [] where a single result is on show, or there are several models. */
  readonly runs: readonly SweptRun[];
  readonly resultCount: number;
  /** Results of several models or tasks, which are laid out as a table; [] otherwise. */
  readonly models: readonly LaidResult[];
}

/** One of several models' results; its runs are without their steps. */
export interface LaidResult extends ModelResult {
  /** Of its entry in the list of results, or its file's name. */
  readonly key: string;
  /** What the result itself is called. */
  readonly name: string;
  readonly config: ConfigRecord;
}

/** A result with what it is called. */
interface NamedResult {
  /** See LaidResult. */
  readonly key: string;
  readonly name: string;
  readonly result: ExperimentResult;
}

export const initialSweep: SweepSlice = { runs: [], resultCount: 0, models: [] };

export interface SweepActions {
  /**
   * Results of several models or tasks become a table, others a sweep. Errors: bad-settings, for two of one model and task
   * in a table, and for results that differ in no number among methods' settings.
   */
  take(results: readonly NamedResult[]): void;
  /** Puts a result into the table, in the place of what there was under its key, or of its model and task. */
  join(result: NamedResult): void;
  forget(): void;
}

/** `catalog`: null before the engine has told it. */
export function sweepActions(slot: Slot<SweepSlice>, catalog: () => Catalog | null): SweepActions {
  const lay = (results: readonly Subject[]): void => {
    slot.set({ runs: [], resultCount: results.length, models: laid(results, catalog()) });
  };
  return {
    take(results) {
      const [first, ...others] = results;
      if (first !== undefined && others.some(({ result }) => !sameSubject(first.result.config, result.config))) {
        lay(results.map(withoutRunSteps));
        return;
      }
      const runs = results.flatMap(({ result }) => result.runs.map(withoutSteps));
      if (sweepOf(runs, "") === null) {
        throw new AppError(
          "bad-settings",
          `These ${results.length} results differ in no number among the settings of a method, so there is nothing to ` +
            "lay side by side. Open results that were made with, say, several trained shares, or of several models.",
        );
      }
      slot.set({ runs, resultCount: results.length, models: [] });
    },
    join(result) {
      const one = withoutRunSteps(result);
      const { models } = slot.get();
      const place = models.findIndex(({ key, config }) => key === one.key || sameSubject(config, one.config));
      lay(place < 0 ? [...models, one] : models.map((before, index) => (index === place ? one : before)));
    },
    forget: () => slot.set(initialSweep),
  };
}

function withoutSteps({ method, setting, label, seed, status, evaluations, values }: RunRecord): SweptRun {
  return { method, setting, label, seed, status, evaluations: evaluations.slice(-1), values };
}

/** What a table is made of. */
type Subject = Pick<LaidResult, "key" | "name" | "config" | "runs" | "summary">;

function withoutRunSteps({ key, name, result: { config, runs, summary } }: NamedResult): Subject {
  return { key, name, config, runs: runs.map(withoutSteps), summary };
}

function sameSubject(left: ConfigRecord, right: ConfigRecord): boolean {
  return sameModel(left.model, right.model) && taskLabel(left, null) === taskLabel(right, null);
}

function laid(results: readonly Subject[], catalog: Catalog | null): readonly LaidResult[] {
  const models = results.map(({ config }) => config.model);
  /** The first that is the same, by its place. */
  const places = models.map((model) => models.findIndex((other) => sameModel(other, model)));
  const names = models.map(({ name }, index) => {
    const before = new Set(places.filter((place, at) => at < (places[index] ?? 0) && models[place]?.name === name));
    return before.size === 0 ? name : `${name} (${before.size + 1})`;
  });
  return results.map((one, index) => {
    const { config, summary } = one;
    const task = shortTaskLabel(config, catalog);
    const twin = results.findIndex((other, at) => {
      return at < index && places[at] === places[index] && shortTaskLabel(other.config, catalog) === task;
    });
    if (twin >= 0) {
      throw new AppError(
        "bad-settings",
        `${results[twin]?.name ?? ""} and ${one.name} are both of ${config.model.name} on ${task}: a table of models has ` +
          "one result of each. Leave one of them out.",
      );
    }
    return { ...one, model: names[index] ?? "", task, metric: metricOf(config, summary, catalog) };
  });
}

/** The score that the task is reported in. */
function metricOf(
  { task }: ConfigRecord,
  summary: LaidResult["summary"],
  catalog: Catalog | null,
): ModelResult["metric"] {
  const metrics = catalog?.tasks.find(({ id }) => id === task)?.metrics ?? [];
  const first = metrics.find(({ primary }) => primary) ?? metrics[0];
  const id = summary[0]?.score ?? "";
  return first ?? { id, label: id };
}
