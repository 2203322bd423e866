import { noteTime } from "../../analysis/time/device-time.ts";
import { studyOf, type CaseStudy } from "../../analysis/cases.ts";
import { selects } from "../../analysis/subnetwork/run.ts";
import type {
  ConfigRecord,
  DeviceRecord,
  EvaluationRecord,
  ExperimentResult,
  Findings,
  RunEvent,
  RunRecord,
  RunStatus,
  SelectionRecord,
  StepRecord,
  TimeMark,
} from "../../contract/run.ts";
import type { SubnetworkRecord, SubnetworkSnapshot } from "../../contract/subnetwork.ts";
import type { Failure } from "../../core/errors.ts";

/** A run as it grows: the lists are appended in place, so it must stay out of React state. */
export interface GrowingRun extends RunRecord {
  status: RunStatus;
  error: Failure | null;
  elapsedMs: number;
  readonly steps: StepRecord[];
  readonly evaluations: EvaluationRecord[];
  readonly selections: SelectionRecord[];
  readonly times: TimeMark[];
  readonly subnetwork: (SubnetworkRecord & { readonly snapshots: SubnetworkSnapshot[] }) | null;
}

/** What React may hold of a run: small, and new whenever it changed. */
export interface RunHead extends Omit<RunRecord, "steps" | "evaluations" | "selections" | "times" | "subnetwork"> {
  readonly stepsDone: number;
  readonly selectionCount: number;
  /** 0 where nobody watches. */
  readonly snapshotCount: number;
  /** Whether its method selects weights, as far as is known. */
  readonly selects: boolean;
  readonly evaluations: readonly EvaluationRecord[];
}

/** All that is known of an experiment but its runs; device and config are null before it said what it is. */
interface Known extends Findings, Pick<ExperimentResult, "kernels" | "answers" | "cases" | "overlaps"> {
  readonly device: DeviceRecord | null;
  readonly config: ConfigRecord | null;
}

const nothing: Known = {
  device: null,
  kernels: null,
  config: null,
  summary: [],
  comparisons: [],
  answers: null,
  cases: [],
  overlaps: null,
};

/** Tokens per second are measured over about this much of a run's own time. */
const speedWindowMs = 4000;

/** Every raw series of the experiment on show. It is written by the batch; a version in the store says that it changed. */
export class Archive {
  #runs = new Map<string, GrowingRun>();
  #known = nothing;
  /** Read of the answers when first asked for. */
  #study: CaseStudy | null = null;
  readonly #heads = new WeakMap<GrowingRun, RunHead>();
  /** By run, of those in hand and those that ended last. */
  #speeds = new Map<string, { elapsedMs: number; tokens: number }[]>();

  get runs(): readonly GrowingRun[] {
    return [...this.#runs.values()];
  }

  get known(): Known {
    return this.#known;
  }

  /** What every run said of every dev row; null where that was not kept. */
  get study(): CaseStudy | null {
    this.#study ??= studyOf(this.#known.answers, this.runs);
    return this.#study;
  }

  clear(): void {
    this.#runs = new Map();
    this.#known = nothing;
    this.#study = null;
    this.#speeds = new Map();
  }

  /** Takes a whole result in, in place of what was there. */
  load({ runs, ...known }: ExperimentResult): void {
    this.clear();
    this.#known = known;
    for (const run of runs) this.#runs.set(run.id, growing(run));
  }

  /** Adds one batch. Events of a run that neither waits nor started are left out. */
  append(events: readonly RunEvent[]): void {
    for (const event of events) this.#appendOne(event);
  }

  #appendOne(event: RunEvent): void {
    switch (event.kind) {
      case "phase":
      case "note":
      case "saved":
      case "result":
        return;
      case "experiment":
        this.#known = { ...this.#known, device: event.device, kernels: event.kernels, config: event.config };
        return;
      case "queued":
        for (const run of event.runs) this.#queue(run);
        return;
      case "started":
        this.#start(event.run);
        return;
      case "steps":
        this.#appendSteps(event.run, event.steps, event.elapsedMs);
        return;
      case "evaluation":
        this.#runs.get(event.run)?.evaluations.push(event.evaluation);
        return;
      case "selection":
        this.#runs.get(event.run)?.selections.push(event.selection);
        return;
      case "subnetwork":
        this.#runs.get(event.run)?.subnetwork?.snapshots.push(event.snapshot);
        return;
      case "overlaps":
        this.#known = { ...this.#known, overlaps: event.overlaps };
        return;
      case "ended":
        this.#end(event);
        return;
      case "summary":
        this.#known = { ...this.#known, summary: event.summary, comparisons: event.comparisons };
    }
  }

  /** Runs stand in the order of the queue: one that is retried goes to its end, one that was begun too early stays. */
  #queue(run: RunRecord): void {
    if (this.#runs.get(run.id)?.status !== "running") this.#runs.delete(run.id);
    this.#runs.set(run.id, growing(run));
  }

  #start(run: RunRecord): void {
    this.#runs.set(run.id, growing(run));
    for (const id of this.#speeds.keys()) {
      if (id === run.id || this.#runs.get(id)?.status !== "running") this.#speeds.delete(id);
    }
  }

  #appendSteps(id: string, steps: readonly StepRecord[], elapsedMs: number): void {
    const run = this.#runs.get(id);
    if (run === undefined) return;
    for (const step of steps) run.steps.push(step);
    run.elapsedMs = elapsedMs;
    noteTime(run.times, steps, elapsedMs);
    const tokens = steps.reduce((sum, step) => sum + step.tokens, 0);
    const marks = this.#speeds.get(id) ?? [];
    this.#speeds.set(id, marks);
    marks.push({ elapsedMs, tokens });
    while (marks.length > 2 && elapsedMs - (marks[1]?.elapsedMs ?? 0) > speedWindowMs) marks.shift();
  }

  #end({ run: id, status, error, elapsedMs, ...asides }: Extract<RunEvent, { kind: "ended" }>): void {
    const run = this.#runs.get(id);
    if (run === undefined) return;
    const { sleptMs, skippedSteps } = asides;
    Object.assign(run, { status, error, elapsedMs });
    if (sleptMs !== undefined) Object.assign(run, { sleptMs });
    if (skippedSteps !== undefined) Object.assign(run, { skippedSteps });
  }

  /** Tokens per second of the runs in hand over their last seconds; null before there is anything to measure. */
  tokensPerSecond(): number | null {
    let tokens = 0;
    let elapsedMs = 0;
    for (const [first, ...later] of this.#speeds.values()) {
      elapsedMs += (later.at(-1)?.elapsedMs ?? 0) - (later.length === 0 ? 0 : (first?.elapsedMs ?? 0));
      tokens += later.reduce((sum, mark) => sum + mark.tokens, 0);
    }
    return elapsedMs <= 0 ? null : (tokens / elapsedMs) * 1000;
  }

  /** The engine is gone: what it had in hand has failed, and what waited has not begun. */
  abandon(): void {
    for (const run of this.runs) {
      if (run.status === "running") run.status = "failed";
      if (run.status !== "waiting") continue;
      run.status = "stopped";
      run.error = { code: "stopped", message: "The experiment ended before this run began." };
    }
  }

  /** Takes from an earlier state of the same experiment what no event tells: answers, and masks of runs that have none. */
  recall({ answers, cases, runs }: Pick<ExperimentResult, "answers" | "cases" | "runs">): void {
    this.#known = { ...this.#known, answers, cases };
    this.#study = null;
    for (const { id, status, subnetwork } of runs) {
      const run = this.#runs.get(id);
      if (run?.status !== status || subnetwork === null || run.subnetwork?.masks.length !== 0) continue;
      this.#runs.set(id, { ...run, subnetwork: { ...run.subnetwork, masks: subnetwork.masks } });
    }
  }

  /** Small copies of every run, for the store; the same object again for a run that did not change. */
  heads(): RunHead[] {
    return this.runs.map((run) => {
      const before = this.#heads.get(run);
      if (before !== undefined && isCurrent(before, run)) return before;
      const { steps, selections, evaluations, subnetwork, times: _, ...rest } = run;
      const head = {
        ...rest,
        stepsDone: steps.at(-1)?.step ?? 0,
        selectionCount: selections.length,
        snapshotCount: subnetwork?.snapshots.length ?? 0,
        selects: selects(run),
        evaluations: [...evaluations],
      };
      this.#heads.set(run, head);
      return head;
    });
  }

  /** Everything so far as a result file holds it; null before the experiment said what it is. */
  result(): ExperimentResult | null {
    const { device, config, ...rest } = this.#known;
    return device === null || config === null ? null : { device, config, runs: this.runs, ...rest };
  }
}

function isCurrent(head: RunHead, run: GrowingRun): boolean {
  return (
    head.stepsDone === (run.steps.at(-1)?.step ?? 0) &&
    head.selectionCount === run.selections.length &&
    head.snapshotCount === (run.subnetwork?.snapshots.length ?? 0) &&
    head.evaluations.length === run.evaluations.length &&
    head.status === run.status &&
    head.elapsedMs === run.elapsedMs
  );
}

function growing(run: RunRecord): GrowingRun {
  const { steps, evaluations, selections, times, subnetwork } = run;
  return {
    ...run,
    steps: [...steps],
    evaluations: [...evaluations],
    selections: [...selections],
    times: [...times],
    subnetwork: subnetwork && { ...subnetwork, snapshots: [...subnetwork.snapshots] },
  };
}
