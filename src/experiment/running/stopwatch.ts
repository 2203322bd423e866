/** Adds up the time between start() and stop(). */
export class Stopwatch {
  #sum: number;
  #since: number | null = null;

  /** `ms`: from which it goes on. */
  constructor(ms = 0) {
    this.#sum = ms;
  }

  get ms(): number {
    return this.#sum + (this.#since === null ? 0 : performance.now() - this.#since);
  }

  start(): void {
    this.#since ??= performance.now();
  }

  stop(): void {
    this.#sum = this.ms;
    this.#since = null;
  }
}
