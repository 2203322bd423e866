/** How long nothing ran here. */
export interface Slept {
  readonly ms: number;
  /** So much of it is in performance.now(), which stands still in the sleep of some systems. */
  readonly countedMs: number;
}

interface Clocks {
  readonly now: () => number;
  readonly wallNow: () => number;
}

/** A thread that works is heard of far more often. */
const shortestMs = 30_000;
const everyMs = 1000;

/**
 * Finds out that the computer slept, or that the browser froze the tab: for half a minute neither a timer came nor anything
 * else, or the wall clock went on without the other. A step that takes long is none: timers come during it.
 */
export class SleepWatch {
  readonly #clocks: Clocks;
  readonly #followers = new Set<(slept: Slept) => void>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #last: { readonly now: number; readonly wall: number };

  constructor(clocks: Clocks = { now: () => performance.now(), wallNow: () => Date.now() }) {
    this.#clocks = clocks;
    this.#last = this.#read();
  }

  /** Calls back after each sleep, until the answer is called. */
  follow(told: (slept: Slept) => void): () => void {
    if (this.#followers.size === 0) {
      this.#last = this.#read();
      this.#timer = setInterval(() => this.beat(), everyMs);
    }
    this.#followers.add(told);
    return () => {
      this.#followers.delete(told);
      if (this.#followers.size === 0) clearInterval(this.#timer);
    };
  }

  /** Something runs. To be called before a time is read, so that no sleep is in it. */
  beat(): void {
    if (this.#followers.size === 0) return;
    const { now, wall } = this.#last;
    this.#last = this.#read();
    const countedMs = this.#last.now - now;
    const ms = Math.max(countedMs, this.#last.wall - wall);
    if (ms < shortestMs) return;
    for (const told of this.#followers) told({ ms, countedMs: countedMs < shortestMs ? 0 : countedMs });
  }

  #read(): { readonly now: number; readonly wall: number } {
    return { now: this.#clocks.now(), wall: this.#clocks.wallNow() };
  }
}
