import type { DevExample } from "../contract/answers.ts";
import { writeResult } from "../analysis/result-text.ts";
import { missingToGrow } from "../contract/growing.ts";
import type { Profile } from "../contract/engine/profile.ts";
import type { ConfigRecord, ExperimentPlan, ExperimentResult, Growth, RunEvent, SavedRun } from "../contract/run.ts";
import type { MatrixRegion, MatrixView } from "../contract/subnetwork.ts";
import { AppError } from "../core/errors.ts";
import type { Example } from "../data/dataset/examples.ts";
import type { Experiment, OnTrained } from "../experiment/experiment.ts";
import { extendedPlan } from "../experiment/plan/checked-plan.ts";
import { endWhenStopped, type RunControl } from "../experiment/running/control.ts";
import { Checkpoints } from "../experiment/running/checkpoints.ts";
import { RunningExperiment } from "../experiment/running/runner.ts";
import type { Turns } from "../experiment/running/turns.ts";
import { KeptModels } from "../experiment/trained/kept-models.ts";
import { KeptSubnetworks } from "../experiment/trained/kept-subnetworks.ts";
import type { Workspace } from "../experiment/workspace.ts";
import { batched } from "./crossing.ts";

type Emit = (event: RunEvent) => void;
type OnEvents = (events: readonly RunEvent[]) => void;

/** Runs experiments, one at a time, and keeps what comes of the last one: its models and its dev rows. */
export class Experiments {
  readonly #workspace: Workspace;
  readonly #turns: Turns;
  #running: RunningExperiment | null = null;
  #kept: KeptModels | null = null;
  #subnetworks = new KeptSubnetworks({ inspected: true });
  /** Where runs go on that a lost device broke off. */
  #checkpoints = this.#savedRuns();
  /** Of the experiment that is running. */
  #emit: Emit = () => {};
  /** Whether the subnetworks of this experiment's runs, and of those that come to it, are looked at. */
  #watching = false;
  #devRows: readonly Example[] = [];
  /** The last one that ended. */
  #last: { readonly print: string; readonly experiment: Experiment } | null = null;

  constructor(workspace: Workspace, turns: Turns) {
    this.#workspace = workspace;
    this.#turns = turns;
  }

  /** As TrainerApi has it. */
  start(
    plan: ExperimentPlan,
    onEvents: OnEvents,
    onProfile?: (profile: Profile) => void,
    watched = false,
  ): Promise<ExperimentResult> {
    return this.#take(onEvents, async (control, emit) => {
      this.#watching = watched;
      const experiment = await this.#prepared(plan, control, emit, { profiled: onProfile !== undefined });
      const told = experiment.engine.profiler?.done.then(onProfile);
      try {
        await this.#begin(experiment);
        const [subnetworks, checkpoints] = [this.#subnetworks, this.#checkpoints];
        const saving = this.#saving(emit);
        const running = new RunningExperiment(experiment, control, saving, this.#keep, null, subnetworks, checkpoints);
        return await this.#run(experiment, running, emit);
      } finally {
        experiment.engine.profiler?.dispose();
        // Another port than the result's: what comes later would be taken for another run's.
        await told;
      }
    });
  }

  /** As TrainerApi has it. */
  grow(
    before: ExperimentResult,
    growth: Growth,
    onEvents: OnEvents,
    saved: readonly SavedRun[] = [],
  ): Promise<ExperimentResult> {
    return this.#take(onEvents, async (control, emit) => {
      const { plan, watched = before.runs.some(({ subnetwork }) => subnetwork !== null) } = before.config;
      this.#watching = watched || saved.some((run) => run.watched);
      const more = growth.methods.length + growth.seeds.length > 0;
      const experiment = await this.#prepared(more ? extendedPlan(plan, growth) : plan, control, emit);
      checkGrowing(before.config, experiment.config);
      // What was kept is another experiment's, unless this was the last one.
      const same = this.#last?.print === fingerprint(before) && isOver(experiment, this.#last.experiment);
      const subnetworks = same ? this.#subnetworks : new KeptSubnetworks({ inspected: true });
      const checkpoints = same ? this.#checkpoints : this.#savedRuns();
      // What this engine has itself is no older.
      for (const { run, file } of saved) if (checkpoints.of(run) === undefined) checkpoints.adopt(run, file);
      const saving = this.#saving(emit);
      const running = new RunningExperiment(experiment, control, saving, this.#keep, before, subnetworks, checkpoints);
      if (!same) await this.#begin(experiment, subnetworks, checkpoints);
      for (const id of growth.retry) running.retry(id);
      return await this.#run(experiment, running, emit);
    });
  }

  /** As TrainerApi has it. */
  saveSoon(): void {
    this.#checkpoints.hurry();
  }

  /** Tells of each run that is saved, and before of all there is, which says of what plan, model and rows it is. */
  #savedRuns(): Checkpoints {
    return new Checkpoints({
      onSaved: (saved) => {
        if (this.#running !== null) this.#emit(fileEvent(this.#running.result(), false));
        this.#emit({ kind: "saved", ...saved });
      },
    });
  }

  /** Tells of all there is: at the beginning, of which nothing else may come to be known, and after each run that ended. */
  #saving(emit: Emit): Emit {
    this.#emit = emit;
    return (event) => {
      emit(event);
      const tells = event.kind === "experiment" || event.kind === "summary";
      if (tells && this.#running !== null) emit(fileEvent(this.#running.result(), false));
    };
  }

  /** Adds to the one that is running. Errors: bad-settings. */
  async extend(more: Pick<ExperimentPlan, "methods" | "seeds">): Promise<void> {
    const grown = await this.#workspace.experiment(extendedPlan(this.running.config.plan, more), {
      watched: this.#watching,
    });
    // It may have ended meanwhile.
    this.running.extend(grown);
  }

  /** Errors: bad-settings where none is running. */
  get running(): RunningExperiment {
    if (this.#running === null) throw new AppError("bad-settings", "No experiment is running; start one first.");
    return this.#running;
  }

  /** null before the first experiment. */
  get kept(): KeptModels | null {
    return this.#kept;
  }

  /** What was kept. Errors: bad-settings before the first experiment. */
  get models(): KeptModels {
    if (this.#kept === null) throw new AppError("bad-settings", "Nothing was trained yet; run an experiment first.");
    return this.#kept;
  }

  /** As TrainerApi has it. */
  inspectMatrix(region: MatrixRegion): Promise<MatrixView> {
    return this.#subnetworks.view(region);
  }

  /** Texts of dev rows of the last experiment. Errors: bad-settings, for a row that is not there, or too many at once. */
  examplesAt(rows: readonly number[]): readonly DevExample[] {
    if (rows.length > mostExamples) {
      throw new AppError("bad-settings", `${rows.length} texts were asked for; at most ${mostExamples} cross at once.`);
    }
    return rows.map((row) => {
      const example = this.#devRows[row];
      if (example === undefined) {
        throw new AppError(
          "bad-settings",
          `There is no dev row ${row}: the last experiment had ${this.#devRows.length}.`,
        );
      }
      const { line, first, second } = example;
      return { row, line, first, second };
    });
  }

  /** Dev rows of the last experiment whose texts hold this, however it is capitalised. */
  rowsHolding(text: string): readonly number[] {
    const wanted = text.toLowerCase();
    const holds = (one: string | null): boolean => one?.toLowerCase().includes(wanted) === true;
    return this.#devRows.flatMap(({ first, second }, row) => (holds(first) || holds(second) ? [row] : []));
  }

  /** Takes the device as long as the work goes on. */
  #take<T>(onEvents: OnEvents, work: (control: RunControl, emit: Emit) => Promise<T>): Promise<T> {
    return this.#turns.take("An experiment is running", (control) => batched(onEvents, (emit) => work(control, emit)));
  }

  /** Errors: as workspace.experiment(). */
  async #prepared(
    plan: ExperimentPlan,
    control: RunControl,
    emit: Emit,
    { profiled = false } = {},
  ): Promise<Experiment> {
    const tell = (text: string, done: number, total: number): void => emit({ kind: "phase", text, done, total });
    const prepare = async (): Promise<Experiment> => {
      await this.#workspace.tune(plan, (_, done, total) => {
        endWhenStopped(control);
        tell("Preparing the GPU", done, total);
      });
      return await this.#workspace.experiment(plan, { profiled, watched: this.#watching });
    };
    return await this.#workspace.engines.surviving(control, prepare, tell);
  }

  /** Makes room for what comes of an experiment, in place of what came of another. */
  async #begin(
    experiment: Experiment,
    subnetworks = new KeptSubnetworks({ inspected: true }),
    checkpoints = this.#savedRuns(),
  ): Promise<void> {
    await this.#kept?.dispose();
    this.#subnetworks = subnetworks;
    this.#checkpoints = checkpoints;
    this.#kept = new KeptModels(experiment.tokenizer, maxLengthOf(experiment), () => this.#workspace.engine());
    this.#devRows = experiment.devExamples;
  }

  readonly #keep: OnTrained = async (session, run) => await this.#kept?.keep(session, run);

  async #run(experiment: Experiment, running: RunningExperiment, emit: Emit): Promise<ExperimentResult> {
    this.#running = running;
    try {
      const result = await running.run();
      emit(
        fileEvent(
          result,
          result.runs.every(({ error }) => error?.code !== "device-lost"),
        ),
      );
      this.#last = { print: fingerprint(result), experiment };
      return result;
    } finally {
      this.#running = null;
    }
  }
}

const mostExamples = 100;

/** A result as a file. Written here, for the page has better to do while it trains. */
function fileEvent(result: ExperimentResult, over: boolean): RunEvent {
  const completed = result.runs.filter(({ status }) => status === "completed").length;
  const file = new Blob([writeResult(result)], { type: "application/json" });
  return { kind: "result", file, runs: { completed, planned: result.runs.length, over } };
}

/** Errors: bad-settings, for a result that was made with another model or other rows. */
function checkGrowing(before: ConfigRecord, now: ConfigRecord): void {
  const missing = missingToGrow(before, now);
  if (missing.length === 0) return;
  throw new AppError("bad-settings", `To add to this experiment, ${missing.join("; and ")}. Then add to it again.`);
}

/** What tells a result from another of the same plan: no two runs take the same time. */
function fingerprint({ config, runs }: ExperimentResult): string {
  return JSON.stringify([config, runs.map(({ id, elapsedMs }) => [id, elapsedMs])]);
}

/** Whether two experiments are over the very same model and rows. */
function isOver(one: Experiment, { dataset, tokenizer }: Experiment): boolean {
  return one.dataset === dataset && one.tokenizer === tokenizer;
}

/** The longest input of an experiment, in tokens. */
function maxLengthOf({ runs }: Experiment): number {
  return Math.max(...runs.map(({ request }) => request.settings.maxLength));
}
