import type { RunStatus } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";

/** What a queue has to know of a run. */
interface Queued {
  /** RunRecord.id */
  readonly id: string;
}

/** Told of what happens to runs that have not begun. */
export interface QueueListener<R> {
  /** These wait now, behind those that waited before. */
  queued(runs: readonly R[]): void;
  /** Taken off before it began. */
  cancelled(run: R): void;
}

interface Entry<R> {
  readonly run: R;
  status: RunStatus;
  /** true: to be ended after the step in flight. */
  cancelled: boolean;
}

/** The runs of an experiment in their order: which wait, which run, which have ended. */
export class RunQueue<R extends Queued> {
  readonly #entries = new Map<string, Entry<R>>();
  readonly #waiting: Entry<R>[] = [];
  readonly #listener: QueueListener<R>;

  constructor(listener: QueueListener<R>) {
    this.#listener = listener;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Puts those runs at the end that were not in the queue yet. */
  add(runs: readonly R[]): void {
    const added = runs.filter(({ id }) => !this.#entries.has(id));
    for (const run of added) this.#wait({ run, status: "waiting", cancelled: false });
    this.#listener.queued(added);
  }

  /** Takes a run in that has ended already: it is known, and can be retried. */
  adopt(run: R, status: RunStatus): void {
    this.#entries.set(run.id, { run, status, cancelled: false });
  }

  /** Takes every run off that still waits: they will not begin. */
  abandon(): readonly R[] {
    const left = this.#waiting.splice(0);
    for (const entry of left) entry.status = "stopped";
    return left.map(({ run }) => run);
  }

  /** The next run, which is running from now on; null where none waits. */
  next(): R | null {
    const entry = this.#waiting.shift();
    if (entry === undefined) return null;
    entry.status = "running";
    return entry.run;
  }

  /** Puts a run that was begun too early back before all others. */
  putBack(run: R): void {
    const entry = this.#entryOf(run.id);
    entry.status = "waiting";
    this.#waiting.unshift(entry);
    this.#listener.queued([run]);
  }

  ended(id: string, status: RunStatus): void {
    this.#entryOf(id).status = status;
  }

  /** Whether a running run is to be ended. */
  isCancelled(id: string): boolean {
    return this.#entryOf(id).cancelled;
  }

  /** Errors: bad-settings, for a run that has ended or is not there. */
  cancel(id: string): void {
    const entry = this.#entryOf(id);
    if (entry.status === "running") {
      entry.cancelled = true;
      return;
    }
    if (entry.status !== "waiting") {
      throw new AppError("bad-settings", `The run ${id} has ended (${entry.status}); there is nothing to cancel.`);
    }
    this.#waiting.splice(this.#waiting.indexOf(entry), 1);
    entry.status = "stopped";
    this.#listener.cancelled(entry.run);
  }

  /** Puts a run at the end of the queue again. Errors: bad-settings, for one that did not fail and was not cancelled. */
  retry(id: string): void {
    const entry = this.#entryOf(id);
    if (entry.status !== "failed" && entry.status !== "stopped") {
      throw new AppError(
        "bad-settings",
        `The run ${id} is ${entry.status}; only one that failed or was cancelled can be run again.`,
      );
    }
    this.#wait(entry);
    this.#listener.queued([entry.run]);
  }

  #wait(entry: Entry<R>): void {
    entry.status = "waiting";
    entry.cancelled = false;
    this.#entries.set(entry.run.id, entry);
    this.#waiting.push(entry);
  }

  #entryOf(id: string): Entry<R> {
    const entry = this.#entries.get(id);
    if (entry !== undefined) return entry;
    throw new AppError("bad-settings", `There is no run "${id}" in this experiment.`);
  }
}
