import type {
  EvaluationRecord,
  RunEvent,
  RunRecord,
  RunStatus,
  SelectionRecord,
  StepRecord,
  TimeMark,
} from "../../contract/run.ts";
import { noteTime } from "../../analysis/time/device-time.ts";
import type { SubnetworkSnapshot } from "../../contract/subnetwork.ts";
import type { Failure } from "../../core/errors.ts";
import type { Listener } from "../../train/finetuning/run-reporter.ts";
import type { Session } from "../../train/finetuning/session.ts";
import { stepCounts } from "../../train/finetuning/settings.ts";
import type { PlannedRun } from "../experiment.ts";
import type { KeptSubnetworks } from "../trained/kept-subnetworks.ts";
import type { Slept } from "./sleep.ts";
import { Stopwatch } from "./stopwatch.ts";

/** Gathers the record of one run and tells of it as it grows. */
export class RunBuilder implements Listener {
  memoryBytes: RunRecord["memoryBytes"] = {};
  /** What is watched of it; null where nobody watches. */
  watched: Session["watched"] = null;
  /** Runs while the run has the device. */
  readonly watch: Stopwatch;
  readonly #planned: PlannedRun;
  readonly #emit: (event: RunEvent) => void;
  readonly #steps: StepRecord[];
  readonly #evaluations: EvaluationRecord[];
  readonly #selections: SelectionRecord[];
  readonly #times: TimeMark[];
  readonly #snapshots: SubnetworkSnapshot[];
  readonly #kept: KeptSubnetworks;
  readonly #stepCount: number;
  /** What came before it goes on. */
  readonly #before: Pick<RunRecord, "elapsedMs" | "openMs">;
  #openMs: number;
  #sleptMs: number;

  /** `before`: what was told of it up to where it goes on. `beat`: see SleepWatch. */
  constructor(
    planned: PlannedRun,
    emit: (event: RunEvent) => void,
    kept: KeptSubnetworks,
    before: RunRecord = waitingRecord(planned),
    beat: () => void = () => {},
  ) {
    this.#planned = planned;
    this.#emit = emit;
    this.#kept = kept;
    this.#stepCount = stepCountOf(planned);
    this.#before = before;
    this.#steps = [...before.steps];
    this.#evaluations = [...before.evaluations];
    this.#selections = [...before.selections];
    this.#times = [...before.times];
    this.#snapshots = [...(before.subnetwork?.snapshots ?? [])];
    this.#openMs = before.openMs;
    this.#sleptMs = before.sleptMs ?? 0;
    this.watch = new Stopwatch(before.elapsedMs, beat);
  }

  /** What went by meanwhile is no time of the run, which waited for nothing where another one had the device. */
  slept({ ms, countedMs }: Slept): void {
    if (!this.watch.runs) return;
    this.watch.skip(countedMs);
    this.#sleptMs += ms;
  }

  /** Told before its kernels are compiled, and again when all is ready for its next step. */
  begin(): void {
    this.#openMs = this.#before.openMs + this.watch.ms - this.#before.elapsedMs;
    this.#emit({ kind: "started", run: this.record("running", null) });
  }

  end(status: RunStatus, error: Failure | null): RunRecord {
    const run = this.record(status, error);
    this.#emit({ kind: "ended", run: run.id, status, error, elapsedMs: run.elapsedMs, ...this.#aside });
    return run;
  }

  phase(text: string, done: number, total: number): void {
    this.#emit({ kind: "phase", text, done, total });
  }

  steps(steps: readonly StepRecord[]): void {
    this.#steps.push(...steps);
    const elapsedMs = this.watch.ms;
    noteTime(this.#times, steps, elapsedMs);
    this.#emit({ kind: "steps", run: this.#planned.id, steps, elapsedMs });
  }

  evaluation(evaluation: EvaluationRecord): void {
    this.#evaluations.push(evaluation);
    this.#emit({ kind: "evaluation", run: this.#planned.id, evaluation });
  }

  selection(selection: SelectionRecord): void {
    this.#selections.push(selection);
    this.#emit({ kind: "selection", run: this.#planned.id, selection });
  }

  /** `masks`: as TellSnapshot says. */
  snapshot(snapshot: SubnetworkSnapshot, masks: Uint32Array | null): void {
    // A snapshot after the last step may show a selection that was kept already.
    if (this.#snapshots.at(-1)?.cycle !== snapshot.cycle) this.#kept.add(this.#planned.id, snapshot.cycle, masks);
    this.#snapshots.push(snapshot);
    this.#emit({ kind: "subnetwork", run: this.#planned.id, snapshot });
  }

  get #aside(): Pick<RunRecord, "sleptMs" | "skippedSteps"> {
    const skippedSteps = this.#steps.filter(({ skipped }) => skipped === true).length;
    return {
      ...(this.#sleptMs === 0 ? {} : { sleptMs: Math.round(this.#sleptMs) }),
      ...(skippedSteps === 0 ? {} : { skippedSteps }),
    };
  }

  record(status: RunStatus, error: Failure | null): RunRecord {
    return {
      ...emptyRecord(this.#planned, status, error),
      stepCount: this.#stepCount,
      steps: [...this.#steps],
      evaluations: [...this.#evaluations],
      selections: [...this.#selections],
      memoryBytes: this.memoryBytes,
      elapsedMs: this.watch.ms,
      ...this.#aside,
      openMs: this.#openMs,
      times: [...this.#times],
      subnetwork: this.watched === null ? null : { ...this.watched, snapshots: [...this.#snapshots], masks: [] },
    };
  }
}

/** The record of a run that has not begun. */
export function waitingRecord(planned: PlannedRun): RunRecord {
  return { ...emptyRecord(planned, "waiting", null), stepCount: stepCountOf(planned) };
}

/** The record of a run that was taken off the queue, by itself or as the whole experiment ended. */
export function cancelledRecord(planned: PlannedRun, whole = false): RunRecord {
  const message = whole ? "The experiment ended before this run began." : "This run was cancelled before it began.";
  const error: Failure = { code: "stopped", message };
  return { ...emptyRecord(planned, "stopped", error), stepCount: stepCountOf(planned) };
}

function emptyRecord({ id, setting, request }: PlannedRun, status: RunStatus, error: Failure | null): RunRecord {
  const { method, seed, values } = request;
  return {
    id,
    method: method.id,
    label: method.label,
    seed,
    status,
    error,
    values,
    setting,
    stepCount: 0,
    steps: [],
    evaluations: [],
    selections: [],
    memoryBytes: {},
    elapsedMs: 0,
    openMs: 0,
    times: [],
    subnetwork: null,
  };
}

function stepCountOf({ request }: PlannedRun): number {
  return stepCounts(request.settings, request.train.count).maxSteps;
}
