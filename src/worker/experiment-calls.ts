import type { ExperimentPlan } from "../contract/run.ts";
import { mostBindable } from "../gpu/device.ts";
import type { Turns } from "../experiment/running/turns.ts";
import type { Workspace } from "../experiment/workspace.ts";
import type { MemoryEstimate, TrainerApi } from "./api.ts";
import type { Cancels } from "./cancels.ts";
import type { Methods } from "./crossing.ts";
import type { Experiments } from "./experiments.ts";

/** The part of the page's seam that runs experiments, and looks at what came of the last one. */
export function experimentCalls(workspace: Workspace, turns: Turns, experiments: Experiments, cancels: Cancels) {
  async function estimate(plan: ExperimentPlan): Promise<readonly MemoryEstimate[]> {
    const { record } = (await workspace.engine()).device;
    return (await workspace.estimate(plan)).map(({ method, plan: planned, problem }) => ({
      method,
      bytes: planned?.bytes ?? {},
      totalBytes: planned?.totalBytes ?? 0,
      largestBufferBytes: planned?.largest.bytes ?? 0,
      maxBufferBytes: mostBindable(record),
      problem,
    }));
  }

  return {
    estimate,
    tuneKernels: (plan, onProgress) =>
      turns.control === null
        ? cancels.run(
            "kernels",
            () => workspace.tune(plan, (_, done, total) => onProgress(done, total)),
            () => workspace.abandon("kernels"),
          )
        : null,
    start: (...given) => experiments.start(...given),
    grow: (...given) => experiments.grow(...given),
    saveRuns: () => experiments.saveSoon(),
    findRate: (plan, onTrials) =>
      turns.take("A learning rate is being looked for", async (control) => {
        const module = await import("../experiment/rates/rate-finding.ts");
        const find = () => module.findRate(workspace, plan, control, onTrials);
        return await workspace.engines.surviving(control, find);
      }),
    cancelRun: (run) => experiments.running.cancel(run),
    retryRun: (run) => experiments.running.retry(run),
    extend: (more) => experiments.extend(more),
    devExamples: (rows) => experiments.examplesAt(rows),
    findExamples: (text) => experiments.rowsHolding(text),
    inspectMatrix: (region) => experiments.inspectMatrix(region),
    exports: () => experiments.kept?.list() ?? [],
    exportModel: (run) => cancels.run("export", () => experiments.models.pack(run)),
    secondOpinion: (run) => cancels.run("export", (signal) => experiments.models.compare(run, signal)),
    classify: (first, second, runs) => experiments.models.classify(first, second, runs),
  } satisfies Partial<Methods<TrainerApi>>;
}
