import { failureOf } from "../../../core/errors.ts";
import { resultsInMemory, type KeptHead, type ResultStore } from "./result-store.ts";

type Head = Omit<KeptHead, "sizeBytes">;

/** How keeping stands. */
export interface WriterState {
  /** Why results last only as long as the page is open, as a sentence; null where they are kept. */
  readonly refusal: string | null;
  /** Results that found no room, and are in memory until there is some. */
  readonly waiting: readonly Pick<KeptHead, "id" | "name">[];
}

/** Writes results, one at a time and of each the latest only. Where storage is refused, they stay in memory. */
export class ResultWriter {
  readonly #open: () => Promise<ResultStore>;
  readonly #tell: (state: Partial<WriterState>) => void;
  #store: Promise<ResultStore> | null = null;
  readonly #wanted = new Map<string, { readonly head: Head; readonly file: Blob }>();
  readonly #waiting = new Map<string, { readonly head: Head; readonly file: Blob }>();
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
  async write(head: Head, file: Blob): Promise<void> {
    this.#waiting.delete(head.id);
    this.#wanted.set(head.id, { head, file });
    this.#writing ??= this.#writeWanted();
    await this.#writing;
  }

  async #writeWanted(): Promise<void> {
    // Never at once: whoever asks has to note first that it goes on.
    await this.store();
    try {
      for (const [id, one] of this.#wanted) {
        this.#wanted.delete(id);
        await this.#writeOne(one);
      }
    } finally {
      this.#writing = null;
      this.#tell({ waiting: [...this.#waiting.values()].map(({ head }) => ({ id: head.id, name: head.name })) });
    }
  }

  async #writeOne(one: { readonly head: Head; readonly file: Blob }): Promise<void> {
    const store = await this.store();
    try {
      await store.write(one.head, one.file);
    } catch (error) {
      const { code } = failureOf(error);
      if (code === "no-space") this.#waiting.set(one.head.id, one);
      else if (code === "no-access") {
        const memory = this.#refused(error);
        this.#store = Promise.resolve(memory);
        await memory.write(one.head, one.file);
      } else throw error;
    }
  }

  /** Takes an entry away, and tries again what waits for room. */
  async remove(id: string): Promise<void> {
    this.#waiting.delete(id);
    await (await this.store()).remove(id);
    for (const [waiting, one] of this.#waiting) this.#wanted.set(waiting, one);
    this.#waiting.clear();
    this.#writing ??= this.#writeWanted();
    await this.#writing;
  }
}
