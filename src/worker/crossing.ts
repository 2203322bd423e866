import { failureOf } from "../core/errors.ts";
import { EventBatcher } from "../experiment/running/events.ts";

/** Runs a call so that its error can cross the thread: only name and message survive, so the name is the code. */
export async function crossing<T>(call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    const { code, message } = failureOf(thrown);
    const error = new Error(message, { cause: thrown });
    error.name = code;
    throw error;
  }
}

/** Sends events in batches while the work goes on, and the rest at its end. */
export async function batched<E, T>(
  onEvents: (events: readonly E[]) => void,
  work: (emit: (event: E) => void) => Promise<T>,
): Promise<T> {
  const batcher = new EventBatcher(onEvents);
  try {
    return await work(batcher.emit);
  } finally {
    batcher.flush();
  }
}
