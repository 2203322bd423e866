/** Runs an action at most once per interval. */
export interface Throttle {
  /** At once when the last time is long enough ago, else when the interval is over; several calls make one. */
  later(): void;
  /** At once, and forgets what was waiting. */
  now(): void;
}

export function throttle(intervalMs: number, action: () => void): Throttle {
  let waiting: ReturnType<typeof setTimeout> | null = null;
  let lastMs = Number.NEGATIVE_INFINITY;
  function now(): void {
    if (waiting !== null) clearTimeout(waiting);
    waiting = null;
    lastMs = performance.now();
    action();
  }
  return {
    now,
    later() {
      if (waiting !== null) return;
      const restMs = lastMs + intervalMs - performance.now();
      if (restMs <= 0) now();
      else waiting = setTimeout(now, restMs);
    },
  };
}
