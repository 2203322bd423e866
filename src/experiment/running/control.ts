import { AppError } from "../../core/errors.ts";

/** Pause, resume and stop for an experiment; a run asks gate() before each step. */
export class RunControl {
  #resume: (() => void) | null = null;
  #paused: Promise<void> | null = null;
  #pausedAt = 0;
  #pausedMs = 0;
  #stopped = false;
  #saving = false;

  get stopped(): boolean {
    return this.#stopped;
  }

  /** It was stopped to go on another day: each run is saved before it ends. */
  get saving(): boolean {
    return this.#saving;
  }

  get paused(): boolean {
    return this.#paused !== null;
  }

  /** Time spent paused so far. */
  get pausedMs(): number {
    return this.#pausedMs + (this.#paused === null ? 0 : performance.now() - this.#pausedAt);
  }

  pause(): void {
    if (this.#paused !== null || this.#stopped) return;
    this.#pausedAt = performance.now();
    this.#paused = new Promise((resolve) => (this.#resume = resolve));
  }

  resume(): void {
    if (this.#paused === null) return;
    this.#pausedMs += performance.now() - this.#pausedAt;
    this.#paused = null;
    this.#resume?.();
  }

  stop({ saving = false } = {}): void {
    this.#saving = saving;
    this.#stopped = true;
    this.resume();
  }

  /** Resolves when the run may go on. Errors: stopped. */
  async gate(): Promise<void> {
    if (this.#paused !== null) await this.#paused;
    endWhenStopped(this);
  }
}

/** For work that tells how far it is: ends it where a person wants no more. Errors: stopped. */
export function endWhenStopped(control: { readonly stopped: boolean }): void {
  if (control.stopped) throw new AppError("stopped", "The experiment was stopped.");
}
