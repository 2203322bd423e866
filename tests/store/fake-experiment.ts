import { writeResult } from "../../src/analysis/result-text.ts";
import { findingsOf } from "../../src/analysis/scores/summary.ts";
import { settingsOf } from "../../src/contract/grid.ts";
import type {
  ConfigRecord,
  ExperimentPlan,
  ExperimentResult,
  RunEvent,
  RunRecord,
  RunStatus,
} from "../../src/contract/run.ts";
import { AppError } from "../../src/core/errors.ts";
import type { Failure } from "../../src/core/errors.ts";
import { answersOf } from "./fake-answers.ts";
import { fakeCatalog } from "./fake-catalog.ts";
import { choice, device, evaluationOf, memoryOf, selectionOf, stepOf } from "./fake-records.ts";

/** Of the fake task. */
const metrics = ["accuracy", "f1"];
/** Runs that are open at once where the plan is interleaved. */
const laneCount = 3;

/** How its runs behave. */
export interface FakeRunOptions {
  readonly stepCount?: number;
  /** Steps between two events. */
  readonly batch?: number;
  /** The run with this number (from 0) dies at half its steps, with this error. */
  readonly failing?: { readonly run: number; readonly error: AppError; readonly whole: boolean };
}

type Growing = { -readonly [K in keyof RunRecord]: RunRecord[K] } & {
  readonly steps: RunRecord["steps"][number][];
  readonly evaluations: RunRecord["evaluations"][number][];
  readonly selections: RunRecord["selections"][number][];
  readonly times: RunRecord["times"][number][];
};

/** What the experiment has to know of the trainer. */
interface Surroundings {
  readonly options: FakeRunOptions;
  readonly emit: (events: readonly RunEvent[]) => void;
  /** Waits between two batches, and as long as a person has paused. */
  readonly breathe: () => Promise<void>;
  readonly stopAsked: () => boolean;
}

/** The queue of one experiment: runs wait, one or several grow, and end. */
export class FakeExperiment {
  #config: ConfigRecord;
  readonly #around: Surroundings;
  readonly #runs = new Map<string, Growing>();
  #waiting: string[] = [];
  readonly #open: string[] = [];
  #started = 0;
  readonly #numbers = new Map<string, number>();
  /** Runs that go on where they were saved. */
  readonly #saved = new Map<string, RunRecord>();

  /** `before`: runs that have ended already. */
  constructor(config: ConfigRecord, around: Surroundings, before: readonly RunRecord[] = []) {
    this.#config = config;
    this.#around = around;
    for (const run of before) this.#runs.set(run.id, growing(run));
  }

  async run(): Promise<ExperimentResult> {
    const { emit, breathe, stopAsked } = this.#around;
    emit([{ kind: "phase", text: "Preparing the GPU", done: 3, total: 40 }]);
    await breathe();
    emit([{ kind: "experiment", device, kernels: choice, config: this.#config }]);
    const planned = runsOf(this.#config.plan, this.#around.options.stepCount ?? 40);
    this.#queue(planned.filter(({ id }) => !this.#runs.has(id)));
    this.#tellFile(this.#soFar(), false);
    while (!stopAsked()) {
      this.#openMore();
      const [id] = this.#open;
      if (id === undefined) break;
      await breathe();
      // It may have been cancelled meanwhile.
      if (!this.#open.includes(id)) continue;
      this.#open.splice(this.#open.indexOf(id), 1);
      if (this.#advance(id)) this.#open.push(id);
    }
    for (const id of this.#open) this.#end(id, "stopped", null);
    const never: Failure = { code: "stopped", message: "The experiment ended before this run began." };
    for (const id of this.#waiting) this.#end(id, "stopped", never);
    const runs = [...this.#runs.values()];
    const { answers, cases } = answersOf(runs);
    const found = { answers, cases: this.#config.plan.grid.length > 0 ? [] : cases };
    const result = {
      device,
      kernels: choice,
      config: this.#config,
      runs,
      ...this.#findings(),
      ...found,
      overlaps: null,
    };
    this.#tellFile(result, true);
    return result;
  }

  /** As after each run: what has not ended counts as stopped. */
  #tellFile(result: ExperimentResult, over: boolean): void {
    const runs = result.runs.map((run) => (isAhead(run) ? { ...run, ...unbegun(), status: "stopped" as const } : run));
    const completed = runs.filter(({ status }) => status === "completed").length;
    const file = new Blob([writeResult({ ...result, runs })]);
    this.#around.emit([{ kind: "result", file, runs: { completed, planned: runs.length, over } }]);
  }

  cancelRun(id: string): void {
    if (this.#waiting.includes(id)) this.#waiting = this.#waiting.filter((other) => other !== id);
    else if (this.#open.includes(id)) this.#open.splice(this.#open.indexOf(id), 1);
    else throw new AppError("bad-settings", `${id} neither waits nor runs, so it cannot be cancelled.`);
    this.#end(id, "stopped", { code: "stopped", message: "Cancelled before its end." });
  }

  retryRun(id: string): void {
    const run = this.#runs.get(id);
    if (run?.status !== "failed" && run?.status !== "stopped")
      throw new AppError("bad-settings", `${id} neither failed nor was cancelled, so there is nothing to retry.`);
    this.#queue([{ ...run, ...unbegun() }]);
  }

  /** Its runs under way, as saved ones. */
  saveRuns(): void {
    for (const id of this.#open) {
      const run = this.#runs.get(id);
      if (run === undefined || run.steps.length === 0) continue;
      this.#tellFile(this.#soFar(), false);
      const file = new Blob([JSON.stringify(run)]);
      const { stepCount } = run;
      this.#around.emit([{ kind: "saved", run: id, step: run.steps.length, stepCount, watched: false, file }]);
    }
  }

  /** Takes in what saveRuns() made of a run. */
  adopt(run: RunRecord): void {
    this.#saved.set(run.id, run);
  }

  extend({ methods, seeds }: Pick<ExperimentPlan, "methods" | "seeds">): void {
    const { plan } = this.#config;
    const known = plan.methods.map(({ id }) => id);
    const more = methods.filter(({ id }) => !known.includes(id));
    const grown = { ...plan, methods: [...plan.methods, ...more], seeds: [...new Set([...plan.seeds, ...seeds])] };
    this.#config = { ...this.#config, plan: grown };
    this.#around.emit([{ kind: "experiment", device, kernels: choice, config: this.#config }]);
    this.#queue(runsOf(grown, this.#around.options.stepCount ?? 40).filter(({ id }) => !this.#runs.has(id)));
  }

  #queue(runs: readonly RunRecord[]): void {
    for (const run of runs) {
      this.#runs.delete(run.id);
      this.#runs.set(run.id, growing(run));
    }
    this.#waiting.push(...runs.map(({ id }) => id));
    this.#around.emit([{ kind: "queued", runs }]);
  }

  #openMore(): void {
    const most = this.#config.plan.order === "interleaved" ? laneCount : 1;
    while (this.#open.length < most) {
      const id = this.#waiting.shift();
      const saved = id === undefined ? undefined : this.#saved.get(id);
      if (saved !== undefined) this.#runs.set(saved.id, growing(saved));
      const run = id === undefined ? undefined : this.#runs.get(id);
      if (run === undefined) return;
      run.status = "running";
      run.openMs = 40;
      this.#numbers.set(run.id, this.#started++);
      this.#open.push(run.id);
      this.#around.emit([{ kind: "started", run: growing(run) }]);
    }
  }

  /** One batch of steps; false when the run has ended. */
  #advance(id: string): boolean {
    const run = this.#runs.get(id);
    if (run === undefined) return false;
    const { batch = 8, failing } = this.#around.options;
    const events = grow(run, batch, this.#config);
    this.#around.emit(events);
    if (failing !== undefined && failing.run === this.#numbers.get(id) && run.steps.length >= run.stepCount / 2) {
      if (failing.whole) throw failing.error;
      this.#end(id, "failed", { code: failing.error.code, message: failing.error.message });
      return false;
    }
    if (run.steps.length < run.stepCount) return true;
    this.#end(id, "completed", null);
    return false;
  }

  #end(id: string, status: RunStatus, error: Failure | null): void {
    const run = this.#runs.get(id);
    if (run === undefined) return;
    run.status = status;
    run.error = error;
    this.#around.emit([{ kind: "ended", run: id, status, error, elapsedMs: run.elapsedMs }]);
    this.#around.emit([{ kind: "summary", ...this.#findings() }]);
    this.#tellFile(this.#soFar(), false);
  }

  #soFar(): ExperimentResult {
    const runs = [...this.#runs.values()];
    const { answers, cases } = answersOf(runs);
    return { device, kernels: choice, config: this.#config, runs, ...this.#findings(), answers, cases, overlaps: null };
  }

  #findings() {
    const far = this.#config.transfers.flatMap(({ name }) => metrics.map((metric) => `${metric}@${name}`));
    const ended = [...this.#runs.values()].filter((run) => !isAhead(run));
    return findingsOf(ended, [...metrics, ...far]);
  }
}

function isAhead({ status }: RunRecord): boolean {
  return status === "waiting" || status === "running";
}

function unbegun() {
  return { status: "waiting" as const, error: null, steps: [], evaluations: [], selections: [], times: [], elapsedMs: 0, openMs: 0, subnetwork: null }; // prettier-ignore
}

function growing(run: RunRecord): Growing {
  const { steps, evaluations, selections, times } = run;
  return { ...run, steps: [...steps], evaluations: [...evaluations], selections: [...selections], times: [...times] };
}

/** Every run of a plan: seed by seed, setting by setting. */
function runsOf({ methods, seeds, grid }: ExperimentPlan, stepCount: number): RunRecord[] {
  return seeds.flatMap((seed) =>
    methods.flatMap((choice) => {
      const index = fakeCatalog.methods.findIndex((entry) => entry.id === choice.id);
      const entry = fakeCatalog.methods[index];
      return settingsOf(fakeCatalog, choice.id, grid).map((setting): RunRecord => {
        const own = Object.entries(setting).filter(([field]) => entry?.fields.some(({ id }) => id === field));
        const words = Object.entries(setting).map(([field, value]) => `-${field}=${value}`);
        return {
          id: `${choice.id}${words.join("")}-seed${seed}`,
          method: choice.id,
          label: entry?.label ?? choice.id,
          seed,
          values: { ...choice.values, ...Object.fromEntries(own) },
          setting,
          stepCount,
          memoryBytes: memoryOf(index),
          ...unbegun(),
        };
      });
    }),
  );
}

/** Adds up to so many steps to a run, with the looks at dev and the selections among them. */
function grow(run: Growing, batch: number, { plan, transfers }: ConfigRecord): RunEvent[] {
  const { stepCount, seed } = run;
  const index = fakeCatalog.methods.findIndex((entry) => entry.id === run.method);
  const staged = (fakeCatalog.methods[index]?.stages.length ?? 0) > 0;
  const stageLength = Math.max(1, Math.floor(stepCount / 10));
  const from = run.steps.length + 1;
  const to = Math.min(stepCount, from + batch - 1);
  const steps = Array.from({ length: to - from + 1 }, (_, at) => stepOf(index, seed, from + at, stepCount, staged));
  run.steps.push(...steps);
  run.elapsedMs = run.openMs + to * ([20, 22, 25][index % 3] ?? 20);
  run.times.push({ step: to, elapsedMs: run.elapsedMs });
  const events: RunEvent[] = [{ kind: "steps", run: run.id, steps, elapsedMs: run.elapsedMs }];
  for (const { step, stage } of steps) {
    if (stage === 2 && (step - 1) % stageLength === 0) {
      const selection = selectionOf(index, seed, step, Math.floor((step - 1) / stageLength / 2));
      run.selections.push(selection);
      events.push({ kind: "selection", run: run.id, selection });
    }
    if (step % Math.max(1, Math.floor(stepCount / 6)) === 0 || step === stepCount) {
      const far = step === stepCount ? transfers.map(({ name }) => name) : [];
      const evaluation = evaluationOf(index, seed, step, stepCount, handicap(run, plan), far);
      run.evaluations.push(evaluation);
      events.push({ kind: "evaluation", run: run.id, evaluation });
    }
  }
  return events;
}

/** What a run's place in the grid costs it: the second value of an axis is the best one. */
function handicap({ setting }: RunRecord, { grid }: ExperimentPlan): number {
  return grid.reduce((sum, { field, values }) => {
    const at = field in setting ? values.indexOf(setting[field] ?? null) : 1;
    return sum + 0.014 * Math.abs(at - 1);
  }, 0);
}
