import { resultSizeLimit } from "../../../contract/schemas/schema.ts";
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

/** An entry as storage holds it: anybody may have written there. */
export interface StoredEntry {
  readonly id: string;
  readonly head: unknown;
}

/**
 * Where results are kept over a visit. Several tabs use one: each change is made to what is there now. Errors: no-space,
 * where there is no room, or storage is refused.
 */
export interface ResultStore {
  list(): Promise<readonly StoredEntry[]>;
  /** The text of an entry's file. Errors: not-found, too-large. */
  read(id: string): Promise<string>;
  /** Puts an entry with its file in the place of what was there; what a person called it, and whether it is pinned, stay. */
  write(head: Omit<KeptHead, "sizeBytes">, file: Blob): Promise<void>;
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
  const entries = new Map<string, { head: unknown; file: Blob }>();
  const taken = new Set<string>();
  return {
    list: () => Promise.resolve([...entries].map(([id, { head }]) => ({ id, head }))),
    async read(id) {
      const file = entries.get(id)?.file;
      if (file === undefined) throw gone();
      return await file.text();
    },
    write(head, file) {
      const others = [...entries].reduce((sum, [id, one]) => (id === head.id ? sum : sum + one.file.size), 0);
      if (others + file.size > limit) return Promise.reject(noRoom("The page has no more memory for results."));
      entries.set(head.id, { head: withKept({ ...head, sizeBytes: file.size }, entries.get(head.id)?.head), file });
      return Promise.resolve();
    },
    change(id, patch) {
      const entry = entries.get(id);
      if (entry !== undefined) entry.head = patched(entry.head, patch);
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
