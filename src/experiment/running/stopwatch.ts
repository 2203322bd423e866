/** Adds up the time between start() and stop(). */
export class Stopwatch {
  #sum: number;
  #since: number | null = null;
  readonly #beforeReading: () => void;

  /** `ms`: from which it goes on. `beforeReading`: may skip() what is not to count. */
  constructor(ms = 0, beforeReading: () => void = () => {}) {
    this.#sum = ms;
    this.#beforeReading = beforeReading;
  }

  get ms(): number {
    this.#beforeReading();
    return this.#sum + (this.#since === null ? 0 : performance.now() - this.#since);
  }

  get runs(): boolean {
    return this.#since !== null;
  }

  start(): void {
    this.#beforeReading();
    this.#since ??= performance.now();
  }

  stop(): void {
    this.#sum = this.ms;
    this.#since = null;
  }

  /** Leaves out so much of what went by since start(). */
  skip(ms: number): void {
    if (this.#since !== null) this.#sum -= ms;
  }
}
