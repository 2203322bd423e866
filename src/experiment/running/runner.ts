import { casesOf, studyOf } from "../../analysis/cases.ts";
import { findingsOf } from "../../analysis/scores/summary.ts";
import type { ConfigRecord, ExperimentResult, RunEvent, RunRecord } from "../../contract/run.ts";
import { AppError, failureOf } from "../../core/errors.ts";
import type { Failure } from "../../core/errors.ts";
import type { Engine } from "../../train/engine.ts";
import { AnswerKeeper } from "./answers.ts";
import { Baton } from "./baton.ts";
import { Checkpoints } from "./checkpoints.ts";
import type { RunControl } from "./control.ts";
import type { Experiment, OnTrained, PlannedRun } from "../experiment.ts";
import { KeptSubnetworks } from "../trained/kept-subnetworks.ts";
import { RunLane } from "./lane.ts";
import type { LaneWorld } from "./lane.ts";
import { lanesOf } from "./lanes.ts";
import { RunQueue } from "./queue.ts";
import { isSameChoice, isSameDevice } from "./run-file.ts";
import { SleepWatch } from "./sleep.ts";
import { cancelledRecord, waitingRecord } from "./run-record.ts";

/**
 * An experiment in progress: made, run once, and meanwhile told to cancel, retry or add runs. One that has ended goes on
 * as a new one over its result.
 *
 * Runs go one after another or, interleaved, as many at once as lanesOf() allows, a step of each in turn. A run that
 * fails is marked with its reason and the others go on. A lost device is opened again, and the runs that it was lost under
 * go on from where they were saved; a stop ends the experiment, as does a device that is not to be had again.
 */
export class RunningExperiment {
  readonly #experiment: Experiment;
  readonly #control: RunControl;
  readonly #emit: (event: RunEvent) => void;
  readonly #onTrained: OnTrained;
  readonly #queue: RunQueue<PlannedRun>;
  readonly #keeper: AnswerKeeper | null;
  readonly #baton = new Baton();
  readonly #sleep = new SleepWatch();
  /** Runs that have begun or were cancelled, by id, in the order in which they did. */
  readonly #records = new Map<string, RunRecord>();
  /** All runs, in the order of their plan. */
  readonly #planned: PlannedRun[];
  readonly #active = new Set<Promise<void>>();
  readonly #begun = new Set<RunLane>();
  readonly #checkpoints: Checkpoints;
  readonly #before: ExperimentResult | null;
  readonly #kept: KeptSubnetworks;
  #config: ConfigRecord;
  #laneCount: number;
  /** Anew after the device was lost. */
  #engine: Engine;
  /** Those that the device was lost under. */
  #lost: RunLane[] = [];
  /** Those that go on before all that wait. */
  #resuming: PlannedRun[] = [];

  /**
   * `before`: the result that is to have more. `kept`: for who wants to look into the runs. `checkpoints`: a run that has one
   * goes on from it. Errors: bad-settings, where its dev rows were others.
   */
  constructor(
    experiment: Experiment,
    control: RunControl,
    emit: (event: RunEvent) => void,
    onTrained: OnTrained = async () => {},
    before: ExperimentResult | null = null,
    kept = new KeptSubnetworks({ inspected: false }),
    checkpoints = new Checkpoints(),
  ) {
    this.#experiment = experiment;
    this.#engine = experiment.engine;
    this.#control = control;
    this.#emit = emit;
    this.#onTrained = onTrained;
    this.#config = experiment.config;
    this.#before = before;
    this.#kept = kept;
    this.#checkpoints = checkpoints;
    this.#laneCount = lanesOf(experiment);
    this.#planned = [...experiment.runs];
    const [first] = experiment.runs;
    this.#keeper = first === undefined ? null : new AnswerKeeper(first.request, before?.answers);
    this.#queue = new RunQueue({
      queued: (runs) => {
        for (const { id } of runs) this.#records.delete(id);
        emit({ kind: "queued", runs: runs.map(waitingRecord) });
      },
      cancelled: (run) => {
        const { id, status, error, elapsedMs } = this.#keep(cancelledRecord(run));
        emit({ kind: "ended", run: id, status, error, elapsedMs });
      },
    });
    for (const run of before?.runs ?? []) this.#adopt(run);
  }

  /** A run that was under way when its result was written is begun anew. */
  #adopt(run: RunRecord): void {
    if (run.status === "waiting" || run.status === "running") return;
    this.#keep(run);
    const planned = this.#experiment.runs.find(({ id }) => id === run.id);
    if (planned !== undefined) this.#queue.adopt(planned, run.status);
  }

  /** Always resolves with what there is. */
  async run(): Promise<ExperimentResult> {
    this.#tell();
    this.#queue.add(this.#experiment.runs);
    do {
      this.#fill();
      while (this.#active.size > 0) {
        await Promise.race(this.#active);
        this.#fill();
      }
    } while (this.#lost.length > 0 && (await this.#reopen()));
    this.#queue.abandon();
    return this.result();
  }

  /**
   * All that is known by now; a run that has not ended stays in it as one that was stopped, so that it can be run after
   * all.
   */
  result(): ExperimentResult {
    const runs = this.#withMasks(this.#runs());
    const answers = this.#keeper?.answers() ?? null;
    const cases = this.#config.plan.grid.length > 0 ? [] : casesOf(studyOf(answers, runs));
    return {
      ...this.#made(),
      config: this.#config,
      runs,
      ...findingsOf(runs, this.#metrics()),
      answers,
      cases,
      overlaps: this.#overlaps(),
    };
  }

  /** The runs in the order of their plan, whatever ended first, with their GPU, where the earlier ones had another. */
  #runs(): readonly RunRecord[] {
    const { record: device } = this.#experiment.engine.device;
    const planned = this.#planned.map((run) => this.#records.get(run.id) ?? cancelledRecord(run, true));
    const inPlan = new Set(planned.map(({ id }) => id));
    const runs = [...[...this.#records.values()].filter(({ id }) => !inPlan.has(id)), ...planned];
    if (this.#before === null || isSameDevice(this.#before.device, device)) return runs;
    const earlier = new Set(this.#before.runs);
    return runs.map((run) => (earlier.has(run) || run.steps.length === 0 ? run : { device, ...run }));
  }

  /** The GPU and kernels of the whole: those of the earlier runs, where there are any. */
  #made(): Pick<ExperimentResult, "device" | "kernels"> {
    const { device, choice: kernels } = this.#experiment.engine;
    if (this.#before === null) return { device: device.record, kernels };
    const same = isSameChoice(this.#before.kernels, kernels);
    return { device: this.#before.device, kernels: same ? kernels : null };
  }

  /** Gives as many runs as there is room for the masks of a matrix. */
  #withMasks(runs: readonly RunRecord[]): readonly RunRecord[] {
    const texts = runs.flatMap(({ subnetwork }) => subnetwork?.masks.flatMap(({ masks }) => masks) ?? []);
    const used = texts.reduce((sum, text) => sum + text.length, 0);
    const found = this.#kept.masksFor(
      runs.filter(({ subnetwork }) => subnetwork?.masks.length === 0).map(({ id }) => id),
      used,
    );
    return runs.map((run) => {
      const masks = found.get(run.id);
      return run.subnetwork === null || masks === undefined
        ? run
        : { ...run, subnetwork: { ...run.subnetwork, masks: [masks] } };
    });
  }

  /** Of the runs that completed. */
  #overlaps(): ExperimentResult["overlaps"] {
    const completed = this.#runs().filter(({ status }) => status === "completed");
    return this.#kept.overlaps(
      completed.map(({ id }) => id),
      this.#before?.overlaps ?? null,
    );
  }

  #tell(): void {
    this.#emit({ kind: "experiment", ...this.#made(), config: this.#config });
  }

  /** Takes a run off the queue, or ends it after the step in flight. Errors: bad-settings. */
  cancel(id: string): void {
    this.#queue.cancel(id);
  }

  /** Puts a run that failed or was cancelled at the end of the queue. Errors: bad-settings. */
  retry(id: string): void {
    this.#queue.retry(id);
    this.#fill();
  }

  /** Adds the runs that a grown plan has beyond this one's. Errors: bad-settings, where model or data are others. */
  extend(grown: Experiment): void {
    const { dataset, tokenizer, config } = this.#experiment;
    if (grown.dataset !== dataset || grown.tokenizer !== tokenizer || grown.config.devCount !== config.devCount) {
      throw new AppError("bad-settings", "Model or data were replaced since this experiment began; start a new one.");
    }
    this.#config = grown.config;
    this.#planned.splice(0, Infinity, ...grown.runs);
    this.#tell();
    this.#queue.add(grown.runs);
    this.#fill();
  }

  /** The plan with what was added to it. */
  get config(): ConfigRecord {
    return this.#config;
  }

  /** Opens the lost device again. Resolves with whether its runs can go on; where they cannot, they have ended. */
  async #reopen(): Promise<boolean> {
    try {
      this.#engine = await this.#experiment.reopen(this.#control, (text, done, total) => {
        this.#emit({ kind: "phase", text, done, total });
      });
      this.#resuming = this.#lost.splice(0).map(({ planned }) => planned);
      return true;
    } catch (thrown) {
      for (const lane of this.#lost.splice(0)) this.#end(lane, failureOf(thrown));
      return false;
    }
  }

  /** Begins runs as long as there are lanes and a device. */
  #fill(): void {
    while (this.#active.size < this.#laneCount && !this.#control.stopped && this.#lost.length === 0) {
      const next = this.#resuming.shift() ?? this.#queue.next();
      if (next === null) return;
      const lane: Promise<void> = this.#runLane(next).finally(() => this.#active.delete(lane));
      this.#active.add(lane);
    }
  }

  async #runLane(planned: PlannedRun): Promise<void> {
    const lane = new RunLane(planned, this.#shared(), this.#begun);
    const error = await lane.run();
    if (!lane.opened && error?.code === "too-large" && this.#active.size > 1) {
      // The runs beside it hold the memory: it waits for them, and so do all later ones.
      this.#laneCount = this.#active.size - 1;
      this.#queue.putBack(planned);
      return;
    }
    if (error?.code === "device-lost" && !this.#control.stopped) {
      // It goes on from where it was saved, as soon as there is a device.
      this.#lost.push(lane);
      return;
    }
    this.#end(lane, error);
  }

  #end(lane: RunLane, error: Failure | null): void {
    const { id } = lane.planned;
    const status = error === null ? "completed" : error.code === "stopped" ? "stopped" : "failed";
    this.#queue.ended(id, status);
    if (error?.code !== "device-lost") this.#checkpoints.drop(id);
    this.#keep(this.#onItsDevice(lane.end(status, error)));
    this.#emit({ kind: "summary", ...this.#findings() });
    const overlaps = lane.watched ? this.#overlaps() : null;
    if (overlaps !== null) this.#emit({ kind: "overlaps", overlaps });
  }

  /** A run with its GPU, where that is another than its experiment began with. */
  #onItsDevice(run: RunRecord): RunRecord {
    const { record: device } = this.#engine.device;
    return isSameDevice(this.#experiment.engine.device.record, device) ? run : { ...run, device };
  }

  #shared(): LaneWorld {
    return {
      engine: this.#engine,
      control: this.#control,
      baton: this.#baton,
      kept: this.#kept,
      keeper: this.#keeper,
      checkpoints: this.#checkpoints,
      sleep: this.#sleep,
      emit: this.#emit,
      onTrained: this.#onTrained,
      isCancelled: (id) => this.#queue.isCancelled(id),
    };
  }

  #keep(run: RunRecord): RunRecord {
    this.#records.set(run.id, run);
    return run;
  }

  #findings(): Pick<ExperimentResult, "summary" | "comparisons"> {
    return findingsOf([...this.#records.values()], this.#metrics());
  }

  /** Those of the task, on dev and on every set of another source. */
  #metrics(): readonly string[] {
    const own = this.#experiment.dataset.task.metrics.map(({ id }) => id);
    return [...own, ...this.#config.transfers.flatMap(({ name }) => own.map((id) => `${id}@${name}`))];
  }
}
