import type { SavedRun } from "../../../contract/run.ts";
import { failureOf } from "../../../core/errors.ts";
import { resultsInMemory, type KeptHead, type ResultStore } from "./result-store.ts";

/** What is to be written; the last is what ResultStore.write() is told of runs that ended. */
interface Wanted {
  readonly head: Omit<KeptHead, "sizeBytes">;
  readonly file: Blob;
  readonly ended: readonly string[];
}

/** How keeping stands. */
export interface WriterState {
  /** Why results last only as long as the page is open, as a sentence; null where they are kept. */
  readonly refusal: string | null;
  /** Results that found no room, and are in memory until there is some. */
  readonly waiting: readonly Pick<KeptHead, "id" | "name">[];
  /** Why the run under way is not saved, as a sentence; null where it is. */
  readonly unsaved: string | null;
}

/** Writes results and runs under way, one at a time and of each the latest only. Where storage is refused, they stay in memory. */
export class ResultWriter {
  readonly #open: () => Promise<ResultStore>;
  readonly #tell: (state: Partial<WriterState>) => void;
  #store: Promise<ResultStore> | null = null;
  readonly #wanted = new Map<string, Wanted>();
  readonly #waiting = new Map<string, Wanted>();
  /** By entry and run. */
  readonly #runs = new Map<string, { readonly id: string; readonly saved: SavedRun }>();
  #writing: Promise<void> | null = null;

  constructor(open: () => Promise<ResultStore>, tell: (state: Partial<WriterState>) => void) {
    this.#open = open;
    this.#tell = tell;
  }

  /** Opened when first asked for. */
  store(): Promise<ResultStore> {
    this.#store ??= this.#open().catch((error: unknown) => this.#refused(error));
    return this.#store;
  }

  #refused(error: unknown): ResultStore {
    const why = failureOf(error).message.replace(/\.$/, "");
    this.#tell({ refusal: `${why}: results last until the page is closed. Save result.json to keep one.` });
    return resultsInMemory();
  }

  /** Resolves when it is written, or waits for room. Errors: what is neither want of room nor a refusal. */
  async write(head: Wanted["head"], file: Blob, ended: readonly string[]): Promise<void> {
    this.#waiting.delete(head.id);
    this.#wanted.set(head.id, { head, file, ended });
    for (const [key, { id, saved }] of this.#runs) {
      if (id === head.id && (head.over || ended.includes(saved.run))) this.#runs.delete(key);
    }
    await this.#write();
  }

  /** Resolves when it is written, or it is told that it is not. */
  async writeRun(id: string, saved: SavedRun): Promise<void> {
    this.#runs.set(`${id} ${saved.run}`, { id, saved });
    await this.#write();
  }

  async #write(): Promise<void> {
    this.#writing ??= this.#writeWanted();
    await this.#writing;
  }

  async #writeWanted(): Promise<void> {
    // Never at once: whoever asks has to note first that it goes on.
    await this.store();
    try {
      while (this.#wanted.size + this.#runs.size > 0) {
        for (const [id, one] of this.#wanted) {
          this.#wanted.delete(id);
          await this.#writeOne(one);
        }
        // Its entry first: it says of what plan, model and rows the run is.
        for (const [key, one] of [...this.#runs].slice(0, 1)) {
          this.#runs.delete(key);
          await this.#writeOneRun(one);
        }
      }
    } finally {
      this.#writing = null;
      this.#tell({ waiting: [...this.#waiting.values()].map(({ head }) => ({ id: head.id, name: head.name })) });
    }
  }

  async #writeOneRun({ id, saved }: { readonly id: string; readonly saved: SavedRun }): Promise<void> {
    try {
      await (await this.store()).writeRun(id, saved);
      this.#tell({ unsaved: null });
    } catch (error) {
      const why = failureOf(error).message;
      this.#tell({ unsaved: `The run under way is not saved, so that after a reload it would begin anew. ${why}` });
    }
  }

  async #writeOne(one: Wanted): Promise<void> {
    const store = await this.store();
    try {
      await store.write(one.head, one.file, one.ended);
    } catch (error) {
      const { code } = failureOf(error);
      if (code === "no-space") this.#waiting.set(one.head.id, one);
      else if (code === "no-access") {
        const memory = this.#refused(error);
        this.#store = Promise.resolve(memory);
        await memory.write(one.head, one.file, one.ended);
      } else throw error;
    }
  }

  /** Takes an entry away, and tries again what waits for room. */
  async remove(id: string): Promise<void> {
    this.#wanted.delete(id);
    // One that is being written would come back.
    await this.#writing?.catch(() => undefined);
    this.#waiting.delete(id);
    await (await this.store()).remove(id);
    for (const [waiting, one] of this.#waiting) this.#wanted.set(waiting, one);
    this.#waiting.clear();
    await this.#write();
  }
}
