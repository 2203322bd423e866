/** Runs an action at most once per interval. */
interface Throttle {
  /** At once when the last time is long enough ago, else when the interval is over; several calls make one. */
  later(): void;
  /** At once, and forgets what was waiting. */
  now(): void;
}

/** Where the work is slow, this many times its length is left free before the next, so that the page stays responsive. */
const restPerWork = 2;

/**
 * `intervalMs` is the least time between two starts. It grows with the work that the action causes, rendering included:
 * React renders after the action has returned, so the length is taken once the event loop is free again.
 */
export function throttle(intervalMs: number, action: () => void): Throttle {
  let waiting: ReturnType<typeof setTimeout> | null = null;
  let nextMs = Number.NEGATIVE_INFINITY;
  function now(): void {
    if (waiting !== null) clearTimeout(waiting);
    waiting = null;
    const startMs = performance.now();
    nextMs = startMs + intervalMs;
    action();
    setTimeout(() => {
      const endMs = performance.now();
      nextMs = Math.max(nextMs, endMs + restPerWork * (endMs - startMs));
    });
  }
  function due(): void {
    const restMs = nextMs - performance.now();
    if (restMs <= 0) now();
    else waiting = setTimeout(due, restMs);
  }
  return {
    now,
    later() {
      if (waiting === null) due();
    },
  };
}
