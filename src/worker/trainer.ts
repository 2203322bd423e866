import type { DevExample } from "../contract/answers.ts";
import type { ExperimentPlan, ExperimentResult, RunEvent } from "../contract/run.ts";
import { AppError } from "../core/errors.ts";
import type { Example } from "../data/dataset.ts";
import { catalog } from "../experiment/catalog.ts";
import { KeptModels } from "../experiment/kept-models.ts";
import { OpenedModels } from "../experiment/opened-models.ts";
import type { Experiment } from "../experiment/experiment.ts";
import { extendedPlan } from "../experiment/plan.ts";
import { RunningExperiment } from "../experiment/runner.ts";
import { Turns } from "../experiment/turns.ts";
import { Workspace } from "../experiment/workspace.ts";
import { memoryStore } from "../models/hub/memory-store.ts";
import { adaptationCalls } from "./adaptation-calls.ts";
import type { MemoryEstimate, TrainerApi } from "./api.ts";
import { batched, crossing } from "./crossing.ts";
import { Downloads } from "./downloads.ts";
import type { BrowserStore } from "./downloads.ts";

/**
 * The engine behind the page's seam. `gpu`: navigator.gpu, or another implementation in a test. `openStore`: where
 * downloads are kept.
 */
export function createTrainer(
  gpu: GPU | undefined,
  openStore: () => Promise<BrowserStore> = () => Promise.resolve({ store: memoryStore(), refusal: null }),
): TrainerApi {
  const downloads = new Downloads(openStore);
  const workspace = new Workspace(gpu);
  const turns = new Turns();
  const opened = new OpenedModels();
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

  function start(plan: ExperimentPlan, onEvents: (events: readonly RunEvent[]) => void): Promise<ExperimentResult> {
    return turns.take("An experiment is running", (control) =>
      batched(onEvents, async (emit) => {
        const experiment = await workspace.experiment(plan);
        await kept?.dispose();
        const models = new KeptModels(experiment.tokenizer, maxLengthOf(experiment));
        kept = models;
        devRows = experiment.dataset.dev.examples.slice(0, experiment.config.devCount);
        running = new RunningExperiment(experiment, control, emit, (session, run) => models.keep(session, run));
        try {
          return await running.run();
        } finally {
          running = null;
        }
      }),
    );
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
    catalog: () => crossing(() => catalog()),
    device: () => crossing(async () => (await workspace.engine()).device.record),
    loadModel: (files, source) => crossing(() => workspace.loadModel(files, source)),
    loadTable: (role, file, source) => crossing(() => workspace.loadTable(role, file, source)),
    loadTransfer: (name, file, source) => crossing(() => workspace.loadTransfer(name, file, source)),
    prepareData: (choice, maxLength) => crossing(() => workspace.prepareData(choice, maxLength)),
    estimate: (plan) => crossing(() => estimate(plan)),
    start: (plan, onEvents) => crossing(() => start(plan, onEvents)),
    cancelRun: (run) => crossing(() => inProgress().cancel(run)),
    retryRun: (run) => crossing(() => inProgress().retry(run)),
    extend: (more) => crossing(() => extend(more)),
    pause: () => crossing(() => turns.control?.pause()),
    resume: () => crossing(() => turns.control?.resume()),
    stop: () => crossing(() => turns.control?.stop()),
    ...adaptationCalls(workspace, turns),
    devExamples: (rows) => crossing(() => examplesAt(devRows, rows)),
    exports: () => crossing(() => kept?.list() ?? []),
    exportModel: (run) => crossing(() => models().pack(run)),
    secondOpinion: (run) => crossing(() => models().compare(run)),
    presetMemory: (plan) => crossing(() => workspace.presetMemory(plan)),
    downloadModel: (request, onProgress) => crossing(() => downloads.model(request, onProgress)),
    downloadData: (request, paths, onProgress) => crossing(() => downloads.data(request, paths, onProgress)),
    cancelDownload: () => crossing(() => downloads.cancel()),
    storage: () => crossing(() => downloads.storage()),
    removeKept: (of) => crossing(() => downloads.remove(of)),
    classify: (first, second) => crossing(() => models().classify(first, second)),
    openExported: (files) => crossing(() => opened.open(files)),
    closeExported: (id) => crossing(() => opened.close(id)),
    askOpened: (first, second) => crossing(() => opened.classify(first, second)),
  };
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
