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
  | "run"
  | "result"
  | "storage"
  | "demo";

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
