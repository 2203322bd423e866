import { casesOf, studyOf } from "../analysis/cases.ts";
import { findingsOf } from "../analysis/summary.ts";
import type {
  ConfigRecord,
  EvaluationRecord,
  ExperimentResult,
  RunEvent,
  RunRecord,
  RunStatus,
  SelectionRecord,
  StepRecord,
} from "../contract/run.ts";
import { failureOf } from "../core/errors.ts";
import type { Failure } from "../core/errors.ts";
import type { Example } from "../data/dataset.ts";
import type { Tokenizer } from "../data/tokenizer.ts";
import { openSession, type Engine, type Session } from "../train/session.ts";
import type { RunRequest } from "../train/assembly.ts";
import { sizesOfRun } from "../train/assembly.ts";
import { AnswerKeeper } from "./answers.ts";
import type { RunControl } from "./control.ts";

/** An experiment ready to run: its runs in order, and what its record says of it. */
export interface Experiment {
  readonly engine: Engine;
  readonly config: ConfigRecord;
  readonly requests: readonly RunRequest[];
  /** What made the token ids. */
  readonly tokenizer: Tokenizer;
  /** The dev rows before tokenizing. */
  readonly devExamples: readonly Example[];
}

/** Called when a run has completed and before its memory is freed: to save weights or predictions. */
export type OnTrained = (session: Session, run: RunRecord) => Promise<void>;

/**
 * Runs one after another. A run that fails is marked with its reason and the next one starts; a lost device and a stop
 * end the experiment. Always resolves with what there is.
 */
export async function runExperiment(
  experiment: Experiment,
  control: RunControl,
  emit: (event: RunEvent) => void,
  onTrained: OnTrained = async () => {},
): Promise<ExperimentResult> {
  const { engine, config } = experiment;
  const runs: RunRecord[] = [];
  emit({ kind: "experiment", device: engine.device.record, config });
  const metrics = (experiment.requests[0]?.task.metrics ?? []).map((metric) => metric.id);
  const [first] = experiment.requests;
  const keeper = first === undefined ? null : new AnswerKeeper(first);
  const whenTrained: OnTrained = async (session, run) => {
    await onTrained(session, run);
    keeper?.keep(session, run.id);
  };
  for (const request of experiment.requests) {
    if (control.stopped) break;
    const run = await runOne(engine, request, control, emit, whenTrained);
    runs.push(run);
    emit({ kind: "summary", ...findingsOf(runs, metrics) });
    if (run.error?.code === "device-lost") break;
  }
  const answers = keeper?.answers() ?? null;
  const cases = casesOf(studyOf(answers, runs));
  return { device: engine.device.record, config, runs, ...findingsOf(runs, metrics), answers, cases };
}

async function runOne(
  engine: Engine,
  request: RunRequest,
  control: RunControl,
  emit: (event: RunEvent) => void,
  onTrained: OnTrained,
): Promise<RunRecord> {
  const builder = new RunBuilder(request, emit);
  let session: Session | null = null;
  const pausedBefore = control.pausedMs;
  const started = performance.now();
  const elapsed = (): number => performance.now() - started - (control.pausedMs - pausedBefore);
  builder.elapsed = elapsed;
  let error: Failure | null = null;
  try {
    builder.begin(sizesOfRun(request).maxSteps);
    session = await openSession(engine, request, builder);
    builder.memoryBytes = session.plan.bytes;
    builder.begin(session.sizes.maxSteps);
    await session.train(control);
    await onTrained(session, builder.record("completed", null));
  } catch (thrown) {
    error = failureOf(thrown);
  } finally {
    session?.dispose();
  }
  const status = error === null ? "completed" : error.code === "stopped" ? "stopped" : "failed";
  const run = builder.record(status, error);
  emit({ kind: "ended", run: run.id, status, error, elapsedMs: run.elapsedMs });
  return run;
}

/** Gathers the record of one run and tells of it as it grows. */
class RunBuilder {
  memoryBytes: RunRecord["memoryBytes"] = {};
  elapsed: () => number = () => 0;
  readonly #request: RunRequest;
  readonly #emit: (event: RunEvent) => void;
  readonly #id: string;
  readonly #steps: StepRecord[] = [];
  readonly #evaluations: EvaluationRecord[] = [];
  readonly #selections: SelectionRecord[] = [];
  #stepCount = 0;

  constructor(request: RunRequest, emit: (event: RunEvent) => void) {
    this.#request = request;
    this.#emit = emit;
    this.#id = `${request.method.id}-seed${request.seed}`;
  }

  begin(stepCount: number): void {
    this.#stepCount = stepCount;
    this.#emit({ kind: "started", run: this.record("running", null) });
  }

  phase(text: string, done: number, total: number): void {
    this.#emit({ kind: "phase", text, done, total });
  }

  steps(steps: readonly StepRecord[]): void {
    this.#steps.push(...steps);
    this.#emit({ kind: "steps", run: this.#id, steps, elapsedMs: this.elapsed() });
  }

  evaluation(evaluation: EvaluationRecord): void {
    this.#evaluations.push(evaluation);
    this.#emit({ kind: "evaluation", run: this.#id, evaluation });
  }

  selection(selection: SelectionRecord): void {
    this.#selections.push(selection);
    this.#emit({ kind: "selection", run: this.#id, selection });
  }

  record(status: RunStatus, error: Failure | null): RunRecord {
    const { method, seed, values } = this.#request;
    return {
      id: this.#id,
      method: method.id,
      label: method.label,
      seed,
      status,
      error,
      values,
      setting: {},
      stepCount: this.#stepCount,
      steps: [...this.#steps],
      evaluations: [...this.#evaluations],
      selections: [...this.#selections],
      memoryBytes: this.memoryBytes,
      elapsedMs: this.elapsed(),
      openMs: 0,
    };
  }
}
