import { resultSizeLimit } from "../../../contract/schemas/schema.ts";
import type { SavedRun, StandingRun } from "../../../contract/run.ts";
import { AppError } from "../../../core/errors.ts";

/** What is to be known of a kept result without reading it. */
export interface KeptHead {
  readonly id: string;
  readonly name: string;
  /** Model, methods and seeds, in a line. */
  readonly about: string;
  /** When it was written last, in ms since 1970. */
  readonly savedAt: number;
  readonly pinned: boolean;
  /** What it takes in storage. */
  readonly sizeBytes: number;
  /** Runs that completed. */
  readonly completed: number;
  readonly planned: number;
  /** false: its experiment goes on, or was cut off. */
  readonly over: boolean;
}

/** What a person may change of it. */
export type HeadPatch = Partial<Pick<KeptHead, "name" | "pinned" | "over">>;

/** A run that was saved under way, as the list has it. */
export interface KeptRun extends StandingRun {
  /** What its file takes in storage. */
  readonly sizeBytes: number;
}

/** An entry as storage holds it: anybody may have written there. */
export interface StoredEntry {
  readonly id: string;
  readonly head: unknown;
  /** Of its runs that are under way those that were saved. */
  readonly runs: readonly unknown[];
}

/**
 * Where results are kept over a visit. Several tabs use one: each change is made to what is there now. Errors: no-space,
 * where there is no room, or storage is refused.
 */
export interface ResultStore {
  list(): Promise<readonly StoredEntry[]>;
  /** The text of an entry's file. Errors: not-found, too-large. */
  read(id: string): Promise<string>;
  /**
   * Puts an entry with its file in the place of what was there, in one move; what a person called it, and whether it is
   * pinned, stay. `ended`: runs that are in the file to their end, so that what was saved of them goes; all of it goes where
   * the experiment is over.
   */
  write(head: Omit<KeptHead, "sizeBytes">, file: Blob, ended: readonly string[]): Promise<void>;
  /** Puts a run under way in the place of what was saved of it before, in one move; without an entry that goes on, nothing. */
  writeRun(id: string, saved: SavedRun): Promise<void>;
  /** The runs of an entry that were saved under way; what is none is left out. */
  readRuns(id: string): Promise<readonly SavedRun[]>;
  change(id: string, patch: HeadPatch): Promise<void>;
  remove(id: string): Promise<void>;
  /** Takes an entry for an experiment that goes on, until the answer is called or the tab is gone; null: another tab has it. */
  hold(id: string): Promise<(() => void) | null>;
  /** Those that a tab has taken. */
  held(): Promise<ReadonlySet<string>>;
  /** `changed` is called after another tab changed something. */
  follow(changed: () => void): void;
}

/** Memory takes no more than this. */
const mostBytes = 64 * 2 ** 20;

/** As long as the page is open: where nothing is kept for longer. */
export function resultsInMemory(limit = mostBytes): ResultStore {
  const entries = new Map<string, { head: unknown; file: Blob; runs: Map<string, SavedRun> }>();
  const taken = new Set<string>();
  return {
    list: () =>
      Promise.resolve(
        [...entries].map(([id, { head, runs }]) => ({ id, head, runs: [...runs.values()].map(keptRunOf) })),
      ),
    async read(id) {
      const file = entries.get(id)?.file;
      if (file === undefined) throw gone();
      return await file.text();
    },
    write(head, file, ended) {
      const others = [...entries].reduce((sum, [id, one]) => (id === head.id ? sum : sum + one.file.size), 0);
      if (others + file.size > limit) return Promise.reject(noRoom("The page has no more memory for results."));
      const before = entries.get(head.id);
      const runs = new Map(head.over ? [] : before?.runs);
      for (const run of ended) runs.delete(run);
      entries.set(head.id, { head: withKept({ ...head, sizeBytes: file.size }, before?.head), file, runs });
      return Promise.resolve();
    },
    writeRun(id, saved) {
      const entry = entries.get(id);
      // The engine holds the file as well, so that it takes no memory of its own.
      if (entry !== undefined && goesOn(entry.head)) entry.runs.set(saved.run, saved);
      return Promise.resolve();
    },
    readRuns: (id) => Promise.resolve([...(entries.get(id)?.runs.values() ?? [])]),
    change(id, patch) {
      const entry = entries.get(id);
      if (entry !== undefined) entry.head = patched(entry.head, patch);
      if (patch.over === true) entry?.runs.clear();
      return Promise.resolve();
    },
    remove: (id) => Promise.resolve(void entries.delete(id)),
    hold(id) {
      if (taken.has(id)) return Promise.resolve(null);
      taken.add(id);
      return Promise.resolve(() => void taken.delete(id));
    },
    held: () => Promise.resolve(new Set(taken)),
    follow: () => {},
  };
}

/** A head that takes the place of another: what a person said of it stays. */
export function withKept(head: KeptHead, before: unknown): KeptHead {
  if (typeof before !== "object" || before === null) return head;
  const { name, pinned } = { name: undefined, pinned: undefined, ...before };
  return {
    ...head,
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof pinned === "boolean" ? { pinned } : {}),
  };
}

/** A head as it is after a change; one that is none stays as it is. */
export function patched(head: unknown, patch: HeadPatch): unknown {
  return typeof head === "object" && head !== null ? { ...head, ...patch } : head;
}

/** Whether an entry's experiment goes on, or was cut off. */
export function goesOn(head: unknown): boolean {
  return typeof head === "object" && head !== null && "over" in head && head.over === false;
}

/** What is to be known of a saved run without its file. */
export function keptRunOf({ file, ...standing }: SavedRun): KeptRun {
  return { ...standing, sizeBytes: file.size };
}

/** The refusal of an entry that is not there, or not whole. */
export function gone(): AppError {
  return new AppError(
    "not-found",
    "This result is no longer in this browser's storage, or its file is broken: delete it here.",
  );
}

/** The refusal of a write. */
export function noRoom(why: string, cause?: unknown): AppError {
  const message = `${why} Delete some results, or save them as files.`;
  return new AppError("no-space", message, { cause });
}

/** The refusal of what would be larger than any result. */
export function tooLong(): AppError {
  const message = `The file of this result is larger than ${resultSizeLimit / 2 ** 20} MiB, so it is none of this page's: delete it.`;
  return new AppError("too-large", message);
}
