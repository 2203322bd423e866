import type { AppError } from "../core/errors.ts";
import { EventBatcher } from "../experiment/running/events.ts";

/** What was thrown, in words. */
type Explain = (thrown: unknown) => Promise<AppError>;

/** Runs a call so that its error can cross the thread: only name and message survive, so the name is the code. */
async function crossing<T>(call: () => T | Promise<T>, explain: Explain): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    const { code, message } = await explain(thrown);
    const error = new Error(message, { cause: thrown });
    error.name = code;
    throw error;
  }
}

/** The calls of an Api as plain methods: they may answer at once, and throw whatever they like. */
export type Methods<Api> = {
  readonly [Name in keyof Api]: Api[Name] extends (...given: infer Given) => Promise<infer Answer>
    ? (...given: Given) => Answer | Promise<Answer>
    : never;
};

/** Every method as a call across the thread. `explain`: in words, what they throw. */
export function crossingCalls<Api extends object>(methods: Methods<Api>, explain: Explain): Api {
  const calls: Api = Object.create(null);
  for (const name of Object.keys(methods)) {
    const method: (...given: readonly unknown[]) => unknown = Reflect.get(methods, name);
    Reflect.set(calls, name, (...given: readonly unknown[]) => crossing(() => method(...given), explain));
  }
  return calls;
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
