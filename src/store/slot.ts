/** A slice's own part of the store: all that its actions can read and write. */
export interface Slot<S> {
  get(): S;
  set(patch: Partial<S>): void;
}

/** The part of the page next to which an error is shown. */
export type Place =
  | "engine"
  | "model"
  | "adaptation"
  | "hub-model"
  | "samples"
  | "hub-data"
  | "train"
  | "dev"
  | "data"
  | "transfers"
  | "plan"
  | "methods"
  | "kernels"
  | "rates"
  | "run"
  | "result"
  | "storage"
  | "demo"
  | "link";

/** The part of localStorage that is used. */
export type SettingsStorage = Pick<Storage, "getItem" | "setItem">;

/** What slices are given to tell of an error, and to take back what they told. */
export interface Reporter {
  report(place: Place, thrown: unknown): void;
  clear(place: Place): void;
}

/** Hands out tickets, so that only the answer to the latest of several calls is used. */
export function latestOnly(): () => () => boolean {
  let latest = 0;
  return () => {
    const ticket = ++latest;
    return () => ticket === latest;
  };
}

/** Does what a person asked for; what went wrong is told at its place. Resolves with success. */
export async function attempt(reporter: Reporter, place: Place, act: () => Promise<unknown>): Promise<boolean> {
  reporter.clear(place);
  try {
    await act();
    return true;
  } catch (thrown) {
    reporter.report(place, thrown);
    return false;
  }
}

/** What is asked for again and again, of which only the latest answer counts. */
interface Asking {
  readonly place: Place;
  readonly ticket: ReturnType<typeof latestOnly>;
  /** Told when it begins and when it has ended. */
  readonly busy?: (on: boolean) => void;
  /** Told before an error is. */
  readonly failed?: () => void;
}

/**
 * Asks for something, as `attempt` does. `current` turns false with a later call: what comes then is to be left alone, and
 * an error of it is.
 */
export async function askLatest(
  reporter: Reporter,
  { place, ticket, busy, failed }: Asking,
  act: (current: () => boolean) => Promise<boolean | void>,
): Promise<boolean> {
  const current = ticket();
  reporter.clear(place);
  busy?.(true);
  try {
    return (await act(current)) !== false && current();
  } catch (thrown) {
    if (!current()) return false;
    failed?.();
    reporter.report(place, thrown);
    return false;
  } finally {
    if (current()) busy?.(false);
  }
}
