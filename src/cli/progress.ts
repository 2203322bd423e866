import type { MetricEntry } from "../contract/catalog.ts";
import type { RunEvent, RunRecord } from "../contract/run.ts";
import { formatCount, formatDuration, formatScore } from "./format.ts";
import type { Terminal } from "./terminal.ts";

const barWidth = 20;

/** The run that is being told of. */
interface Current {
  readonly run: RunRecord;
  /** From 1. */
  readonly number: number;
  step: number;
  loss: number;
  tokens: number;
  trainMs: number;
}

/** Tells of an experiment as it goes: one changing line where a person watches, and lines that stay. */
export class Progress {
  /** Time of each run by id, in ms, without the compilation of its kernels. */
  readonly trainMs = new Map<string, number>();
  readonly #terminal: Terminal;
  readonly #runCount: number;
  readonly #metrics: readonly MetricEntry[];
  #current: Current | null = null;
  #endedSteps = 0;
  #endedMs = 0;

  constructor(terminal: Terminal, runCount: number, metrics: readonly MetricEntry[]) {
    this.#terminal = terminal;
    this.#runCount = runCount;
    this.#metrics = metrics;
  }

  readonly emit = (event: RunEvent): void => {
    switch (event.kind) {
      case "started":
        this.#start(event.run);
        break;
      case "phase":
        this.#terminal.status(`${this.#runName()}: ${event.text} ${event.done}/${event.total}`);
        break;
      case "steps":
        this.#steps(event);
        break;
      case "evaluation":
        this.#evaluation(event);
        break;
      case "ended":
        this.#end(event);
        break;
      case "experiment":
      case "queued":
      case "selection":
      case "summary":
        break;
    }
  };

  /** Told twice of a run: before its kernels are compiled and, with the time that took, after. */
  #start(run: RunRecord): void {
    const again = this.#current?.run.id === run.id;
    const number = again ? (this.#current?.number ?? 1) : this.trainMs.size + 1;
    this.#current = { run, number, step: 0, loss: Number.NaN, tokens: 0, trainMs: 0 };
  }

  #steps({ steps, elapsedMs }: Extract<RunEvent, { kind: "steps" }>): void {
    const current = this.#current;
    const last = steps.at(-1);
    if (current === null || last === undefined) return;
    current.step = last.step;
    current.loss = last.loss;
    current.tokens += steps.reduce((sum, { tokens }) => sum + tokens, 0);
    current.trainMs = elapsedMs - current.run.elapsedMs;
    this.#terminal.status(this.#statusText(current));
  }

  #statusText(current: Current): string {
    const { step, run, loss, tokens, trainMs } = current;
    const share = (current.number - 1 + step / run.stepCount) / this.#runCount;
    const filled = Math.floor(share * barWidth);
    const msPerStep = (this.#endedMs + trainMs) / Math.max(1, this.#endedSteps + step);
    const stepsLeft = (this.#runCount - current.number) * run.stepCount + run.stepCount - step;
    return [
      `[${"#".repeat(filled)}${".".repeat(barWidth - filled)}] ${this.#runName()}`,
      `step ${step}/${run.stepCount}`,
      `loss ${loss.toFixed(4)}`,
      `${formatCount((1000 * tokens) / Math.max(1, trainMs))} tokens/s`,
      `${formatDuration(msPerStep * stepsLeft)} left`,
    ].join("  ");
  }

  #evaluation({ evaluation }: Extract<RunEvent, { kind: "evaluation" }>): void {
    const stepCount = this.#current?.run.stepCount ?? 0;
    const scores = this.#metrics.map(({ id }) => `${id} ${formatScore(evaluation.scores[id] ?? null)}`);
    this.#terminal.line(
      [
        this.#runName(),
        `step ${evaluation.step}/${stepCount}`,
        `epoch ${evaluation.epoch.toFixed(2)}`,
        ...(this.#current === null ? [] : [`train loss ${this.#current.loss.toFixed(4)}`]),
        `dev loss ${evaluation.loss.toFixed(4)}`,
        ...scores,
      ].join("  "),
    );
  }

  #end({ run, status, error, elapsedMs }: Extract<RunEvent, { kind: "ended" }>): void {
    const current = this.#current;
    const trainMs = elapsedMs - (current?.run.elapsedMs ?? 0);
    this.#terminal.status("");
    const speed =
      current === null ? "" : `, ${formatCount((1000 * current.tokens) / Math.max(1, trainMs))} tokens/s with scoring`;
    this.#terminal.line(
      `${this.#runName()}: ${status} in ${formatDuration(elapsedMs)}${status === "completed" ? speed : ""}`,
    );
    if (error !== null && status === "failed")
      this.#terminal.complain(`${run} failed (${error.code}): ${error.message}`);
    this.trainMs.set(run, trainMs);
    this.#endedSteps += current?.step ?? 0;
    this.#endedMs += trainMs;
    this.#current = null;
  }

  #runName(): string {
    const current = this.#current;
    if (current === null) return "";
    return `run ${current.number}/${this.#runCount} ${current.run.method} seed ${current.run.seed}`;
  }
}
