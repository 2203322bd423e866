import * as v from "valibot";
import { readResult } from "../../../analysis/result-file.ts";
import type { ExperimentResult, SavedRun } from "../../../contract/run.ts";
import { count } from "../../../contract/schemas/schema.ts";
import type { Slot } from "../../slot.ts";
import type { KeptHead, KeptRun, ResultStore, StoredEntry } from "./result-store.ts";
import { ResultWriter, type WriterState } from "./result-writer.ts";
import { keptRunsOf } from "./standing.ts";

/** An entry of the list. */
export interface KeptItem extends KeptHead {
  /** A tab runs it just now. */
  readonly held: boolean;
  /** It cannot be read, only deleted. */
  readonly broken: boolean;
  /** Runs that were saved under way. */
  readonly runs: readonly KeptRun[];
}

export interface KeptSlice extends WriterState {
  /** The latest first. */
  readonly items: readonly KeptItem[];
  /** Which of them is on show, or will be one of them when its first run has ended; null for none. */
  readonly shown: string | null;
  /** What the run that goes on took the place of. */
  readonly replaced: string | null;
  /** What was deleted last, as long as it can be had back. */
  readonly deleted: { readonly head: KeptHead; readonly text: string } | null;
}

export const initialKept: KeptSlice = {
  items: [],
  shown: null,
  replaced: null,
  deleted: null,
  refusal: null,
  waiting: [],
  unsaved: null,
};

/** Letters in a result's name. */
export const nameLimit = 80;

const stamp = v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15));
const headSchema = v.object({
  name: v.pipe(v.string(), v.maxLength(nameLimit)),
  about: v.pipe(v.string(), v.maxLength(1000)),
  savedAt: stamp,
  pinned: v.boolean(),
  sizeBytes: count,
  completed: count,
  planned: count,
  over: v.boolean(),
});

/** What an entry says of itself; whatever does not fit makes it a broken one. */
function itemOf({ id, head, runs }: StoredEntry, held: ReadonlySet<string>, unreadable: ReadonlySet<string>): KeptItem {
  const read = v.safeParse(headSchema, head);
  if (read.success) {
    return { id, ...read.output, held: held.has(id), broken: unreadable.has(id), runs: keptRunsOf(runs) };
  }
  const nothing = {
    name: "",
    about: "",
    savedAt: 0,
    pinned: false,
    sizeBytes: 0,
    completed: 0,
    planned: 0,
    over: true,
  };
  return { id, ...nothing, held: false, broken: true, runs: [] };
}

/** The list of what is kept, in step with storage. */
export class KeptList {
  readonly writer: ResultWriter;
  readonly #slot: Slot<KeptSlice>;
  /** Found out when they were read. */
  readonly #unreadable = new Set<string>();
  /** Names by entry: one that waits for room is not in the list. */
  readonly #given = new Map<string, string>();

  constructor(slot: Slot<KeptSlice>, open: () => Promise<ResultStore>) {
    this.#slot = slot;
    this.writer = new ResultWriter(open, (state) => slot.set(state));
  }

  /** Looks, and looks again whenever another tab changed something. */
  async follow(): Promise<void> {
    const store = await this.writer.store();
    store.follow(() => void this.refresh().catch(() => undefined));
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const store = await this.writer.store();
    const [entries, held] = await Promise.all([store.list(), store.held()]);
    const items = entries.map((entry) => itemOf(entry, held, this.#unreadable));
    this.#slot.set({ items: items.toSorted((one, other) => other.savedAt - one.savedAt) });
  }

  async write(head: Omit<KeptHead, "sizeBytes">, file: Blob, ended: readonly string[] = []): Promise<void> {
    await this.writer.write(head, file, ended);
    await this.refresh();
  }

  async writeRun(id: string, saved: SavedRun): Promise<void> {
    await this.writer.writeRun(id, saved);
    await this.refresh();
  }

  async drop(id: string): Promise<void> {
    await this.writer.remove(id);
    await this.refresh();
  }

  async textOf(id: string): Promise<string> {
    return await (await this.writer.store()).read(id);
  }

  /** Reads an entry as if it were a file; one that cannot be read is marked. Errors: not-found, too-large, bad-settings. */
  async read(id: string): Promise<ExperimentResult> {
    try {
      return readResult(await this.textOf(id), this.nameOf(id));
    } catch (thrown) {
      this.#unreadable.add(id);
      await this.refresh();
      throw thrown;
    }
  }

  nameOf(id: string): string {
    const name = this.#slot.get().items.find((item) => item.id === id)?.name ?? "";
    return name === "" ? "This result" : name;
  }

  /** "Result 3", after all that are called so; the same one whenever an entry is written. */
  newNameOf(id: string): string {
    const before = this.#given.get(id);
    if (before !== undefined) return before;
    const names = [...this.#given.values(), ...this.#slot.get().items.map(({ name }) => name)];
    const numbers = names.map((name) => Number(/^Result (\d+)$/.exec(name)?.[1] ?? 0));
    const name = `Result ${Math.max(0, ...numbers) + 1}`;
    this.#given.set(id, name);
    return name;
  }
}
