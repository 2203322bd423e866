import type { LossesRecord, LossRecord, PretrainingStepRecord } from "../../contract/pretraining.ts";
import { formatElapsed, formatWhole } from "../../core/format.ts";
import type { RunHistory } from "./pretrain-files.ts";
import { progressBar, type Terminal } from "../terminal.ts";

/** Where nobody watches a changing line (a file, a pipe), a line that stays is written at least this often. */
const plainLineMs = 60_000;

/** Tells of a pre-training run as it goes: one changing line, and a line a measurement. */
export class PretrainProgress {
  readonly #terminal: Terminal;
  readonly #stepCount: number;
  readonly #earlier: RunHistory;
  readonly #firstStep: number;
  readonly #evaluations: LossesRecord[];
  readonly #startMs = performance.now();
  #toldMs = performance.now();
  #tokens = 0;
  #step: number;

  /** `doneSteps`: steps of `earlier`, before this program began. */
  constructor(terminal: Terminal, stepCount: number, doneSteps: number, earlier: RunHistory) {
    this.#terminal = terminal;
    this.#stepCount = stepCount;
    this.#earlier = earlier;
    this.#firstStep = doneSteps;
    this.#step = doneSteps;
    this.#evaluations = [...earlier.evaluations];
  }

  /** All of the run, also what happened before it was resumed. */
  get history(): RunHistory {
    return {
      tokens: this.#earlier.tokens + this.#tokens,
      elapsedMs: Math.round(this.#earlier.elapsedMs + this.#elapsedMs),
      evaluations: this.#evaluations,
    };
  }

  /** Steps that the device has done. */
  steps(steps: readonly PretrainingStepRecord[]): void {
    const last = steps.at(-1);
    if (last === undefined) return;
    this.#step = last.step;
    for (const { tokens } of steps) this.#tokens += tokens;
    const bar = progressBar(this.#step / this.#stepCount);
    const words = [this.#place(), ...lossTexts(last), this.#speed()];
    if (this.#terminal.width !== null) this.#terminal.status([bar, ...words].join("  "));
    else if (performance.now() - this.#toldMs >= plainLineMs) this.#line(words);
  }

  /** A measurement on held-out text. */
  evaluation(losses: LossesRecord): void {
    this.#evaluations.push(losses);
    const perplexity = `perplexity ${Math.exp(losses.words.loss).toPrecision(4)}`;
    const speed = losses.step > this.#firstStep ? [this.#speed()] : [];
    this.#line([this.#place(), "held-out", ...lossTexts(losses), perplexity, ...speed]);
  }

  #line(words: readonly string[]): void {
    this.#toldMs = performance.now();
    this.#terminal.line(words.join("  "));
  }

  get #elapsedMs(): number {
    return performance.now() - this.#startMs;
  }

  #place(): string {
    return `step ${this.#step}/${this.#stepCount}`;
  }

  #speed(): string {
    const done = Math.max(1, this.#step - this.#firstStep);
    const left = formatElapsed((this.#elapsedMs / done) * (this.#stepCount - this.#step));
    return `${formatWhole((1000 * this.#tokens) / this.#elapsedMs)} tokens/s  ${left} left`;
  }
}

function lossTexts({ words, next }: LossesRecord): readonly string[] {
  const text = (name: string, { loss, accuracy }: LossRecord): string =>
    `${name} ${loss.toFixed(3)} (${(100 * accuracy).toFixed(1)} %)`;
  return [text("words", words), text("next", next)];
}
