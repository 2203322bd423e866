/** Adds up the time between start() and stop(). */
export class Stopwatch {
  #sum = 0;
  #since: number | null = null;

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
