import type { DevExample } from "../contract/answers.ts";
import type { ExperimentPlan, ExperimentResult, RunEvent } from "../contract/run.ts";
import type { KernelsRecord } from "../contract/kernels.ts";
import type { Profile } from "../contract/profile.ts";
import { AppError } from "../core/errors.ts";
import type { Example } from "../data/dataset/dataset.ts";
import type { Experiment } from "../experiment/experiment.ts";
import { KeptModels } from "../experiment/trained/kept-models.ts";
import { extendedPlan } from "../experiment/plan/checked-plan.ts";
import { RunningExperiment } from "../experiment/running/runner.ts";
import type { Turns } from "../experiment/running/turns.ts";
import type { Workspace } from "../experiment/workspace.ts";
import type { MemoryEstimate, TrainerApi } from "./api.ts";
import { batched, type Methods } from "./crossing.ts";

/** The part of the page's seam that runs experiments, and keeps what comes of the last one. */
export function experimentCalls(workspace: Workspace, turns: Turns) {
  let running: RunningExperiment | null = null;
  let kept: KeptModels | null = null;
  let devRows: readonly Example[] = [];

  async function estimate(plan: ExperimentPlan): Promise<readonly MemoryEstimate[]> {
    const { maxBufferBytes, maxBindingBytes } = (await workspace.engine()).device.record;
    return (await workspace.estimate(plan)).map(({ method, plan: planned, problem }) => ({
      method,
      bytes: planned?.bytes ?? {},
      totalBytes: planned?.totalBytes ?? 0,
      largestBufferBytes: planned?.largest.bytes ?? 0,
      maxBufferBytes: Math.min(maxBufferBytes, maxBindingBytes),
      problem,
    }));
  }

  function start(
    plan: ExperimentPlan,
    onEvents: (events: readonly RunEvent[]) => void,
    onProfile?: (profile: Profile) => void,
  ): Promise<ExperimentResult> {
    return turns.take("An experiment is running", (control) =>
      batched(onEvents, async (emit) => {
        await workspace.tune(plan, (_, done, total) => emit({ kind: "phase", text: "Preparing the GPU", done, total }));
        const experiment = await workspace.experiment(plan, { profiled: onProfile !== undefined });
        const told = experiment.engine.profiler?.done.then(onProfile);
        await kept?.dispose();
        const models = new KeptModels(experiment.tokenizer, maxLengthOf(experiment));
        kept = models;
        devRows = experiment.dataset.dev.examples.slice(0, experiment.config.devCount);
        running = new RunningExperiment(experiment, control, emit, (session, run) => models.keep(session, run));
        try {
          return await running.run();
        } finally {
          running = null;
          experiment.engine.profiler?.dispose();
          // Another port than the result's: what comes later would be taken for another run's.
          await told;
        }
      }),
    );
  }

  async function tuneKernels(
    plan: ExperimentPlan,
    onProgress: (done: number, total: number) => void,
  ): Promise<KernelsRecord | null> {
    if (turns.control !== null) return null;
    return await workspace.tune(plan, (_, done, total) => onProgress(done, total));
  }

  function inProgress(): RunningExperiment {
    if (running === null) throw new AppError("bad-settings", "No experiment is running; start one first.");
    return running;
  }

  async function extend(more: Pick<ExperimentPlan, "methods" | "seeds">): Promise<void> {
    const grown = await workspace.experiment(extendedPlan(inProgress().config.plan, more));
    // It may have ended meanwhile.
    inProgress().extend(grown);
  }

  function models(): KeptModels {
    if (kept === null) throw new AppError("bad-settings", "Nothing was trained yet; run an experiment first.");
    return kept;
  }

  return {
    estimate,
    tuneKernels,
    start,
    cancelRun: (run) => inProgress().cancel(run),
    retryRun: (run) => inProgress().retry(run),
    extend,
    devExamples: (rows) => examplesAt(devRows, rows),
    exports: () => kept?.list() ?? [],
    exportModel: (run) => models().pack(run),
    secondOpinion: (run) => models().compare(run),
    classify: (first, second) => models().classify(first, second),
  } satisfies Partial<Methods<TrainerApi>>;
}

const mostExamples = 100;

/** Errors: bad-settings, for a row that is not there, or too many at once. */
function examplesAt(examples: readonly Example[], rows: readonly number[]): readonly DevExample[] {
  if (rows.length > mostExamples) {
    throw new AppError("bad-settings", `${rows.length} texts were asked for; at most ${mostExamples} cross at once.`);
  }
  return rows.map((row) => {
    const example = examples[row];
    if (example === undefined) {
      throw new AppError("bad-settings", `There is no dev row ${row}: the last experiment had ${examples.length}.`);
    }
    const { line, first, second } = example;
    return { row, line, first, second };
  });
}

/** The longest input of an experiment, in tokens. */
function maxLengthOf({ runs }: Experiment): number {
  return Math.max(...runs.map(({ request }) => request.settings.maxLength));
}
