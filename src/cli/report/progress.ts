import type { MetricEntry } from "../../contract/catalog.ts";
import type { RunEvent, RunRecord } from "../../contract/run.ts";
import { formatElapsed, formatScore, formatWhole } from "../../core/format.ts";
import { asides } from "../../analysis/time/aside.ts";
import { placeName } from "./report-place.ts";
import { progressBar, type Terminal } from "../terminal.ts";

/** A run that has begun. */
interface Begun {
  readonly run: RunRecord;
  /** From 1, in the order in which runs begin. */
  readonly number: number;
  step: number;
  loss: number;
  tokens: number;
  /** Without the time that went into its opening. */
  trainMs: number;
}

/** Tells of an experiment as it goes: one changing line where a person watches, and lines that stay. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #metrics: readonly MetricEntry[];
  /** Steps planned, by run. */
  readonly #planned = new Map<string, number>();
  readonly #begun = new Map<string, Begun>();
  readonly #running = new Set<string>();

  constructor(terminal: Terminal, metrics: readonly MetricEntry[]) {
    this.#terminal = terminal;
    this.#metrics = metrics;
  }

  readonly emit = (event: RunEvent): void => {
    switch (event.kind) {
      case "queued":
        for (const { id, stepCount } of event.runs) this.#planned.set(id, stepCount);
        break;
      case "started":
        this.#start(event.run);
        break;
      case "phase":
        this.#terminal.status(`${event.text} ${event.done}/${event.total}`);
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
      case "note":
        this.#terminal.line(`Note    ${event.text}`);
        break;
      case "experiment":
      case "saved":
      case "selection":
      case "subnetwork":
      case "overlaps":
      case "summary":
      case "result":
        break;
    }
  };

  /** Told twice of a run: before its kernels are compiled and, with the time that took, after. */
  #start(run: RunRecord): void {
    const number = this.#begun.get(run.id)?.number ?? this.#begun.size + 1;
    this.#begun.set(run.id, { run, number, step: 0, loss: Number.NaN, tokens: 0, trainMs: 0 });
    this.#running.add(run.id);
  }

  #steps({ run, steps, elapsedMs }: Extract<RunEvent, { kind: "steps" }>): void {
    const begun = this.#begun.get(run);
    const last = steps.at(-1);
    if (begun === undefined || last === undefined) return;
    begun.step = last.step;
    begun.loss = last.loss;
    begun.tokens += steps.reduce((sum, { tokens }) => sum + tokens, 0);
    begun.trainMs = elapsedMs - begun.run.openMs;
    this.#terminal.status(this.#statusText(begun));
  }

  #statusText(begun: Begun): string {
    const all = [...this.#begun.values()];
    const planned = [...this.#planned.values()].reduce((sum, steps) => sum + steps, 0);
    const done = all.reduce((sum, { run, step }) => sum + (this.#running.has(run.id) ? step : run.stepCount), 0);
    const msPerStep = all.reduce((sum, { trainMs }) => sum + trainMs, 0) / Math.max(1, stepsOf(all));
    const beside = this.#running.size > 1 ? ` and ${this.#running.size - 1} beside it` : "";
    return [
      `${progressBar(done / Math.max(1, planned))} ${this.#runName(begun)}${beside}`,
      `step ${begun.step}/${begun.run.stepCount}`,
      `loss ${begun.loss.toFixed(4)}`,
      `${formatWhole((1000 * begun.tokens) / Math.max(1, begun.trainMs))} tokens/s`,
      `${formatElapsed(msPerStep * Math.max(0, planned - done))} left`,
    ].join("  ");
  }

  #evaluation({ run, evaluation }: Extract<RunEvent, { kind: "evaluation" }>): void {
    const begun = this.#begun.get(run);
    if (begun === undefined) return;
    const scores = this.#metrics.map(({ id }) => `${id} ${formatScore(evaluation.scores[id] ?? null)}`);
    this.#terminal.line(
      [
        this.#runName(begun),
        `step ${evaluation.step}/${begun.run.stepCount}`,
        `epoch ${evaluation.epoch.toFixed(2)}`,
        `train loss ${begun.loss.toFixed(4)}`,
        `dev loss ${evaluation.loss.toFixed(4)}`,
        ...scores,
      ].join("  "),
    );
  }

  #end({ run, status, error, elapsedMs, ...more }: Extract<RunEvent, { kind: "ended" }>): void {
    this.#running.delete(run);
    const begun = this.#begun.get(run);
    if (begun === undefined) return;
    begun.trainMs = elapsedMs - begun.run.openMs;
    const speed = `, ${formatWhole((1000 * begun.tokens) / Math.max(1, begun.trainMs))} tokens/s with scoring`;
    const { stepCount } = begun.run;
    const early =
      status === "completed" && begun.step < stepCount ? `, early at step ${begun.step} of ${stepCount},` : "";
    this.#terminal.status("");
    this.#terminal.line(
      `${this.#runName(begun)}: ${status}${early} in ${formatElapsed(elapsedMs)}${status === "completed" ? speed : ""}`,
    );
    for (const aside of asides(more)) this.#terminal.line(`${this.#runName(begun)}: ${aside}`);
    if (error !== null && status === "failed")
      this.#terminal.complain(`${run} failed (${error.code}): ${error.message}`);
  }

  #runName({ number, run }: Begun): string {
    return `run ${number}/${this.#planned.size} ${placeName(run)} seed ${run.seed}`;
  }
}

function stepsOf(runs: readonly Begun[]): number {
  return runs.reduce((sum, { step }) => sum + step, 0);
}
