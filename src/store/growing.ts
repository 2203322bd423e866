import { sameModel } from "../contract/growing.ts";
import type { ExperimentPlan } from "../contract/run.ts";
import { isActive } from "./experiment.ts";
import type { AppActions, AppState } from "./state.ts";

/** Adding to the experiment on show: while it goes on, and after its end. */
export interface GrowActions {
  /** Runs of more methods and seeds. */
  extend(more: Pick<ExperimentPlan, "methods" | "seeds">): Promise<void>;
  /** A run that failed or was stopped is run again. */
  retry(run: string): Promise<void>;
}

export function growActions(
  { experiment, cases, exports }: Pick<AppActions, "experiment" | "cases" | "exports">,
  shown: () => AppState["experiment"],
): GrowActions {
  async function grow(...[growth]: Parameters<AppActions["experiment"]["grow"]>): Promise<void> {
    // What was trained before belongs to another experiment.
    if (shown().source !== "live") exports.forget();
    await experiment.grow(growth);
    await cases.refresh();
    if (shown().status === "finished" && shown().source === "live") await exports.refresh();
  }

  return {
    extend: (more) => (isActive(shown().status) ? experiment.extend(more) : grow({ ...more, retry: [] })),
    retry: (run) => (isActive(shown().status) ? experiment.retry(run) : grow({ methods: [], seeds: [], retry: [run] })),
  };
}

/**
 * What stands between the experiment on show and more runs of it, as a sentence; "" where it is stopping, or is not known
 * yet; null for nothing. The engine looks closer, at rows and their source.
 */
export function problemWithGrowing(state: AppState): string | null {
  const { engine, experiment, model, data, adaptation } = state;
  const { config, status } = experiment;
  if (config === null || status === "starting" || status === "stopping") return "";
  if (isActive(status)) return null;
  if (engine.status === "no-webgpu") return "This browser offers no WebGPU, so nothing can be added to this result.";
  if (engine.status !== "ready") return "";
  if (adaptation.status !== "idle") return "The model is being adapted; wait for it to add to this experiment.";
  const loaded = model.model !== null && sameModel(config.model, model.model);
  const ready = data.prepared !== null && data.prepared.task === config.task;
  if (loaded && ready) return null;
  const missing = [
    ...(loaded ? [] : [`the model ${config.model.name}`]),
    ...(ready ? [] : [`the rows (${config.task})`]),
  ];
  return `To add seeds or methods, or to retry a run, load what it was made with: ${missing.join(" and ")}.`;
}
