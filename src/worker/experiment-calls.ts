import type { DevExample } from "../contract/answers.ts";
import { missingToGrow } from "../contract/growing.ts";
import type { ConfigRecord, ExperimentPlan, ExperimentResult, Growth, RunEvent } from "../contract/run.ts";
import type { KernelsRecord } from "../contract/kernels.ts";
import { AppError } from "../core/errors.ts";
import type { Example } from "../data/dataset/dataset.ts";
import type { Experiment, OnTrained } from "../experiment/experiment.ts";
import { KeptModels } from "../experiment/trained/kept-models.ts";
import { extendedPlan } from "../experiment/plan/checked-plan.ts";
import { RunningExperiment } from "../experiment/running/runner.ts";
import type { RunControl } from "../experiment/running/control.ts";
import type { Turns } from "../experiment/running/turns.ts";
import type { Workspace } from "../experiment/workspace.ts";
import type { MemoryEstimate, TrainerApi } from "./api.ts";
import { batched, type Methods } from "./crossing.ts";

/** The part of the page's seam that runs experiments, and keeps what comes of the last one. */
export function experimentCalls(workspace: Workspace, turns: Turns) {
  let running: RunningExperiment | null = null;
  let kept: KeptModels | null = null;
  /** Whether the subnetworks of this experiment's runs, and of those that come to it, are looked at. */
  let watching = false;
  let devRows: readonly Example[] = [];
  /** The last one that ended. */
  let last: { readonly config: string; readonly experiment: Experiment } | null = null;

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

  const start: TrainerApi["start"] = (plan, onEvents, onProfile, watched = false) => {
    return turns.take("An experiment is running", (control) =>
      batched(onEvents, async (emit) => {
        watching = watched;
        const experiment = await prepared(plan, emit, { profiled: onProfile !== undefined });
        const told = experiment.engine.profiler?.done.then(onProfile);
        try {
          await begin(experiment);
          return await run(experiment, control, emit, null);
        } finally {
          experiment.engine.profiler?.dispose();
          // Another port than the result's: what comes later would be taken for another run's.
          await told;
        }
      }),
    );
  };

  /** Errors: as workspace.experiment(). */
  async function prepared(plan: ExperimentPlan, emit: Emit, { profiled = false } = {}): Promise<Experiment> {
    await workspace.tune(plan, (_, done, total) => emit({ kind: "phase", text: "Preparing the GPU", done, total }));
    return await workspace.experiment(plan, { profiled, watched: watching });
  }

  /** Makes room for what comes of an experiment, in place of what came of another. */
  async function begin(experiment: Experiment): Promise<void> {
    await kept?.dispose();
    kept = new KeptModels(experiment.tokenizer, maxLengthOf(experiment));
    devRows = experiment.dataset.dev.examples.slice(0, experiment.config.devCount);
  }

  async function run(
    experiment: Experiment,
    control: RunControl,
    emit: Emit,
    before: ExperimentResult | null,
    retry: readonly string[] = [],
  ): Promise<ExperimentResult> {
    const keep: OnTrained = async (session, record) => await kept?.keep(session, record);
    running = new RunningExperiment(experiment, control, emit, keep, before);
    try {
      for (const id of retry) running.retry(id);
      const result = await running.run();
      last = { config: JSON.stringify(result.config), experiment };
      return result;
    } finally {
      running = null;
    }
  }

  function grow(
    before: ExperimentResult,
    { methods, seeds, retry }: Growth,
    onEvents: (events: readonly RunEvent[]) => void,
  ): Promise<ExperimentResult> {
    return turns.take("An experiment is running", (control) =>
      batched(onEvents, async (emit) => {
        const { plan } = before.config;
        const grown = methods.length + seeds.length === 0 ? plan : extendedPlan(plan, { methods, seeds });
        watching = before.runs.some(({ subnetwork }) => subnetwork !== null);
        const experiment = await prepared(grown, emit);
        checkGrowing(before.config, experiment.config);
        // The models that were kept, and the rows, are those of another experiment, unless this was the last one.
        const same = last?.config === JSON.stringify(before.config) && isOver(experiment, last.experiment);
        if (!same) await begin(experiment);
        return await run(experiment, control, emit, before, retry);
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
    const grown = await workspace.experiment(extendedPlan(inProgress().config.plan, more), { watched: watching });
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
    grow,
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

type Emit = (event: RunEvent) => void;

/** Errors: bad-settings, for a result that was made with another model or other rows. */
function checkGrowing(before: ConfigRecord, now: ConfigRecord): void {
  const missing = missingToGrow(before, now);
  if (missing.length === 0) return;
  throw new AppError("bad-settings", `To add to this experiment, ${missing.join("; and ")}. Then add to it again.`);
}

/** Whether two experiments are over the very same model and rows. */
function isOver(one: Experiment, { dataset, tokenizer }: Experiment): boolean {
  return one.dataset === dataset && one.tokenizer === tokenizer;
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
